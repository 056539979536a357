import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import type { Answered, Asker } from "./world/asker.ts";
import { type Application, type AuthWorld, authWorld } from "./world/auth-world.ts";
import { users } from "./world/collections.ts";
import { door, enter, type Entered, newcomer } from "./world/door.ts";
import { safeAsker } from "./world/safe-asker.ts";
import { pass } from "./world/time.ts";

const day = 86_400;

let world: AuthWorld;
let ask: Asker;
let ada: Entered;

beforeAll(async () => {
  world = await authWorld({ api: { requestLog: true }, auth: { hash: cheap }, plugins: [door()] });
  ask = safeAsker(world.ask);
});
afterAll(() => world.stop());

beforeEach(async () => {
  ada = await newcomer(world);
});

const me = async (token: string): Promise<number> => (await ask("GET", "/api/users/me", { token })).status;
const refresh = (refreshToken: string): Promise<Answered> =>
  ask("POST", "/api/users/refresh", { body: { refreshToken } });
const later = (seconds: number): Promise<void> => pass(world, ada.id, seconds);
const countersOf = async (id: string): Promise<readonly unknown[]> =>
  (await world.sql("select counter from lucent_sessions where user_id = $1::uuid", id)).flat();

/** Both tokens after a refresh that must work. */
async function refreshed(
  token: string,
): Promise<{ readonly accessToken: string; readonly refreshToken: string }> {
  const { status, body, setCookies } = await refresh(token);
  expect([status, Object.keys(body).toSorted(), setCookies]).toStrictEqual([
    200,
    ["accessToken", "expiresIn", "refreshToken"],
    [],
  ]);
  expect(body.refreshToken).not.toBe(token);
  return body;
}

const reused = { status: 401, body: { code: "TOKEN_REUSED" } };
const unknown = { status: 401, body: { code: "UNAUTHENTICATED" } };

describe("a refresh token", () => {
  test("T-SESS-05 that is old ends its whole family, is told to the operator, and ends nothing else", async () => {
    const other = await enter(world, ada);
    const first = await refreshed(ada.refreshToken);
    const second = await refreshed(first.refreshToken);
    await later(11);
    world.audit.events.length = 0;
    expect(await refresh(ada.refreshToken)).toMatchObject(reused);
    expect(world.audit.events).toContainEqual(
      expect.objectContaining({
        event: "refresh.reuse",
        outcome: "fail",
        actor: expect.objectContaining({ type: "user", id: ada.id, collection: "users" }),
      }),
    );
    for (const token of [ada.refreshToken, first.refreshToken, second.refreshToken])
      expect(await refresh(token)).toMatchObject(unknown);
    for (const token of [ada.accessToken, first.accessToken, second.accessToken])
      expect(await me(token)).toBe(401);
    expect(await me(other.accessToken)).toBe(200);
    await refreshed(other.refreshToken);
  });

  test("T-SESS-05 that was replaced more than 10 s ago ends its family", async () => {
    const next = await refreshed(ada.refreshToken);
    await later(11);
    expect(await refresh(ada.refreshToken)).toMatchObject(reused);
    expect(await me(next.accessToken)).toBe(401);
  });

  test("T-SESS-05 in a cookie that is old is refused, and both cookies are cleared", async () => {
    const browser = await enter(world, ada, { transport: "cookie" });
    const asked = { cookie: browser, headers: world.ownPage };
    expect((await ask("POST", "/api/users/refresh", asked)).status).toBe(200);
    await later(11);
    const answer = await ask("POST", "/api/users/refresh", asked);
    expect(answer).toMatchObject(reused);
    expect(answer.setCookies).toStrictEqual([
      "lucent_at=; HttpOnly; Path=/; SameSite=Lax; Max-Age=0",
      "lucent_rt=; HttpOnly; Path=/; SameSite=Strict; Max-Age=0",
    ]);
  });

  test("T-SESS-06 that was replaced 2 s ago answers the same successor, and there is one branch", async () => {
    const first = await refreshed(ada.refreshToken);
    await later(2);
    const second = await refreshed(ada.refreshToken);
    expect(second.refreshToken).toBe(first.refreshToken);
    expect(await countersOf(ada.id)).toStrictEqual([1]);
    for (const { accessToken } of [first, second]) expect(await me(accessToken)).toBe(200);
    await refreshed(first.refreshToken);
  });

  test("T-SESS-07 two generations old ends its family within the 10 s too", async () => {
    const first = await refreshed(ada.refreshToken);
    const second = await refreshed(first.refreshToken);
    await later(5);
    expect(await refresh(ada.refreshToken)).toMatchObject(reused);
    expect(await refresh(second.refreshToken)).toMatchObject(unknown);
    expect(await me(second.accessToken)).toBe(401);
  });

  test("T-SESS-12 in an address is not read, not used up, and not in the logs", async () => {
    const query = `?refreshToken=${ada.refreshToken}`;
    expect((await ask("GET", `/api/users/refresh${query}`)).status).toBe(405);
    for (const body of [undefined, {}]) {
      const answer = await ask("POST", `/api/users/refresh${query}`, body === undefined ? {} : { body });
      expect([400, 401]).toContain(answer.status);
    }
    expect(world.log.text()).toContain("auth.users.refresh");
    expect(world.log.text()).not.toContain(ada.refreshToken);
    expect(JSON.stringify(world.audit.events)).not.toContain(ada.refreshToken);
    expect(await countersOf(ada.id)).toStrictEqual([0]);
    await refreshed(ada.refreshToken);
  });
});

describe("T-SESS-08 50 refreshes of one token at the same time", () => {
  // Of one session a node answers 30 in a minute.
  const storm = (token: string, nodes: readonly Pick<Application, "ask">[]): Promise<readonly Answered[]> => {
    const body = { refreshToken: token };
    const each = (node: Pick<Application, "ask">) => node.ask("POST", "/api/users/refresh", { body });
    return Promise.all(Array.from({ length: 25 }, () => nodes.map(each)).flat());
  };

  test("on two nodes answer one successor, and there is one branch", async () => {
    const nodes = [world, await world.another()];
    const answers = await storm(ada.refreshToken, nodes);
    expect(answers.map(({ status }) => status)).toStrictEqual(answers.map(() => 200));
    const [successor = "", ...others] = new Set(answers.map(({ body }) => body.refreshToken));
    expect(others).toStrictEqual([]);
    expect(await countersOf(ada.id)).toStrictEqual([1]);
    expect(await me(answers[49]?.body.accessToken)).toBe(200);
    await refreshed(successor);
  });

  test("without a grace period are answered once at most, and the family is over", async () => {
    const collections = [{ ...users, auth: { session: { grace: 0 } } }] as const;
    const strict = await authWorld({ collections, auth: { hash: cheap }, plugins: [door()] });
    try {
      const nodes = [strict, await strict.another()];
      const entered = await newcomer(strict);
      const answers = await storm(entered.refreshToken, nodes);
      const good = answers.filter(({ status }) => status === 200);
      expect(good.length).toBeLessThanOrEqual(1);
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(50 - good.length);
      expect(answers.filter(({ body }) => body.code === "TOKEN_REUSED")).toHaveLength(1);
      for (const token of [entered.accessToken, ...good.map(({ body }) => body.accessToken)])
        expect((await strict.ask("GET", "/api/users/me", { token })).status).toBe(401);
      expect(await strict.sql("select id from lucent_sessions")).toStrictEqual([]);
    } finally {
      await strict.stop();
    }
  });

  test("on one node are answered, or refused as too many, and never by a failure", async () => {
    const answers = await storm(ada.refreshToken, [world, world]);
    const good = answers.filter(({ status }) => status === 200);
    expect(good.length).toBeGreaterThanOrEqual(30);
    expect(new Set(good.map(({ body }) => body.refreshToken)).size).toBe(1);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.map(({ status, headers }) => [status, Number(headers["retry-after"]) > 0])).toStrictEqual(
      refused.map(() => [429, true]),
    );
    expect(await me(ada.accessToken)).toBe(200);
  });
});

describe("T-SESS-17 a session", () => {
  test("lives for 30 days when it is refreshed every day, and not for 31", async () => {
    let tokens = { accessToken: ada.accessToken, refreshToken: ada.refreshToken };
    for (let passed = 1; passed < 30; passed += 1) {
      await later(day);
      tokens = await refreshed(tokens.refreshToken);
    }
    expect(await me(tokens.accessToken)).toBe(200);
    await later(day);
    expect(await me(tokens.accessToken)).toBe(401);
    expect(await refresh(tokens.refreshToken)).toMatchObject(unknown);
  });

  test("lives up to the last minute of its 30 days", async () => {
    for (let week = 1; week <= 4; week += 1) {
      await later(7 * day - 60);
      ada = { ...ada, ...(await refreshed(ada.refreshToken)) };
    }
    await later(2 * day + 180);
    expect(await me(ada.accessToken)).toBe(200);
    ada = { ...ada, ...(await refreshed(ada.refreshToken)) };
    await later(61);
    expect(await me(ada.accessToken)).toBe(401);
  });

  test("is over after 7 days without any use", async () => {
    const other = await enter(world, ada);
    await later(7 * day - 60);
    expect((await refresh(other.refreshToken)).status).toBe(200);
    await later(61);
    expect(await refresh(ada.refreshToken)).toMatchObject(unknown);
    expect(await me(ada.accessToken)).toBe(401);
    expect(await me(other.accessToken)).toBe(200);
  });
});
