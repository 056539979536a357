import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import type { Answered, Asker } from "./world/asker.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { door, enter, type Entered, newcomer } from "./world/door.ts";
import { safeAsker } from "./world/safe-asker.ts";

const environment = { NODE_ENV: "production", API_URL: "https://api.example.com" };

let world: AuthWorld;
let ask: Asker;
let ada: Entered;

beforeAll(async () => {
  world = await authWorld({ environment, auth: { hash: cheap }, plugins: [door()] });
  ask = safeAsker(world.ask);
});
afterAll(() => world.stop());

beforeEach(async () => {
  ada = await newcomer(world);
});

const again = (account: Entered): Promise<Entered> => enter(world, account);
const post = (path: string, token?: string, body?: object): Promise<Answered> =>
  ask("POST", `/api/users/${path}`, { token, ...(body === undefined ? {} : { body }) });
const me = async (token: string): Promise<number> => (await ask("GET", "/api/users/me", { token })).status;
const refresh = async ({ refreshToken }: Pick<Entered, "refreshToken">): Promise<number> =>
  (await post("refresh", undefined, { refreshToken })).status;

/** What both tokens of a session are answered with. The refresh token is used up where it is good. */
async function worth(session: Entered): Promise<readonly number[]> {
  return [await me(session.accessToken), await refresh(session)];
}

const alive = [200, 200];
const over = [401, 401];

describe("signing out", () => {
  test("T-SESS-01 T-SESS-02 ends the session at once, and no other", async () => {
    const [other, bob] = [await again(ada), await newcomer(world)];
    const answer = await post("logout", ada.accessToken);
    expect([answer.status, answer.text]).toStrictEqual([204, ""]);
    expect(await worth(ada)).toStrictEqual(over);
    expect(await worth(other)).toStrictEqual(alive);
    expect(await worth(bob)).toStrictEqual(alive);
  });

  test("T-SESS-02 by the refresh token alone ends it too, on every node", async () => {
    const node = await world.another();
    expect(await me(ada.accessToken)).toBe(200);
    const body = { refreshToken: ada.refreshToken };
    expect((await node.ask("POST", "/api/users/logout", { body })).status).toBe(204);
    expect(await worth(ada)).toStrictEqual(over);
    expect((await node.ask("GET", "/api/users/me", { token: ada.accessToken })).status).toBe(401);
  });

  test("T-SESS-02 with a token of an earlier rotation ends it too", async () => {
    const next = (await post("refresh", undefined, { refreshToken: ada.refreshToken })).body;
    expect((await post("logout", undefined, { refreshToken: ada.refreshToken })).status).toBe(204);
    for (const session of [ada, { ...ada, ...next }]) expect(await worth(session)).toStrictEqual(over);
  });

  test("T-SESS-03 everywhere ends all sessions and leaves API keys, which are listed", async () => {
    const others = [await again(ada), await again(ada), await again(ada), await again(ada)];
    const key = await post("api-keys", ada.accessToken, { name: "CI", scopes: ["users:read"] });
    expect(key.status).toBe(201);
    expect((await post("logout-all", others[0]?.accessToken)).status).toBe(204);
    for (const session of [ada, ...others]) expect(await worth(session)).toStrictEqual(over);
    expect(await me(key.body.key)).toBe(200);
    const { accessToken } = await again(ada);
    const listed = await ask("GET", "/api/users/api-keys", { token: accessToken });
    expect(listed.body.data).toMatchObject([{ id: key.body.id, prefix: key.body.prefix }]);
  });

  test("T-SESS-04 everywhere spares other accounts, and one with the same id in another collection", async () => {
    const namesake = await newcomer(world, { collection: "staff", id: ada.id });
    const bob = await newcomer(world);
    expect((await post("logout-all", ada.accessToken)).status).toBe(204);
    expect(await worth(ada)).toStrictEqual(over);
    expect(await worth(bob)).toStrictEqual(alive);
    const { status } = await ask("GET", "/api/staff/me", { token: namesake.accessToken });
    expect(status).toBe(200);
  });

  test("T-SESS-03 everywhere takes a credential that is good", async () => {
    expect((await post("logout-all")).status).toBe(401);
    expect((await post("logout-all", ada.refreshToken)).status).toBe(401);
    expect(await worth(ada)).toStrictEqual(alive);
  });
});

describe("T-SESS-24 signing out", () => {
  const flagsOf = ({ setCookies }: Answered): readonly string[] =>
    setCookies.map((cookie) => cookie.replace(/=[^;]*;/, "=;").replace(/Max-Age=\d+/, "Max-Age=0"));

  test.each([
    ["nothing", {}],
    ["garbage", { token: "garbage", body: { refreshToken: "lrt_garbage" } }],
    ["a body that is no JSON", { body: "{" }],
    ["a body of another kind", { body: { refreshToken: { like: "" } } }],
    ["another scheme", { headers: { authorization: "Basic YWxhZGRpbjpvcGVuc2VzYW1l" } }],
  ])("with %s is a success that clears the cookies with the flags they are set with", async (_, shown) => {
    const set = await enter(world, ada, { transport: "cookie" });
    const answer = await ask("POST", "/api/users/logout", shown);
    expect([answer.status, answer.text]).toStrictEqual([204, ""]);
    expect(answer.setCookies).toHaveLength(2);
    expect(answer.setCookies).toStrictEqual(flagsOf(set));
    expect(await worth(ada)).toStrictEqual(alive);
  });

  test("again, or with cookies that are no tokens, is a success too", async () => {
    const set = await enter(world, ada, { transport: "cookie" });
    for (const cookie of [set, set, "__Host-lucent_at=x; __Host-lucent_rt=y"]) {
      const answer = await ask("POST", "/api/users/logout", { cookie, headers: world.ownPage });
      expect([answer.status, answer.setCookies]).toStrictEqual([204, flagsOf(set)]);
    }
    expect((await ask("GET", "/api/users/me", { cookie: set })).status).toBe(401);
  });
});

describe("T-SESS-15 an account that", () => {
  test.each([
    [
      "is disabled",
      ({ id }: Entered) => world.sql("update users set disabled_at = now() where id = $1::uuid", id),
    ],
    [
      "is marked as deleted",
      ({ id }: Entered) => world.sql("update users set deleted_at = now() where id = $1::uuid", id),
    ],
    ["is gone", ({ id }: Entered) => world.sql("delete from users where id = $1::uuid", id)],
    [
      "deletes itself",
      ({ id, accessToken }: Entered) => ask("DELETE", `/api/users/${id}`, { token: accessToken }),
    ],
  ])("%s has no credential any more", async (_, change) => {
    const { body: key } = await post("api-keys", ada.accessToken, { name: "CI", scopes: ["users:read"] });
    expect(await me(key.key)).toBe(200);
    await change(ada);
    expect(await worth(ada)).toStrictEqual(over);
    expect(await me(key.key)).toBe(401);
    expect([401, 404]).toContain((await again(ada)).status);
  });
});

describe("T-SESS-16 an account in place of a deleted one", () => {
  test("has another id, and nothing of the other's credentials", async () => {
    const { body: key } = await post("api-keys", ada.accessToken, { name: "CI", scopes: ["users:read"] });
    await world.sql("delete from users where id = $1::uuid", ada.id);
    const heir = await world.register({ email: ada.email });
    expect([heir.status, heir.id === ada.id]).toStrictEqual([201, false]);
    expect(await worth(ada)).toStrictEqual(over);
    expect(await me(key.key)).toBe(401);
    expect(await worth(heir)).toStrictEqual(alive);
  });

  test("can't be made under the id of one that is gone", async () => {
    await world.sql("delete from users where id = $1::uuid", ada.id);
    for (const id of [ada.id, randomUUID()]) {
      const body = { email: ada.email, password: "correct horse battery", id };
      const answer = await ask("POST", "/api/users/register", { body });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "id" }] } });
    }
    expect(await worth(ada)).toStrictEqual(over);
  });
});

describe("sessions that an account sees", () => {
  const listOf = async (token: string): Promise<Answered["body"]> =>
    (await ask("GET", "/api/users/sessions", { token })).body.data;
  const end = (id: string, token: string) => ask("DELETE", `/api/users/sessions/${id}`, { token });
  const withoutRequest = ({ status, body }: Answered) => ({ status, body: { ...body, requestId: "" } });

  test("T-SESS-20 are its own: somebody else's is not there, and stays alive", async () => {
    const bob = await newcomer(world);
    const [{ id }] = await listOf(bob.accessToken);
    const refused = await end(id, ada.accessToken);
    expect(refused).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    for (const nobody of [
      "0123456789abcdef",
      "x",
      randomUUID(),
      "%00",
      "' or 1=1--".replaceAll(" ", "%20"),
    ]) {
      expect(withoutRequest(await end(nobody, ada.accessToken))).toStrictEqual(withoutRequest(refused));
    }
    expect(await worth(bob)).toStrictEqual(alive);
    const other = await again(bob);
    expect((await end(id, other.accessToken)).status).toBe(204);
    expect(await worth(bob)).toStrictEqual(over);
    expect(await worth(other)).toStrictEqual(alive);
  });

  test("T-SESS-21 are 50: the one that was idle longest makes room", async () => {
    const all = [ada, ...(await Promise.all(Array.from({ length: 49 }, () => again(ada))))];
    const idle = all[20] ?? ada;
    const current = await listOf(idle.accessToken);
    expect(current).toHaveLength(50);
    const { id } = current.find((each: { readonly current: boolean }) => each.current);
    await world.sql(
      `update lucent_sessions set last_used_at = now() - interval '1 day'
       where user_id = $1::uuid and left(encode(sha256(uuid_send(id)), 'hex'), 16) = $2`,
      ada.id,
      id,
    );
    all.push(await again(ada));
    expect(await me(idle.accessToken)).toBe(401);
    const listed = await listOf(ada.accessToken);
    expect(listed).toHaveLength(50);
    expect(listed.map((each: { readonly id: string }) => each.id)).not.toContain(id);
    const states = await Promise.all(all.map(({ accessToken }) => me(accessToken)));
    expect(states.filter((status) => status === 200)).toHaveLength(50);
    expect(await refresh(idle)).toBe(401);
  });
});
