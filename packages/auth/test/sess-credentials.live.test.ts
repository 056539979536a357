import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { forgeHmac, header, origin, signer } from "./credential/forge.ts";
import { cheap } from "./world/accounts.ts";
import { type Answered, type Asker, cookieHeader } from "./world/asker.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { posts, users } from "./world/collections.ts";
import { door, enter, type Entered, newcomer } from "./world/door.ts";
import { mailedToken, resetToken } from "./world/mailed.ts";
import { safeAsker } from "./world/safe-asker.ts";

const reports = defineCollection({
  slug: "reports",
  fields: { title: { type: "text" } },
  access: { read: ({ user }) => user?.["role"] === "editor" },
});
const collections = [users, posts, reports] as const;

let world: AuthWorld<typeof collections>;
let ask: Asker;
let ada: Entered;

beforeAll(async () => {
  world = await authWorld({
    collections,
    environment: { NODE_ENV: "production", API_URL: origin },
    auth: { hash: cheap, tokens: { keys: [signer("HS256")], issuer: origin } },
    plugins: [door()],
  });
  ask = safeAsker(world.ask);
});
afterAll(() => world.stop());

beforeEach(async () => {
  ada = await newcomer(world);
});

const me = async (token: string): Promise<number> => (await ask("GET", "/api/users/me", { token })).status;
const refresh = (refreshToken: string): Promise<Answered> =>
  ask("POST", "/api/users/refresh", { body: { refreshToken } });

/** What a token of ours says. */
function said({ accessToken }: Entered): Record<string, unknown> {
  return JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString());
}

describe("T-SESS-11 a token of another purpose", () => {
  test("an access token is not refreshed", async () => {
    for (const token of [ada.accessToken, ""])
      expect(await refresh(token)).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } });
    const cookie = `__Host-lucent_rt=${ada.accessToken}`;
    expect((await ask("POST", "/api/users/refresh", { cookie, headers: world.ownPage })).status).toBe(401);
  });

  test("what is no access token opens no route, in a header or a cookie", async () => {
    const reset = await resetToken(world, ada.email);
    await ask("POST", "/api/users/resend-verification", { body: { email: ada.email } });
    const verify = await mailedToken(world, ada.email, "verify-email");
    for (const at of [1, 2, 3]) {
      const body = { title: `post ${at}`, author: ada.id };
      expect((await ask("POST", "/api/posts", { body, token: ada.accessToken })).status).toBe(201);
    }
    const list = await ask("GET", "/api/posts?perPage=1", { token: ada.accessToken });
    const cursor: string = list.body.meta.nextCursor;
    const now = Math.floor(Date.now() / 1000);
    const own = { ...said(ada), iat: now, exp: now + 900 };
    expect(await me(forgeHmac(header("HS256"), own))).toBe(200);
    const others = ["url+jwt", "reset+jwt", "verify+jwt", "state+jwt", "JWT"].map((typ) =>
      forgeHmac(header("HS256", { typ }), own),
    );
    for (const token of [ada.refreshToken, reset, verify, cursor, ...others]) {
      expect(token.length).toBeGreaterThan(20);
      expect(await me(token)).toBe(401);
      expect((await ask("GET", "/api/posts", { token })).status).toBe(401);
      expect((await ask("GET", "/api/users/me", { headers: { "x-api-key": token } })).status).toBe(401);
      expect((await ask("GET", "/api/users/me", { cookie: `__Host-lucent_at=${token}` })).status).toBe(401);
    }
    expect(await me(ada.accessToken)).toBe(200);
  });
});

describe("T-SESS-13 a session", () => {
  const cookieOf = (answer: Pick<Answered, "setCookies">, name: string): string =>
    new RegExp(`__Host-lucent_${name}=([^;]*)`).exec(cookieHeader(answer))?.[1] ?? "";

  test("is named by nobody but the server: what the client came with is replaced and never valid", async () => {
    const { email, password } = await world.register();
    const attacker = await enter(world, ada, { transport: "cookie" });
    for (const cookie of ["__Host-lucent_at=attackerchosen", cookieHeader(attacker)]) {
      const body = { email, password, session: "cookie" };
      const answer = await ask("POST", "/api/users/login", { body, cookie, headers: world.ownPage });
      expect(answer.status).toBe(200);
      const values = ["at", "rt"].map((name) => cookieOf(answer, name));
      for (const value of values) {
        expect(value.length).toBeGreaterThan(40);
        expect(cookie).not.toContain(value);
      }
      expect((await ask("GET", "/api/users/me", { cookie: answer })).body.email).toBe(email);
    }
    const chosen = await ask("GET", "/api/users/me", { cookie: "__Host-lucent_at=attackerchosen" });
    expect(chosen.status).toBe(401);
    expect((await ask("GET", "/api/users/me", { cookie: attacker })).body.id).toBe(ada.id);
  });

  test("begins anew at every sign-in", async () => {
    const all = [ada, await enter(world, ada), await enter(world, ada)];
    expect(new Set(all.map((each) => said(each)["sid"])).size).toBe(3);
    expect(new Set(all.map(({ refreshToken }) => refreshToken)).size).toBe(3);
  });

  test("can't be asked for by an id", async () => {
    const body = { email: ada.email, password: "correct horse battery", sid: String(said(ada)["sid"]) };
    const answer = await ask("POST", "/api/users/login", { body });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "sid", rule: "unknown" }] } });
  });
});

test("T-SESS-14 a role that is taken away is gone on the next request, on every node", async () => {
  const node = await world.another();
  const become = (role: string) => world.sql("update users set role = $2 where id = $1::uuid", ada.id, role);
  const read = async (): Promise<readonly number[]> =>
    Promise.all(
      [ask, node.ask].map(
        async (each) => (await each("GET", "/api/reports", { token: ada.accessToken })).status,
      ),
    );
  expect(await read()).toStrictEqual([403, 403]);
  await become("editor");
  expect(await read()).toStrictEqual([200, 200]);
  await become("member");
  expect(await read()).toStrictEqual([403, 403]);
});

describe("T-SESS-18 an access token", () => {
  /** Asks with a token that ended so many seconds ago; the answer counts where the same second lasted all along. */
  async function endedAgo(seconds: number): Promise<number> {
    for (;;) {
      const now = Math.floor(Date.now() / 1000);
      const exp = now - seconds;
      const status = await me(forgeHmac(header("HS256"), { ...said(ada), iat: exp - 900, exp }));
      if (Math.floor(Date.now() / 1000) === now) return status;
    }
  }

  test.each([
    [4, 200],
    [5, 401],
    [6, 401],
  ])("that ended %d s ago: %d", async (seconds, status) => {
    expect(await endedAgo(seconds)).toBe(status);
  });
});

describe("two credentials in one request", () => {
  let bob: Entered;
  beforeEach(async () => {
    bob = await enter(world, await newcomer(world), { transport: "cookie" });
  });
  const written = () => world.sql("select count(*)::int from posts");
  const body = { title: "x" };

  test("T-SESS-22 of two accounts are refused, and nothing is done", async () => {
    const before = await written();
    const asked = { token: ada.accessToken, cookie: bob };
    for (const [method, path] of [
      ["GET", "/api/users/me"],
      ["GET", "/api/posts"],
    ] as const)
      expect(await ask(method, path, asked)).toMatchObject({ status: 400, body: { code: "BAD_REQUEST" } });
    const write = await ask("POST", "/api/posts", { ...asked, body, headers: world.ownPage });
    expect(write.status).toBe(400);
    expect(await written()).toStrictEqual(before);
  });

  test("T-SESS-22 of one account are one", async () => {
    const own = await enter(world, ada, { transport: "cookie" });
    const answer = await ask("GET", "/api/users/me", { token: ada.accessToken, cookie: own });
    expect([answer.status, answer.body.id]).toStrictEqual([200, ada.id]);
  });

  test.each([
    ["a token of nobody", { authorization: "Bearer garbage" }],
    ["another scheme", { authorization: "Basic YWxhZGRpbjpvcGVuc2VzYW1l" }],
    ["an empty header", { authorization: "" }],
    ["an API key of nobody", { "x-api-key": "garbage" }],
  ])("T-SESS-23 a good cookie does not stand in for %s", async (_, headers) => {
    const before = await written();
    expect((await ask("GET", "/api/users/me", { cookie: bob, headers })).status).toBe(401);
    const own = { ...world.ownPage, ...headers };
    expect((await ask("POST", "/api/posts", { cookie: bob, headers: own, body })).status).toBe(401);
    expect(await written()).toStrictEqual(before);
    expect((await ask("GET", "/api/users/me", { cookie: bob })).status).toBe(200);
  });

  test("T-SESS-23 a good token does not stand in for a bad API key, nor a good key for a bad token", async () => {
    const asked = { body: { name: "CI", scopes: ["users:read"] }, token: ada.accessToken };
    const { key } = (await ask("POST", "/api/users/api-keys", asked)).body;
    for (const [token, apiKey, status] of [
      [ada.accessToken, key, 200],
      [ada.accessToken, `${key.slice(0, -1)}!`, 401],
      ["garbage", key, 401],
    ] as const) {
      const answer = await ask("GET", "/api/users/me", { token, headers: { "x-api-key": apiKey } });
      expect(answer.status).toBe(status);
    }
  });
});
