import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { Answered } from "./world/asker.ts";
import { authWorld } from "./world/auth-world.ts";
import { door, type Entered, newcomer } from "./world/door.ts";
import { askForKey, keyCollections, keyOf, type KeyWorld, withKey } from "./world/keys.ts";
import { told } from "./world/uniform.ts";

let world: KeyWorld;
let [alice, bob]: readonly Entered[] = [];

beforeAll(async () => {
  world = await authWorld({ collections: keyCollections, plugins: [door()] });
});
afterAll(() => world.stop());

beforeEach(async () => {
  alice = await newcomer(world);
  bob = await newcomer(world);
});

const known = (account: Entered | undefined): Entered => {
  if (account === undefined) throw new TypeError("there is no account");
  return account;
};
const asBob = (method: string, path: string, body?: object): Promise<Answered> =>
  world.ask(method, `/api/${path}`, {
    token: known(bob).accessToken,
    ...(body === undefined ? {} : { body }),
  });

async function keysOf({ id }: Entered): Promise<number> {
  const [[count] = []] = await world.sql(
    "select count(*)::int from lucent_api_keys where user_id = $1::uuid",
    id,
  );
  return Number(count);
}

/** Copies an account's one key until there are so many. */
async function fill({ id }: Entered, count: number): Promise<void> {
  await world.sql(
    `insert into lucent_api_keys
       select (json_populate_record(k, json_build_object('id', gen_random_uuid(),
         'public_id', 'x' || lpad(n::text, 7, '0'), 'hash', md5(random()::text) || md5(random()::text)))).*
       from lucent_api_keys k, generate_series(2, $2::int) n where user_id = $1::uuid`,
    id,
    count,
  );
}

describe("asking for a key", () => {
  test("T-KEY-01 nobody gets one without a session, whoever they say they are", async () => {
    const body = { userId: known(alice).id, name: "ci", scopes: ["posts:read"] };
    const { status, body: problem } = await world.ask("POST", "/api/users/api-keys", { body });
    expect([status, problem.code]).toStrictEqual([401, "UNAUTHENTICATED"]);
    expect(await keysOf(known(alice))).toBe(0);
  });

  test("T-KEY-02 what only the server says of a key is refused, each by its name", async () => {
    const more = {
      userId: known(alice).id,
      user_id: known(alice).id,
      rateLimit: 1,
      remaining: 9,
      createdAt: "2020-01-01T00:00:00Z",
      lastUsedAt: null,
      publicId: "AAAAAAAA",
      mode: "live",
      hash: "0",
    };
    const { status, body } = await askForKey(world, known(bob), {
      name: "ci",
      scopes: ["posts:read"],
      ...more,
    });
    expect([status, body.code]).toStrictEqual([422, "VALIDATION"]);
    const paths = body.errors.map(({ path, rule }: Readonly<Record<string, string>>) => [path, rule]);
    const shown = Object.keys(more).map((name) => [name === "user_id" ? "" : name, "unknown"]);
    expect(paths).toStrictEqual(shown);
    expect([await keysOf(known(alice)), await keysOf(known(bob))]).toStrictEqual([0, 0]);
  });

  test("T-KEY-02 a key is its maker's", async () => {
    const { key } = await keyOf(world, known(bob), ["users:read"]);
    const me = await withKey(world, key)("GET", "users/me");
    expect([me.status, me.body.id]).toStrictEqual([200, known(bob).id]);
  });

  test("T-KEY-02 nobody gives themselves the scope for everything", async () => {
    const refused = await askForKey(world, known(bob), { name: "ci", scopes: ["posts:read", "admin"] });
    expect([refused.status, refused.body.code, refused.body.errors]).toStrictEqual([
      403,
      "FORBIDDEN",
      [{ path: "scopes", rule: "options" }],
    ]);
    expect(await keysOf(known(bob))).toBe(0);
    await world.sql("update users set role = 'editor' where id = $1::uuid", known(bob).id);
    expect((await askForKey(world, known(bob), { name: "ci", scopes: ["admin"] })).status).toBe(201);
  });

  test("T-KEY-04 a key without scopes is none, and one with no scope can do nothing", async () => {
    const without = await askForKey(world, known(bob), { name: "ci" });
    expect([without.status, without.body.errors]).toStrictEqual([
      422,
      [{ path: "scopes", rule: "required" }],
    ]);
    const { key } = await keyOf(world, known(bob), []);
    const ask = withKey(world, key);
    const id = randomUUID();
    for (const answer of [
      await ask("GET", "open"),
      await ask("POST", "open/query", {}),
      await ask("GET", "open/count"),
      await ask("GET", `open/${id}`),
      await ask("POST", "open", { title: "new" }),
      await ask("PATCH", `open/${id}`, { title: "other" }),
      await ask("DELETE", `open/${id}`),
      await ask("POST", "batch", { operations: [{ op: "create", collection: "open", data: {} }] }),
      await ask("GET", "users/me"),
    ]) {
      expect([answer.status, answer.body.code]).toStrictEqual([403, "FORBIDDEN"]);
    }
  });

  test.each([
    "posts:*",
    "__proto__:read",
    "constructor",
    " posts:read",
    "posts:read ",
    "POSTS:READ",
    "posts:READ",
    "posts",
    "posts:",
    ":read",
    "posts:list",
    "nothing:read",
    "lucent_sessions:read",
    "posts:read,posts:create",
    "",
  ])("T-KEY-11 %j is no scope", async (scope) => {
    const { status, body } = await askForKey(world, known(bob), { name: "ci", scopes: ["open:read", scope] });
    expect([status, body.errors]).toStrictEqual([422, [{ path: "scopes.1", rule: "options" }]]);
  });

  test.each([
    ["a text", "posts:read", [{ path: "scopes", rule: "type" }]],
    ["an object", { "0": "posts:read" }, [{ path: "scopes", rule: "type" }]],
    ["a list of others", [["posts:read"]], [{ path: "scopes.0", rule: "type" }]],
    ["one twice", ["posts:read", "posts:read"], [{ path: "scopes", rule: "unique" }]],
  ])("T-KEY-11 %s is no list of scopes", async (_, scopes, errors) => {
    const { status, body } = await askForKey(world, known(bob), { name: "ci", scopes });
    expect([status, body.errors]).toStrictEqual([422, errors]);
  });
});

describe("the keys of an account", () => {
  test("T-KEY-10 somebody else's can't be told from one that is not there, and stays", async () => {
    const { id, key } = await keyOf(world, known(alice), ["open:read"]);
    const ids = [id, randomUUID(), "nothing", "..%2f..", id.toUpperCase()];
    const [first, ...others] = await Promise.all(
      ids.map((each) => asBob("DELETE", `users/api-keys/${each}`)),
    );
    if (first === undefined) throw new TypeError("there is no answer");
    expect([first.status, first.body.code]).toStrictEqual([404, "NOT_FOUND"]);
    for (const other of others) expect(told(other)).toStrictEqual(told(first));
    expect((await asBob("PATCH", `users/api-keys/${id}`, { name: "mine" })).status).toBe(405);
    expect((await asBob("GET", "users/api-keys")).body).toStrictEqual({ data: [] });
    expect((await withKey(world, key)("GET", "open")).status).toBe(200);
  });

  test("T-KEY-13 are 50, also where several are asked for at once; an ended one makes room", async () => {
    const { id } = await keyOf(world, known(bob), ["open:read"]);
    await fill(known(bob), 49);
    const asked = Array.from({ length: 5 }, () => askForKey(world, known(bob), { name: "ci", scopes: [] }));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.toSorted((one, other) => one - other)).toStrictEqual([201, 409, 409, 409, 409]);
    expect(await keysOf(known(bob))).toBe(50);
    expect((await asBob("GET", "users/api-keys")).body.data).toHaveLength(50);
    expect((await asBob("DELETE", `users/api-keys/${id}`)).status).toBe(204);
    expect((await askForKey(world, known(bob), { name: "ci", scopes: [] })).status).toBe(201);
  });
});
