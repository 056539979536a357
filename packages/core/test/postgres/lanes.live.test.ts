import { afterAll, beforeAll, beforeEach, expect, inject, onTestFinished, test, vi } from "vitest";

import type { Database, Runner, Statement } from "../../src/contract/database.ts";
import { type DatabaseProxy, databaseProxy } from "../world/database-proxy.ts";
import { backendOf, type Pools, pools, rejection, statement, until } from "./pools.ts";

let world: Pools;
let proxy: DatabaseProxy;

beforeAll(async () => {
  world = await pools(inject("databaseUrl"));
  proxy = await databaseProxy(world.url);
});

afterAll(async () => {
  await world.close();
  await proxy.stop();
});

beforeEach(async () => {
  await world.sql`truncate notes`;
});

const brief = (text: string, ...values: Statement["values"]): Statement => ({
  ...statement(text, ...values),
  isBrief: true,
});

/** The processes that serve some statements sent at once. */
async function backendsOf(database: Database, statements: readonly Statement[]): Promise<readonly unknown[]> {
  const rows = await Promise.all(statements.map((each) => database.run(each)));
  return rows.map(([row]) => row?.[0]);
}

const times = <T>(count: number, value: T): readonly T[] => Array.from({ length: count }, () => value);
const own = "select pg_backend_pid()";

/** Opens all connections of a pool, so that none has to be waited for. */
async function warm(database: Database, connections: number): Promise<void> {
  const sleep = statement("select pg_sleep(0.05)");
  await Promise.all(times(connections, sleep).map((each) => database.run(each)));
}

test("brief statements that come at once share connections, eight at most; others have one each", async () => {
  const database = world.open({ max: 4 });
  await warm(database, 4);
  const shared = await backendsOf(database, times(20, brief(own)));
  const counts = [...new Set(shared)].map((pid) => shared.filter((each) => each === pid).length);
  expect(counts.toSorted((a, b) => b - a)).toStrictEqual([8, 8, 4]);
  expect(new Set(await backendsOf(database, times(4, statement(own)))).size).toBe(4);
});

test("each gets its own answer, whatever became of the others", async () => {
  const database = world.open({ max: 1 });
  const answers = await Promise.allSettled([
    database.run(brief("select $1::int", 1)),
    database.run(brief("select 1 / $1::int", 0)),
    database.objects(brief("select $1::int as a", 2)),
    database.run(brief("select nothing")),
    database.run(brief("select $1::int", 3)),
  ]);
  expect(answers.map((each) => (each.status === "fulfilled" ? each.value : "failed"))).toEqual([
    [[1]],
    "failed",
    [{ a: 2 }],
    "failed",
    [[3]],
  ]);
});

test("nobody joins a statement that has to wait", async () => {
  const database = world.open({ max: 3 });
  await warm(database, 3);
  const unlock = await lockNotes();
  const sent = performance.now();
  const waiting = database.run(brief("select id from notes where id = $1", 1));
  // Those that come within five milliseconds wait along.
  await until(async () => (await backendsWaiting(database)) === 1 && performance.now() - sent > 20);
  expect(await database.run(brief("select 2"))).toEqual([[2]]);
  await unlock();
  expect(await waiting).toEqual([]);
});

/** Holds the table like a migration does, until the returned function is called. */
async function lockNotes(): Promise<() => Promise<unknown>> {
  const taken = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const holding = world.sql.begin(async (sql) => {
    await sql`lock table notes in access exclusive mode`;
    taken.resolve();
    await over.promise;
  });
  const unlock = (): Promise<unknown> => {
    over.resolve();
    return holding;
  };
  onTestFinished(async () => void (await unlock()));
  await taken.promise;
  return unlock;
}

/** How many backends of the pool wait for a lock. */
async function backendsWaiting(database: Runner): Promise<number> {
  const [row] = await database.run(
    statement(
      "select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    ),
  );
  return Number(row?.[0]);
}

/** A statement that sleeps for so many milliseconds, and tells. */
const telling = (milliseconds: number): Statement => ({
  ...statement(
    `select pg_backend_pid() as pid, pg_sleep($1::float8 / 1000),
      1000 * date_part('epoch', clock_timestamp() - statement_timestamp()) as took`,
    milliseconds,
  ),
  took: "took",
});

/** How many connections some such statements sent at once are on. */
async function connectionsOf(database: Database, count: number): Promise<number> {
  const rows = await Promise.all(times(count, telling(0)).map((each) => database.objects(each)));
  return new Set(rows.map(([row]) => row?.["pid"])).size;
}

test("a statement that tells what it takes shares connections once it was brief, until it is slow", async () => {
  const database = world.open({ max: 4 });
  await warm(database, 4);
  expect(await connectionsOf(database, 4)).toBe(4);
  await learn(database);
  const [slow] = await database.objects(telling(150));
  expect(slow?.["took"]).toBeGreaterThan(149);
  expect(await connectionsOf(database, 4)).toBe(4);
});

/** Sends telling statements until they share connections, for which the pool must have several. */
async function learn(database: Database): Promise<void> {
  await warm(database, 2);
  await until(async () => (await connectionsOf(database, 4)) === 1);
}

test("R-LI-5 one that was brief and is not now is cancelled, where it has its connection for itself", async () => {
  const database = world.open({ max: 2 });
  await learn(database);
  const over = new AbortController();
  const sent = performance.now();
  const slow = rejection(database.tracked({ signal: over.signal }).objects(telling(4_000)));
  await until(async () => (await world.backends()).active === 1);
  over.abort();
  expect(await slow).toMatchObject({ code: "UNAVAILABLE" });
  expect(performance.now() - sent).toBeLessThan(3_000);
  expect((await world.backends()).active).toBe(0);
  expect(await database.objects(telling(0))).toHaveLength(1);
});

test("one that shares its connection is not cancelled: the request could hit another's", async () => {
  const database = world.open({ max: 2 });
  await learn(database);
  const over = new AbortController();
  const slow = database.tracked({ signal: over.signal }).objects(telling(300));
  const behind = database.objects(telling(0));
  await until(async () => (await world.backends()).active === 1);
  over.abort();
  expect(await slow).toHaveLength(1);
  expect(await behind).toHaveLength(1);
});

test("one whose request is over before it has a connection is not sent", async () => {
  const database = world.open({ max: 2 });
  await learn(database);
  const over = new AbortController();
  const ended = Promise.withResolvers<void>();
  const holders = [1, 2].map(() => database.transaction(() => ended.promise));
  const onStatement = vi.fn<() => void>();
  const waiting = rejection(database.tracked({ signal: over.signal, onStatement }).objects(telling(0)));
  over.abort();
  ended.resolve();
  await Promise.all(holders);
  expect(await waiting).toMatchObject({ code: "UNAVAILABLE" });
  expect(onStatement).not.toHaveBeenCalled();
});

test("where nothing is prepared nothing is known, and none shares", async () => {
  const database = world.open({ max: 4, prepare: false });
  await warm(database, 4);
  for (let at = 0; at < 10; at += 1) expect(await connectionsOf(database, 4)).toBe(4);
});

test("they hold a connection only while they are on it, and a transaction has it for itself", async () => {
  const database = world.open({ max: 1 });
  await backendsOf(database, times(5, brief(own)));
  const order: string[] = [];
  await Promise.all([
    database.transaction(async (tx) => {
      await tx.run(statement("insert into notes values (1, 'a')"));
      order.push("written");
      expect(await tx.run(brief("select id from notes where id = 1"))).toEqual([[1]]);
      order.push("read inside");
    }),
    database.run(brief("select id from notes where id = 1")).then((rows) => {
      order.push(`read outside: ${rows.length}`);
    }),
  ]);
  expect(order).toStrictEqual(["written", "read inside", "read outside: 1"]);
});

test("inside a transaction they are refused on the pool, like any other", async () => {
  const database = world.open({ max: 2 });
  const failure = await rejection(database.transaction(() => database.run(brief(own))));
  expect(failure).toMatchObject({ code: "INTERNAL" });
});

test("while none is free they wait together, and fail together when none becomes free", async () => {
  const database = world.open({ max: 1 });
  const started = performance.now();
  const ended = Promise.withResolvers<void>();
  const holder = database.transaction(() => ended.promise);
  const failures = await Promise.all(times(3, brief(own)).map((each) => rejection(database.run(each))));
  for (const failure of failures) expect(failure).toMatchObject({ code: "UNAVAILABLE" });
  expect(performance.now() - started).toBeGreaterThan(1_500);
  ended.resolve();
  await holder;
  expect(new Set(await backendsOf(database, times(3, brief(own)))).size).toBe(1);
});

test("a connection that breaks fails all that are on it, and the next ones get another", async () => {
  const observer = world.open({ max: 1 });
  const database = world.open({ max: 1 }, proxy.url);
  const before = await backendOf(database);
  const unlock = await lockNotes();
  const read = brief("select id from notes where id = 1");
  const pending = times(3, read).map((each) => rejection(database.run(each)));
  await until(async () => (await backendsWaiting(observer)) > 0);
  proxy.reset();
  for (const failure of await Promise.all(pending)) expect(failure).toMatchObject({ code: "UNAVAILABLE" });
  await unlock();
  const [after] = await backendsOf(database, [brief(own)]);
  expect(after).not.toBe(before);
});
