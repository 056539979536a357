import { type Database, openDatabase, type Runner, type Statement } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";

import { type EncryptionKeys, readKeys } from "../../src/secrets/encryption-keys.ts";
import { rotateSecrets } from "../../src/secrets/rotate.ts";
import { secretStore } from "../../src/secrets/store.ts";
import { rotating } from "./rotating.ts";
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
let older: Opened;
let newer: Opened;
let pool: Database;
let close: () => Promise<void>;
const [oldKey, newKey] = [randomKey(), randomKey()];

beforeAll(async () => {
  database = await secretsDatabase(inject("databaseUrl"));
  // As long as a new release is rolled out, both know both keys.
  older = await database.open([oldKey, newKey]);
  newer = await database.open([newKey, oldKey]);
  ({ database: pool, close } = openDatabase(
    { collections: [], database: { url: database.url, max: 1 } },
    {},
  ));
});

beforeEach(() => database.sql`delete from lucent_secrets`);

afterAll(async () => {
  await close();
  await database.drop();
});

const numbered = (at: number): ReturnType<typeof named> => named(String(at).padStart(4, "0"));

/** Sets so many secrets under the old key; each has its number as its value. */
async function fill(count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, at) => at);
  await Promise.all(numbers.map((at) => older.secrets.set(numbered(at), at)));
}

/** What one who has nothing but the new key reads. */
async function readable(count: number): Promise<readonly unknown[]> {
  const alone = await database.open([newKey]);
  const numbers = Array.from({ length: count }, (_, at) => at);
  return Promise.all(numbers.map((at) => alone.secrets.get(numbered(at)).catch(() => "unreadable")));
}

const numbersUpTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

function keysOf(...texts: readonly string[]): EncryptionKeys {
  return readKeys({
    options: {},
    environment: environmentOf(texts),
    blueprint: { config: { collections: [] } },
  });
}

/** Runs statements on the database, and `work` in front of each one that replaces a value. */
function before(work: (replacement: number) => Promise<unknown>): Runner {
  let replacements = 0;
  return {
    async run(statement: Statement) {
      if (statement.text.startsWith("update")) await work((replacements += 1));
      return pool.run(statement);
    },
  };
}

describe("a rotation", () => {
  test("encrypts what is under another key again, over several batches, and nothing twice", async () => {
    await fill(205);
    await newer.secrets.set(named("current"), "new");
    const [untouched] = await database.sql`select value from lucent_secrets where id = ${named("current")}`;
    const progress: number[] = [];
    const rotation = await newer.secrets.rotate({ onProgress: (rotated) => void progress.push(rotated) });
    expect(rotation).toStrictEqual({ rotated: 205, unreadable: [], remaining: 0 });
    expect(progress).toStrictEqual([100, 200, 205]);
    expect(await readable(205)).toStrictEqual(numbersUpTo(205));
    const [after] = await database.sql`select value from lucent_secrets where id = ${named("current")}`;
    expect(after).toStrictEqual(untouched);
    expect(await newer.secrets.rotate()).toStrictEqual({ rotated: 0, unreadable: [], remaining: 0 });
  });

  test("leaves the time at which a value was set", async () => {
    await fill(1);
    await database.sql`update lucent_secrets set updated_at = '2020-01-02T03:04:05.678Z'`;
    await newer.secrets.rotate();
    expect(await newer.secrets.list()).toMatchObject([
      { isCurrent: true, updatedAt: "2020-01-02T03:04:05.678Z" },
    ]);
  });

  test("takes several keys at once, and keeps what it can't read, by name", async () => {
    const [lost, oldest] = [randomKey(), randomKey()];
    await fill(3);
    await (await database.open([lost])).secrets.set(named("lost"), 1);
    await (await database.open([oldest])).secrets.set(named("oldest"), 1);
    await database.sql`update lucent_secrets set value = 'AAAA' where id = ${numbered(1)}`;
    await database.sql`insert into lucent_secrets (id, value, key_version) values ('no name', 'x', 'x')`;
    const app = await database.open([newKey, oldKey, oldest]);
    expect(await app.secrets.rotate()).toStrictEqual({
      rotated: 3,
      unreadable: [numbered(1), named("lost")],
      remaining: 3,
    });
    expect(await failure(app.secrets.get(numbered(1)))).toBe("SECRET_UNREADABLE");
    expect(await app.secrets.get(named("oldest"))).toBe(1);
    const [kept] = await database.sql`select value from lucent_secrets where id = 'no name'`;
    expect(kept).toStrictEqual({ value: "x" });
  });

  test("stops where it is asked to, and another one goes on from there", async () => {
    await fill(150);
    const stop = new AbortController();
    const stopping = before(async (replacement) => {
      if (replacement === 20) stop.abort();
    });
    const parts = { database: stopping, keys: keysOf(newKey, oldKey) };
    const first = await rotateSecrets(parts, { signal: stop.signal });
    expect(first).toStrictEqual({ rotated: 20, unreadable: [], remaining: 130 });
    expect(await rotateSecrets(parts, { signal: stop.signal })).toStrictEqual({ ...first, rotated: 0 });
    expect(await newer.secrets.rotate()).toStrictEqual({ rotated: 130, unreadable: [], remaining: 0 });
    expect(await readable(150)).toStrictEqual(numbersUpTo(150));
  });

  test("is reported to the audit trail, without values", async () => {
    const events: unknown[] = [];
    const store = secretStore({
      database: pool,
      keys: keysOf(newKey, oldKey),
      audit: (event) => void events.push(event),
    });
    await store.set(named("audited"), "hunter2");
    await store.get(named("audited"));
    await store.delete(named("audited"));
    await store.delete(named("audited"));
    await store.rotate();
    await database.sql`insert into lucent_secrets (id, value, key_version) values ('a:b:c:d', 'x', 'x')`;
    await store.rotate();
    const actor = { type: "system" };
    const key = `key ${keysOf(newKey).current.version}`;
    expect(events).toStrictEqual([
      { event: "secret.set", outcome: "ok", actor, target: "secret app:main:test:audited" },
      { event: "secret.deleted", outcome: "ok", actor, target: "secret app:main:test:audited" },
      { event: "secret.rotated", outcome: "ok", actor, target: key },
      { event: "secret.rotated", outcome: "fail", actor, target: key },
    ]);
  });
});

describe("between the read and the write of a rotation", () => {
  /** Rotates one secret, which is 0 under the old key, and does something in front of its first replacement. */
  async function disturbed(work: () => Promise<unknown>): Promise<unknown> {
    await fill(1);
    const runner = before(async (replacement) => {
      if (replacement === 1) await work();
    });
    return rotateSecrets({ database: runner, keys: keysOf(newKey, oldKey) });
  }

  test("a value that is set under the new key stays", async () => {
    const rotation = await disturbed(() => newer.secrets.set(numbered(0), "set"));
    expect(rotation).toStrictEqual({ rotated: 0, unreadable: [], remaining: 0 });
    expect(await readable(1)).toStrictEqual(["set"]);
  });

  test("a value that is set under the old key is the one that is rotated", async () => {
    const rotation = await disturbed(() => older.secrets.set(numbered(0), "set"));
    expect(rotation).toStrictEqual({ rotated: 1, unreadable: [], remaining: 0 });
    expect(await readable(1)).toStrictEqual(["set"]);
  });

  test("a secret that is deleted stays so", async () => {
    const rotation = await disturbed(() => older.secrets.delete(numbered(0)));
    expect(rotation).toStrictEqual({ rotated: 0, unreadable: [], remaining: 0 });
    expect(await readable(1)).toStrictEqual([undefined]);
  });

  test("another rotation that was faster is not repeated", async () => {
    const rotation = await disturbed(() => newer.secrets.rotate());
    expect(rotation).toStrictEqual({ rotated: 0, unreadable: [], remaining: 0 });
    expect(await readable(1)).toStrictEqual([0]);
  });

  test("a secret that is set under the old key each time is left to the next run", async () => {
    await fill(1);
    const runner = before((replacement) => older.secrets.set(numbered(0), replacement));
    const rotation = await rotateSecrets({ database: runner, keys: keysOf(newKey, oldKey) });
    expect(rotation).toStrictEqual({ rotated: 0, unreadable: [], remaining: 1 });
    expect(await newer.secrets.rotate()).toStrictEqual({ rotated: 1, unreadable: [], remaining: 0 });
    expect(await readable(1)).toStrictEqual([3]);
  });
});

describe("processes that rotate", () => {
  test("two at once share the work, while values are set and deleted", async () => {
    await fill(300);
    const children = [rotating(database.url, [newKey, oldKey]), rotating(database.url, [newKey, oldKey])];
    const last = new Map<number, unknown>(numbersUpTo(300).map((at) => [at, at]));
    const ended = Promise.all(children.map((child) => child.ended)).then(() => true);
    // Old and new processes go on as long as the two run.
    for (let at = 0; !(await Promise.race([ended, Promise.resolve(false)])); at += 7) {
      const number = at % 300;
      const app = at % 2 === 0 ? older : newer;
      const isDeleted = at % 3 === 0;
      if (isDeleted) await app.secrets.delete(numbered(number));
      else await app.secrets.set(numbered(number), `set ${at}`);
      last.set(number, isDeleted ? undefined : `set ${at}`);
    }
    expect(await Promise.all(children.map((child) => child.ended))).toStrictEqual([
      { code: 0, errors: "" },
      { code: 0, errors: "" },
    ]);
    expect((await newer.secrets.rotate()).remaining).toBe(0);
    expect(await readable(300)).toStrictEqual([...last.values()]);
  }, 60_000);

  test("one that is killed again and again loses nothing, and comes to an end all the same", async () => {
    await fill(150);
    // Its first read, its first replacement, one in the middle, and beyond the first batch.
    for (const killedAt of [1, 2, 31, 103]) {
      const child = rotating(database.url, [newKey, oldKey], killedAt);
      expect(await child.ended).toStrictEqual({ code: "SIGKILL", errors: "" });
      const read = numbersUpTo(150).map((at) => newer.secrets.get(numbered(at)));
      expect(await Promise.all(read)).toStrictEqual(numbersUpTo(150));
    }
    const { rotated, remaining } = await newer.secrets.rotate();
    expect(remaining).toBe(0);
    expect(rotated).toBeGreaterThan(0);
    expect(rotated).toBeLessThan(60);
    expect(await readable(150)).toStrictEqual(numbersUpTo(150));
  }, 60_000);
});
