import { getEventListeners } from "node:events";

import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import type { Database, Transaction } from "../../src/contract/database.ts";
import { type DatabaseProxy, databaseProxy } from "../world/database-proxy.ts";
import { note, type Pools, pools, rejection, statement, until } from "./pools.ts";

let world: Pools;
let database: Database;
let proxy: DatabaseProxy;

beforeAll(async () => {
  world = await pools(inject("databaseUrl"));
  proxy = await databaseProxy(world.url);
  database = world.open({ max: 2, statementTimeout: 20_000 });
});

afterAll(async () => {
  await world.close();
  await proxy.stop();
});

beforeEach(async () => {
  await world.sql`truncate notes`;
});

const slow = statement("select pg_sleep($1)", 15);
const cancelled = { code: "UNAVAILABLE", headers: { "retry-after": "2" } };
const isActive = async (): Promise<boolean> => (await world.backends()).active > 0;
const isIdle = async (): Promise<boolean> => (await world.backends()).active === 0;

test("every statement is counted, wherever it runs; BEGIN, COMMIT and savepoints are not", async () => {
  let count = 0;
  const tracked = database.tracked({ onStatement: () => void (count += 1) });
  await tracked.run(statement("select 1"));
  await tracked.objects(statement("select 1 as a"));
  await tracked.drizzle.execute(sql`select 1`);
  expect(count).toBe(3);
  await tracked.transaction(async (tx) => {
    await tx.run(statement("select 1"));
    await tx.savepoint((inner) => inner.objects(statement("select 1 as a")));
    await tx.drizzle.execute(sql`select 1`);
  });
  expect(count).toBe(6);
  await tracked.drizzle.transaction((tx) => tx.execute(sql`select 1`));
  expect(count).toBe(7);
  await rejection(tracked.run(statement("select nothing")));
  expect(count).toBe(8);
  await database.run(statement("select 1"));
  expect(count).toBe(8);
});

const ways: readonly [string, (tracked: Database) => Promise<unknown>, object][] = [
  ["run", (tracked) => tracked.run(slow), cancelled],
  ["objects", (tracked) => tracked.objects(slow), cancelled],
  ["a transaction", (tracked) => tracked.transaction((tx) => tx.run(slow)), cancelled],
  [
    "a savepoint",
    (tracked) => tracked.transaction((tx) => tx.savepoint((inner) => inner.run(slow))),
    cancelled,
  ],
  [
    "drizzle",
    (tracked) => tracked.drizzle.execute(sql`select pg_sleep(15)`).execute(),
    { cause: { code: "57014" } },
  ],
  [
    "drizzle in a transaction",
    (tracked) => tracked.transaction((tx) => tx.drizzle.execute(sql`select pg_sleep(15)`).execute()),
    { cause: { code: "57014" } },
  ],
];

test.each(ways)("an abort cancels the running statement of %s on the server", async (_, use, expected) => {
  const abort = new AbortController();
  const failed = rejection(use(database.tracked({ signal: abort.signal })));
  await until(isActive);
  abort.abort();
  expect(await failed).toMatchObject(expected);
  await until(isIdle);
  expect(await database.run(statement("select 1"))).toEqual([[1]]);
});

test("nothing is sent for a request that is over, and its transaction is undone", async () => {
  const abort = new AbortController();
  let count = 0;
  const tracked = database.tracked({ signal: abort.signal, onStatement: () => void (count += 1) });
  const failed = tracked.transaction(async (tx) => {
    await note(tx, 1);
    abort.abort();
    await note(tx, 2);
  });
  expect(await rejection(failed)).toMatchObject(cancelled);
  expect(await rejection(note(tracked, 3))).toMatchObject(cancelled);
  expect(await rejection(tracked.transaction((tx) => note(tx, 4)))).toMatchObject(cancelled);
  expect(count).toBe(1);
  expect(await world.notes()).toStrictEqual([]);
});

test("a transaction is undone when its request is over, even if the work does not mind", async () => {
  const abort = new AbortController();
  const failed = database.tracked({ signal: abort.signal }).transaction(async (tx) => {
    await note(tx, 1);
    abort.abort();
    await rejection(note(tx, 2));
  });
  expect(await rejection(failed)).toMatchObject(cancelled);
  expect(await world.notes()).toStrictEqual([]);
});

test("an abort ends the wait for a connection, and what waited is never sent", async () => {
  const single = world.open({ max: 1 });
  const release = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const held = single.transaction(async (tx) => {
    await tx.run(statement("select 1"));
    started.resolve();
    await release.promise;
  });
  await started.promise;
  const abort = new AbortController();
  const tracked = single.tracked({ signal: abort.signal });
  const waiting = Promise.all([
    rejection(note(tracked, 1)),
    rejection(tracked.transaction((tx) => note(tx, 2))),
  ]);
  const behind = note(single, 3);
  abort.abort();
  expect(await waiting).toMatchObject([cancelled, cancelled]);
  release.resolve();
  await held;
  await behind;
  expect(await world.notes()).toStrictEqual([3]);
});

test("of statements side by side in a transaction, the running one is cancelled and the rest fails with it", async () => {
  const abort = new AbortController();
  const tracked = database.tracked({ signal: abort.signal });
  const outcomes: Promise<unknown>[] = [];
  const failed = tracked.transaction(async (tx: Transaction) => {
    for (let at = 0; at < 5; at += 1) outcomes.push(rejection(tx.run(slow)));
    await Promise.all(outcomes);
  });
  const caught = rejection(failed);
  await until(isActive);
  abort.abort();
  expect(await caught).toMatchObject(cancelled);
  await until(isIdle);
  expect(await database.run(statement("select 1"))).toEqual([[1]]);
});

test("T-DOS-10 aborts in the middle of queries leave no query behind, and hit nobody else's", async () => {
  await Promise.all(Array.from({ length: 4 }, () => database.run(statement("select pg_sleep($1)", 0.05))));
  const before = (await world.backends()).all;
  const others: Promise<unknown>[] = [];
  for (let round = 0; round < 50; round += 1) {
    const abort = new AbortController();
    const failed = rejection(database.tracked({ signal: abort.signal }).run(slow));
    await until(isActive);
    abort.abort();
    // Whoever gets the connection next must not meet the cancel that was meant for the one before.
    for (let other = 0; other < 4; other += 1) {
      others.push(
        database.run(statement("select $1::int", other)).then(([row]) => expect(row).toStrictEqual([other])),
      );
    }
    expect(await failed).toMatchObject(cancelled);
  }
  await Promise.all(others);
  await until(isIdle);
  expect((await world.backends()).all).toBe(before);
}, 60_000);

test("a cancel that comes late does not hit the next statement of the connection", async () => {
  const remote = world.open({ max: 1 }, proxy.url);
  await remote.run(statement("select 1"));
  const abort = new AbortController();
  const first = remote.tracked({ signal: abort.signal }).run(statement("select pg_sleep($1)", 0.2));
  await until(isActive);
  const release = proxy.holdCancels();
  abort.abort();
  expect(await first).toHaveLength(1);
  const next = remote.run(statement("select pg_sleep($1)", 0.2));
  for (let question = 0; question < 20; question += 1) await world.backends();
  release();
  expect(await next).toHaveLength(1);
});

test("no listener stays on the signal", async () => {
  const { signal } = new AbortController();
  const tracked = database.tracked({ signal });
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  await Promise.all(Array.from({ length: 20 }, () => tracked.run(statement("select 1"))));
  await tracked.transaction((tx) => tx.run(statement("select 1")));
  await rejection(tracked.run(statement("select nothing")));
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

test("a cancel that can't be delivered ends neither the process nor the pool", async () => {
  const remote = world.open({ max: 1 }, proxy.url);
  await remote.run(statement("select 1"));
  const abort = new AbortController();
  const running = remote.tracked({ signal: abort.signal }).run(statement("select pg_sleep($1)", 0.3));
  await until(isActive);
  proxy.refuse();
  abort.abort();
  expect(await running).toHaveLength(1);
  await proxy.cut();
  await proxy.restore();
  await until(async () => {
    try {
      await remote.run(statement("select 1"));
      return true;
    } catch {
      return false;
    }
  });
});
