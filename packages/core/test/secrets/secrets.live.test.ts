import { type Json, start } from "@lucent/core";
import { SecretError, secretKey, secrets } from "@lucent/core/secrets";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import {
  environmentOf,
  failure,
  named,
  type Opened,
  randomKey,
  type SecretsDatabase,
  secretsDatabase,
} from "./world.ts";

let database: SecretsDatabase;
let app: Opened;
const key = randomKey();

beforeAll(async () => {
  database = await secretsDatabase(inject("databaseUrl"));
  app = await database.open([key]);
});

afterAll(() => database.drop());

describe("a secret", () => {
  const values: readonly Json[] = [
    "text",
    "",
    0,
    -1.5,
    true,
    false,
    null,
    [],
    {},
    { accessToken: "a\u0000b", scopes: ["read", "ü", "\u{1f511}"], expires: null, deep: [[[{}]]] },
  ];
  test.each(values.map((value) => [value]))("is read as it was set: %j", async (value) => {
    const name = named("round-trip");
    await app.secrets.set(name, value);
    expect(await app.secrets.get(name)).toStrictEqual(value);
    expect(await app.secrets.require(name)).toStrictEqual(value);
  });

  test("keeps a key called __proto__ as a key", async () => {
    const value = JSON.parse('{"__proto__":{"polluted":true}}') as Json;
    await app.secrets.set(named("proto"), value);
    const read = await app.secrets.get(named("proto"));
    expect(JSON.stringify(read)).toBe('{"__proto__":{"polluted":true}}');
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  test("is replaced, also by two processes at once, and deleted once", async () => {
    const name = named("replaced");
    const other = await database.open([key]);
    await Promise.all([app.secrets.set(name, 1), other.secrets.set(name, 2)]);
    expect([1, 2]).toContain(await app.secrets.get(name));
    await other.secrets.set(name, 3);
    expect(await app.secrets.get(name)).toBe(3);
    expect(await app.secrets.delete(name)).toBe(true);
    expect(await other.secrets.get(name)).toBeUndefined();
    expect(await app.secrets.delete(name)).toBe(false);
  });

  test("that is missing is undefined, and an error with a code where it is required", async () => {
    expect(await app.secrets.get(named("missing"))).toBeUndefined();
    const error: unknown = await app.secrets.require(named("missing")).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SecretError);
    expect(error).toMatchObject({ code: "SECRET_MISSING", key: "app:main:test:missing" });
    expect(String(error)).toBe('SecretError: The secret "app:main:test:missing" is not set.');
  });

  test("may have 65,536 bytes of JSON as UTF-8 and no more", async () => {
    const name = named("large");
    const fits = "ü".repeat(32_767);
    await app.secrets.set(name, fits);
    expect(await failure(app.secrets.set(name, `${fits}a`))).toBe("SECRET_TOO_LARGE");
    expect(await app.secrets.get(name)).toBe(fits);
  });

  test("is JSON, and what is not is refused without being shown", async () => {
    const circle: Record<string, unknown> = { hunter2: 1 };
    circle["self"] = circle;
    const wrong: readonly unknown[] = [
      undefined,
      Number.NaN,
      1n,
      Symbol("a"),
      () => 1,
      { a: [undefined] },
      circle,
    ];
    for (const value of wrong) {
      const error: unknown = await app.secrets
        .set(named("no-json"), value as Json)
        .catch((thrown: unknown) => thrown);
      expect(String(error)).toBe("TypeError: the value of a secret must be JSON");
    }
    expect(await app.secrets.get(named("no-json"))).toBeUndefined();
  });

  test("is only reached by a name that secretKey made", async () => {
    for (const name of ["", "a:b:c", "a:b:c:d:e", "a:b:c:' or true --", undefined, 1]) {
      const wrong = name as ReturnType<typeof named>;
      const calls = [
        app.secrets.set(wrong, 1),
        app.secrets.get(wrong),
        app.secrets.require(wrong),
        app.secrets.delete(wrong),
      ];
      expect(await Promise.all(calls.map(failure))).toStrictEqual(calls.map(() => "TypeError"));
    }
  });
});

test("the list tells names, times and versions, never values, by any parts of the name", async () => {
  await database.sql`delete from lucent_secrets`;
  // Byte by byte: the colon stands behind the digits.
  const owners = ["10", "1", "b"];
  for (const owner of owners)
    for (const provider of ["github", "stripe"])
      await app.secrets.set(secretKey({ scope: "user", owner, provider, name: "token" }), "hunter2");
  const before = Date.now();
  await app.secrets.set(named("api-key"), "hunter2");
  const all = await app.secrets.list();
  expect(all.map((entry) => String(entry.key))).toStrictEqual([
    "app:main:test:api-key",
    ...owners.flatMap((owner) => [`user:${owner}:github:token`, `user:${owner}:stripe:token`]),
  ]);
  expect(JSON.stringify(all)).not.toContain("hunter2");
  expect(all[0]).toStrictEqual({
    key: "app:main:test:api-key",
    keyVersion: expect.stringMatching(/^[0-9a-f]{16}$/),
    isCurrent: true,
    updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
  expect(Math.abs(Date.parse(all[0]?.updatedAt ?? "") - before)).toBeLessThan(60_000);
  expect(await app.secrets.list({ scope: "user", owner: "1" })).toHaveLength(2);
  expect(await app.secrets.list({ provider: "stripe" })).toHaveLength(3);
  expect(await app.secrets.list({ name: "token", owner: "b", provider: "github" })).toHaveLength(1);
  expect(await app.secrets.list({ owner: "2" })).toStrictEqual([]);
  expect(await failure(app.secrets.list({ owner: "%" }))).toBe("TypeError");
});

test("inside a transaction a secret is stored and deleted with all else, or not at all", async () => {
  const { database: pool } = app.engine.services;
  await app.secrets.set(named("kept"), "before");
  const undone = pool.transaction(async (tx) => {
    const inside = app.secrets.inside(tx);
    await inside.set(named("in-transaction"), "value");
    await inside.delete(named("kept"));
    expect([await inside.get(named("in-transaction")), await inside.get(named("kept"))]).toStrictEqual([
      "value",
      undefined,
    ]);
    throw new TypeError("undo");
  });
  expect(await failure(undone)).toBe("TypeError");
  expect(await app.secrets.get(named("in-transaction"))).toBeUndefined();
  expect(await app.secrets.get(named("kept"))).toBe("before");
  await pool.transaction((tx) => app.secrets.inside(tx).set(named("in-transaction"), "value"));
  expect(await app.secrets.get(named("in-transaction"))).toBe("value");
});

test("plugins reach them as a service, and without the plugin there are none", async () => {
  expect(app.engine.services.secrets).toBe(app.engine.secrets);
  const config = { collections: [], database: { url: database.url, max: 1 }, logger: false } as const;
  const without = await start(config, {});
  expect(() => without.secrets).toThrow(TypeError);
  await without.stop();
});

test("T-BOOT-01 a start without a key is refused before anything is served", async () => {
  const config = {
    collections: [],
    database: { url: database.url, max: 1 },
    plugins: [secrets()],
    logger: false,
  } as const;
  const error: unknown = await start(config, {}).catch((thrown: unknown) => thrown);
  expect(String(error)).toMatch(/^BootError: Set LUCENT_SECRETS_KEY to at least 32 random bytes/);
});

test("a start without the table is refused, and says how to make it", async () => {
  const url = new URL(database.url);
  url.pathname = "/postgres";
  const config = {
    collections: [],
    database: { url: url.href, max: 1 },
    plugins: [secrets()],
    logger: false,
  } as const;
  const error: unknown = await start(config, environmentOf([key])).catch((thrown: unknown) => thrown);
  expect(String(error)).toMatch(/^BootError: The database lacks table "lucent_secrets"\./);
});
