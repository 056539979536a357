import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { newApiKey } from "../src/credential/api-key.ts";
import type { Answered } from "./world/asker.ts";
import { authWorld } from "./world/auth-world.ts";
import { canary, sungIn } from "./world/canaries.ts";
import { door, enter, type Entered, newcomer } from "./world/door.ts";
import { keyCollections, keyOf, type KeyWorld, withChecksum, withKey } from "./world/keys.ts";
import { told } from "./world/uniform.ts";

let world: KeyWorld;
let ada: Entered;

beforeAll(async () => {
  world = await authWorld({
    collections: keyCollections,
    plugins: [door()],
    api: { requestLog: true },
  });
});
afterAll(() => world.stop());

beforeEach(async () => {
  ada = await newcomer(world);
});

const setRole = (role: string): Promise<unknown> =>
  world.sql("update users set role = $2 where id = $1::uuid", ada.id, role);

const codeOf = ({ status, body }: Answered): readonly unknown[] => [status, body?.code];
const forbidden = [403, "FORBIDDEN"];
const unknown = [401, "UNAUTHENTICATED"];

describe("the rights of a key", () => {
  test("T-KEY-03 end where its scopes do, whatever the rules of a collection allow", async () => {
    const ask = withKey(world, (await keyOf(world, ada, ["open:read"])).key);
    const { id } = await world.engine.asSystem().open.create({ title: "one" });
    for (const answer of [
      await ask("GET", "open"),
      await ask("GET", `open/${id}`),
      await ask("GET", "open/count"),
      await ask("POST", "open/query", {}),
    ]) {
      expect(answer.status).toBe(200);
    }
    for (const answer of [
      await ask("POST", "open", { title: "two" }),
      await ask("PATCH", `open/${id}`, { title: "two" }),
      await ask("DELETE", `open/${id}`),
      await ask("POST", "batch", { operations: [{ op: "delete", collection: "open", id }] }),
      await ask("GET", "users"),
      await ask("GET", `users/${ada.id}`),
      await ask("GET", "users/me"),
      await ask("GET", "posts"),
    ]) {
      expect(codeOf(answer)).toStrictEqual(forbidden);
    }
    expect(await world.engine.asSystem().open.findById(id)).toMatchObject({ title: "one" });
  });

  test("T-KEY-03 reach no other collection through a relationship", async () => {
    const ask = withKey(world, (await keyOf(world, ada, ["posts:read"])).key);
    const { id } = await world.engine.asSystem().posts.create({ title: "mine", author: ada.id });
    expect((await ask("GET", `posts/${id}`)).status).toBe(200);
    const deep = await ask("GET", `posts/${id}?depth=1`);
    expect([deep.status, deep.body.author]).toStrictEqual([200, null]);
    const populated = await ask("POST", "posts/query", { populate: "author" });
    expect(JSON.stringify(populated.body)).not.toContain("role");
    const filtered = await ask("POST", "posts/query", { where: { "author.name": { exists: false } } });
    expect(filtered.status === 200 ? filtered.body.data : []).toStrictEqual([]);
  });

  test("T-KEY-05 shrink with its owner's on the next request", async () => {
    await setRole("editor");
    const ask = withKey(world, (await keyOf(world, ada, ["admin"])).key);
    expect((await ask("GET", "reports")).status).toBe(200);
    await setRole("member");
    expect(codeOf(await ask("GET", "reports"))).toStrictEqual(forbidden);
    expect(codeOf(await ask("POST", "reports", { title: "x" }))).toStrictEqual(forbidden);
    await setRole("editor");
    expect((await ask("GET", "reports")).status).toBe(200);
  });

  test("T-KEY-06 never reach keys, sessions, passwords or addresses", async () => {
    await setRole("editor");
    const { id, key } = await keyOf(world, ada, ["admin"]);
    const ask = withKey(world, key);
    expect((await ask("GET", "users/me")).body.id).toBe(ada.id);
    const passwords = { currentPassword: "the old password", newPassword: "correct horse staple" };
    for (const answer of [
      await ask("POST", "users/api-keys", { name: "more", scopes: ["open:read"] }),
      await ask("GET", "users/api-keys"),
      await ask("DELETE", `users/api-keys/${id}`),
      await ask("POST", "users/change-password", passwords),
      await ask("POST", "users/change-email", { currentPassword: "x", email: "new@example.com" }),
      await ask("POST", "users/logout-all"),
      await ask("GET", "users/sessions"),
      await ask("DELETE", `users/sessions/${randomUUID()}`),
    ]) {
      expect(codeOf(answer)).toStrictEqual(forbidden);
    }
    // Whoever refreshes shows a refresh token and nothing else.
    expect(codeOf(await ask("POST", "users/refresh"))).toStrictEqual(unknown);
    expect(codeOf(await ask("POST", "users/refresh", { refreshToken: key }))).toStrictEqual(unknown);
    // Logging out ends the sessions that are shown, and a key is none.
    expect((await ask("POST", "users/logout")).status).toBe(204);
    expect((await ask("GET", "users/me")).status).toBe(200);
    expect((await world.ask("GET", "/api/users/sessions", { token: ada.accessToken })).status).toBe(200);
    for (const path of [`users/${ada.id}`]) {
      const change = await ask("PATCH", path, { password: "another horse staple", email: "new@example.com" });
      expect([change.status, change.body.errors.map((each: { path: string }) => each.path)]).toStrictEqual([
        422,
        ["password", "email"],
      ]);
    }
  });
});

describe("a key that is over", () => {
  test("T-KEY-07 is like one that never was: revoked, run out, or its owner disabled, marked as deleted or gone", async () => {
    const ends: readonly ((owner: Entered, id: string) => Promise<unknown>)[] = [
      ({ accessToken }, id) => world.ask("DELETE", `/api/users/api-keys/${id}`, { token: accessToken }),
      (_, id) => world.sql("update lucent_api_keys set expires_at = now() where id = $1::uuid", id),
      ({ id }) => world.sql("update users set disabled_at = now() where id = $1::uuid", id),
      ({ id, accessToken }) => world.ask("DELETE", `/api/users/${id}`, { token: accessToken }),
      ({ id }) => world.sql("delete from users where id = $1::uuid", id),
    ];
    const answers: Answered[] = [];
    for (const end of ends) {
      const owner = await newcomer(world);
      const { id, key } = await keyOf(world, owner, ["open:read"]);
      expect((await withKey(world, key)("GET", "open")).status).toBe(200);
      await end(owner, id);
      answers.push(await withKey(world, key)("GET", "open"));
      answers.push(await world.ask("GET", "/api/open", { token: key }));
    }
    answers.push(await withKey(world, withChecksum(`lk_test_${"A".repeat(57)}`))("GET", "open"));
    answers.push(await withKey(world, "nothing like a key")("GET", "open"));
    const [first, ...others] = answers;
    if (first === undefined) throw new TypeError("there is no answer");
    expect(codeOf(first)).toStrictEqual(unknown);
    for (const other of others) expect(told(other)).toStrictEqual(told(first));
  });

  test("T-KEY-12 no character of a key is without meaning, even where the checksum fits", async () => {
    const { key } = await keyOf(world, ada, ["open:read"]);
    expect(withChecksum(key)).toBe(key);
    const flipped = Array.from({ length: key.length - "lk_test_".length - 6 }, (_, place) => {
      const at = place + "lk_test_".length;
      const other = key.charAt(at) === "A" ? "B" : "A";
      return withChecksum(`${key.slice(0, at)}${other}${key.slice(at + 1)}`);
    }).filter((each) => each.charAt("lk_test_12345678".length) === "_");
    expect(flipped).toHaveLength(51);
    const spelled = [
      withChecksum(key.replace("_test_", "_live_")),
      key.toLowerCase(),
      `${key} `,
      `${key}=`,
      key.slice(0, -1),
      `${key.slice(0, -1)}${key.endsWith("0") ? "1" : "0"}`,
    ].filter((each) => each.trim() !== key);
    for (const other of [...flipped, ...spelled]) {
      expect(codeOf(await withKey(world, other)("GET", "open")), other).toStrictEqual(unknown);
    }
    expect((await withKey(world, key)("GET", "open")).status).toBe(200);
  });
});

describe("where a key is shown", () => {
  test("T-KEY-08 an address is no place for it: it is not taken there, and not logged", async () => {
    const { key } = await keyOf(world, ada, ["users:read", "posts:read", "open:read"]);
    for (const name of ["api_key", "access_token", "apiKey", "key", "x-api-key"]) {
      const list = await world.ask("GET", `/api/posts?${name}=${key}`);
      expect([400, 401], name).toContain(list.status);
      const me = await world.ask("GET", `/api/users/me?${name}=${key}`);
      expect([400, 401], name).toContain(me.status);
      const body = await world.ask("POST", "/api/posts/query", { body: { [name]: key } });
      expect([400, 401, 422], name).toContain(body.status);
      for (const { text } of [list, body]) expect(text).not.toContain(key);
    }
    expect((await world.ask("GET", `/api/${key}`)).status).toBe(404);
    expect((await world.ask("GET", `/api/users/${key}`, { token: ada.accessToken })).status).toBe(404);
    const secrets = [canary("key", key)];
    expect(world.log.lines.length).toBeGreaterThan(10);
    expect(sungIn(world.log.text(), secrets)).toStrictEqual([]);
    expect(sungIn(JSON.stringify(world.audit.events), secrets)).toStrictEqual([]);
  });

  test("R-AK-2 one in an address is reported by what may be named of it, once, and one that is none is not", async () => {
    const { key } = await keyOf(world, ada, ["posts:read"]);
    const publicId = key.slice("lk_test_".length, "lk_test_12345678".length);
    const reported = (): readonly unknown[] =>
      world.audit.events.filter(({ event }) => event === "key.exposed");
    world.audit.events.length = 0;
    const ended = await keyOf(world, ada, ["posts:read"]);
    await world.ask("DELETE", `/api/users/api-keys/${ended.id}`, { token: ada.accessToken });
    for (const none of [ended.key, newApiKey("test").key, key.slice(0, -1), `${key.slice(0, -1)}_`])
      expect((await world.ask("GET", `/api/posts?api_key=${none}`)).status).toBe(401);
    expect(reported()).toStrictEqual([]);
    for (const asked of [{}, { token: ada.accessToken }, {}])
      expect([400, 401]).toContain((await world.ask("GET", `/api/posts?a=b&api_key=${key}`, asked)).status);
    expect(reported()).toStrictEqual([
      {
        time: expect.any(String),
        event: "key.exposed",
        outcome: "fail",
        reason: "URL",
        actor: { type: "key", id: ada.id, collection: "users", key: publicId },
      },
    ]);
  });

  test("T-KEY-09 its secret is shown once, and afterwards only what tells it from others", async () => {
    const made = await world.ask("POST", "/api/users/api-keys", {
      token: ada.accessToken,
      body: { name: "ci", scopes: ["users:read"] },
    });
    const { key, ...rest } = made.body;
    expect(made.headers["cache-control"]).toBe("no-store");
    expect(key).toMatch(/^lk_test_[A-Za-z0-9]{8}_[A-Za-z0-9]{49}$/);
    expect(rest.prefix).toBe(String(key).slice(0, "lk_test_12345678".length));
    const listed = await world.ask("GET", "/api/users/api-keys", { token: ada.accessToken });
    expect(listed.body.data).toStrictEqual([{ ...rest, lastUsedAt: null }]);
    const [row] = await world.sql(
      "select to_json(k)::text from lucent_api_keys k where user_id = $1::uuid",
      ada.id,
    );
    const secret = String(key).slice("lk_test_12345678_".length);
    expect(sungIn(String(row?.[0]), [canary("key", key), canary("secret", secret)])).toStrictEqual([]);
  });

  test("T-KEY-09 two credentials of two accounts are not guessed between", async () => {
    const { key } = await keyOf(world, ada, ["users:read"]);
    const other = await enter(world, await newcomer(world));
    const both = await world.ask("GET", "/api/users/me", {
      token: other.accessToken,
      headers: { "x-api-key": key },
    });
    expect(codeOf(both)).toStrictEqual([400, "BAD_REQUEST"]);
  });
});
