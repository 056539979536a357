import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import type { Database } from "../../src/contract/database.ts";
import { backendOf, note, type Pools, pools, rejection, statement } from "./pools.ts";

let world: Pools;

beforeAll(async () => {
  world = await pools(inject("databaseUrl"));
});

afterAll(() => world.close());

const refusal = {
  code: "INTERNAL",
  message: "Internal error",
  cause: { message: "a hook used the pool inside a transaction; use ctx.tx" },
};

const ways: readonly [string, (database: Database) => Promise<unknown>, object][] = [
  ["run", (database) => database.run(statement("select 1")), refusal],
  ["objects", (database) => database.objects(statement("select 1 as a")), refusal],
  ["transaction", (database) => database.transaction((tx) => tx.run(statement("select 1"))), refusal],
  ["tracked", (database) => database.tracked({}).run(statement("select 1")), refusal],
  ["drizzle", (database) => database.drizzle.execute(sql`select 1`).execute(), { cause: refusal }],
  [
    "drizzle's transaction",
    (database) => database.drizzle.transaction((tx) => tx.execute(sql`select 1`)),
    refusal,
  ],
];

// With more connections the same code would wait for ever only under load: it is refused all the same.
describe.each([1, 5])("in a pool of %d", (max) => {
  test.each(ways)("%s inside a transaction is refused at once, which undoes it", async (_, use, expected) => {
    const database = world.open({ max });
    const start = performance.now();
    const failed = database.transaction(async (tx) => {
      await note(tx, 1);
      await use(database);
    });
    expect(await rejection(failed)).toMatchObject(expected);
    expect(performance.now() - start).toBeLessThan(1_500);
    expect(await world.notes()).toStrictEqual([]);
    await database.run(statement("select 1"));
  });
});

test("the pool of drizzle's own transaction is refused in it too", async () => {
  const database = world.open({ max: 1 });
  const failed = database.drizzle.transaction(() => database.run(statement("select 1")));
  expect(await rejection(failed)).toMatchObject(refusal);
  await database.run(statement("select 1"));
});

test("the pool can be used again after the transaction, by code that was started in it too", async () => {
  const database = world.open({ max: 1 });
  const ended = Promise.withResolvers<void>();
  let later: Promise<unknown> | undefined;
  await database.transaction(async (tx) => {
    later = ended.promise.then(() => backendOf(database));
    await tx.run(statement("select 1"));
  });
  ended.resolve();
  expect(await later).toBe(await backendOf(database));
});

test("a transaction keeps nobody else from the pool", async () => {
  const database = world.open({ max: 2 });
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const held = database.transaction(async (tx) => {
    await tx.run(statement("select 1"));
    started.resolve();
    await release.promise;
  });
  await started.promise;
  expect(await backendOf(database)).toBeTypeOf("number");
  release.resolve();
  await held;
});

test("a session and the pool of another application can be used inside a transaction", async () => {
  const database = world.open({ max: 1 });
  const other = world.open({ max: 1 });
  const pids = await database.transaction(async (tx) => [
    await backendOf(tx),
    await backendOf(other),
    await database.session(backendOf),
  ]);
  expect(new Set(pids).size).toBe(3);
});
