import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { failure, named, type Opened, randomKey, type SecretsDatabase, secretsDatabase } from "./world.ts";

let database: SecretsDatabase;
let app: Opened;
const key = randomKey();

beforeAll(async () => {
  database = await secretsDatabase(inject("databaseUrl"));
  app = await database.open([key]);
});

afterAll(() => database.drop());

describe("a row that somebody changed in the database", () => {
  const [one, two] = [named("one"), named("two")];

  test("does not decrypt with the value of another name, also where both are swapped", async () => {
    await app.secrets.set(one, "first");
    await app.secrets.set(two, "second");
    await database.sql`update lucent_secrets a set value = b.value, key_version = b.key_version
      from lucent_secrets b where a.id in (${one}, ${two}) and b.id in (${one}, ${two}) and a.id <> b.id`;
    expect([await failure(app.secrets.get(one)), await failure(app.secrets.get(two))]).toStrictEqual([
      "SECRET_UNREADABLE",
      "SECRET_UNREADABLE",
    ]);
  });

  test("does not decrypt when it was renamed", async () => {
    await app.secrets.set(one, "first");
    await app.secrets.delete(two);
    await database.sql`update lucent_secrets set id = ${two} where id = ${one}`;
    expect(await failure(app.secrets.require(two))).toBe("SECRET_UNREADABLE");
  });

  test("does not decrypt with any part of it changed", async () => {
    await app.secrets.set(one, "first");
    const [row] = await database.sql`select value, key_version from lucent_secrets where id = ${one}`;
    const bytes = Buffer.from(String(row?.["value"]), "base64");
    for (const at of [0, 1, 13, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await database.sql`update lucent_secrets set value = ${changed.toString("base64")} where id = ${one}`;
      expect([at, await failure(app.secrets.get(one))]).toStrictEqual([at, "SECRET_UNREADABLE"]);
    }
    for (const text of ["", "hunter2", "\u{1f511}"]) {
      await database.sql`update lucent_secrets set value = ${text} where id = ${one}`;
      expect([text, await failure(app.secrets.get(one))]).toStrictEqual([text, "SECRET_UNREADABLE"]);
    }
  });

  test("does not decrypt as the value of an earlier key version, or of one that nobody knows", async () => {
    const older = randomKey();
    const both = await database.open([key, older]);
    await app.secrets.set(one, "first");
    const before = await database.open([older]);
    await before.secrets.set(two, "second");
    await database.sql`update lucent_secrets set key_version = (select key_version from lucent_secrets where id = ${two})
      where id = ${one}`;
    expect(await failure(both.secrets.get(one))).toBe("SECRET_UNREADABLE");
    expect(await both.secrets.get(two)).toBe("second");
    await database.sql`update lucent_secrets set key_version = 'other' where id = ${one}`;
    expect(await failure(both.secrets.get(one))).toBe("SECRET_KEY_UNKNOWN");
  });

  test("can be set anew, and deleted", async () => {
    await app.secrets.set(one, "again");
    expect(await app.secrets.get(one)).toBe("again");
    await database.sql`update lucent_secrets set value = 'x' where id = ${one}`;
    expect(await app.secrets.delete(one)).toBe(true);
  });

  test("with a name that is none is not listed", async () => {
    await database.sql`insert into lucent_secrets (id, value, key_version) values (${"\u001b[2J"}, 'x', 'x')`;
    expect(await app.secrets.list({ scope: "app" })).not.toStrictEqual([]);
    expect((await app.secrets.list()).map((entry) => String(entry.key))).not.toContain("\u001b[2J");
    await database.sql`delete from lucent_secrets where id = ${"\u001b[2J"}`;
  });
});

test("another key reads nothing, and writes what the first one can't read", async () => {
  const other = await database.open([randomKey()]);
  await app.secrets.set(named("mine"), "value");
  expect(await failure(other.secrets.get(named("mine")))).toBe("SECRET_KEY_UNKNOWN");
  await other.secrets.set(named("mine"), "theirs");
  expect(await failure(app.secrets.get(named("mine")))).toBe("SECRET_KEY_UNKNOWN");
  expect((await app.secrets.list({ name: "mine" }))[0]?.isCurrent).toBe(false);
});
