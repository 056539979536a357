import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";

import { backendOf, type Pools, pools, rejection, statement, until } from "./pools.ts";

let world: Pools;

beforeAll(async () => {
  world = await pools(inject("databaseUrl"));
});

afterAll(() => world.close());

beforeEach(async () => {
  await world.sql`truncate notes`;
});

const insert = (id: number) => statement("insert into notes values ($1, 'a') returning id", id);
const pid = statement("select pg_backend_pid()");

test("statements run one after the other on one connection, and each is answered", async () => {
  const database = world.open({ max: 4 });
  const [first, second, third, again] = await database.inOrder([
    pid,
    insert(1),
    statement("select id, text from notes"),
    pid,
  ]);
  expect(second).toEqual([[1]]);
  expect(third).toEqual([[1, "a"]]);
  expect(again).toEqual(first);
  expect(await database.inOrder([])).toEqual([]);
});

test("each is a transaction of its own: a failure undoes nothing else, and is the first one's", async () => {
  const database = world.open({ max: 1 });
  const failure = await rejection(
    database.inOrder([insert(1), insert(1), statement("select nothing"), insert(2)]),
  );
  expect(failure).toMatchObject({ code: "CONFLICT" });
  expect(await world.notes()).toEqual([1, 2]);
  expect(await database.run(insert(3))).toEqual([[3]]);
});

test("a later one sees what others have committed when its turn comes", async () => {
  const database = world.open({ max: 1 });
  const held = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const holder = world.open({ max: 1 }).transaction(async (tx) => {
    await tx.run(statement("insert into notes values (1, 'theirs')"));
    held.resolve();
    await goOn.promise;
  });
  await held.promise;
  const sent = database.inOrder([
    statement("insert into notes values (1, 'ours') on conflict do nothing returning id"),
    statement("select text from notes where id = 1"),
  ]);
  await until(async () => (await world.backends()).active === 1);
  goOn.resolve();
  await holder;
  expect(await sent).toEqual([[], [["theirs"]]]);
});

test("each counts as a statement, they are prepared like others, and inside a transaction they are refused", async () => {
  const database = world.open({ max: 2 });
  const onStatement = vi.fn<() => void>();
  const tracked = database.tracked({ onStatement });
  const texts = ["select $1::int as a", "select $1::int as b"];
  for (let at = 0; at < 4; at += 1) await tracked.inOrder(texts.map((text) => statement(text, at)));
  expect(onStatement).toHaveBeenCalledTimes(8);
  const names = await database.run(statement("select statement from pg_prepared_statements order by 1"));
  expect(names.flat()).toEqual(texts);
  const failure = await rejection(database.transaction(() => database.inOrder([pid])));
  expect(failure).toMatchObject({ code: "INTERNAL" });
  expect(await backendOf(database)).toBeDefined();
});
