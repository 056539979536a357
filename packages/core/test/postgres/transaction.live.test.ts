import { sql } from "drizzle-orm";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import type { Database, Transaction } from "../../src/contract/database.ts";
import { backendOf, note, type Pools, pools, rejection, statement } from "./pools.ts";

const notes = pgTable("notes", { id: integer("id").primaryKey(), text: text("text").notNull() });

let world: Pools;
let database: Database;

beforeAll(async () => {
  world = await pools(inject("databaseUrl"));
  database = world.open({ max: 1 });
});

afterAll(() => world.close());

beforeEach(async () => {
  await world.sql`truncate notes`;
});

/** A pool of one connection shows at once when that one was not given back, or in a wrong state. */
async function isUsable(): Promise<boolean> {
  await database.run(statement("delete from notes where id = 99"));
  await note(database, 99);
  return (await world.notes()).includes(99);
}

test("what all ways of a transaction did is committed together, on one connection", async () => {
  const result = await database.transaction(async (tx) => {
    await note(tx, 1);
    await tx.objects(statement("insert into notes values (2, 'b') returning id"));
    await tx.drizzle.insert(notes).values({ id: 3, text: "c" });
    expect(await world.notes()).toStrictEqual([]);
    const [row] = await tx.drizzle
      .select({ pid: sql`pg_backend_pid()` })
      .from(notes)
      .limit(1);
    expect(row?.pid).toBe(await backendOf(tx));
    return "done";
  });
  expect(result).toBe("done");
  expect(await world.notes()).toStrictEqual([1, 2, 3]);
});

test("nothing is left of a transaction whose work throws, and the error is the work's own", async () => {
  const own = new RangeError("own");
  const failed = database.transaction(async (tx) => {
    await note(tx, 1);
    await tx.drizzle.insert(notes).values({ id: 2, text: "b" });
    throw own;
  });
  expect(await rejection(failed)).toBe(own);
  expect(await world.notes()).toStrictEqual([]);
  expect(await isUsable()).toBe(true);
});

test("a savepoint is undone alone, and the transaction goes on", async () => {
  await database.transaction(async (tx) => {
    await note(tx, 1);
    const duplicate = tx.savepoint(async (inner) => {
      await note(inner, 2);
      await note(inner, 1);
    });
    expect(await rejection(duplicate)).toMatchObject({ code: "CONFLICT" });
    await tx.savepoint(async (inner) => {
      await note(inner, 3);
      await rejection(inner.savepoint(() => Promise.reject(new Error("undo"))));
      await inner.savepoint((innermost) => note(innermost, 4));
    });
  });
  expect(await world.notes()).toStrictEqual([1, 3, 4]);
});

test("drizzle's own nested transaction is a savepoint", async () => {
  await database.transaction(async (tx) => {
    await tx.drizzle.insert(notes).values({ id: 1, text: "a" });
    const rolledBack = tx.drizzle.transaction(async (inner) => {
      await inner.insert(notes).values({ id: 2, text: "b" });
      inner.rollback();
    });
    expect(await rejection(rolledBack)).toMatchObject({ message: "Rollback" });
    await tx.drizzle.transaction((inner) => inner.insert(notes).values({ id: 3, text: "c" }));
  });
  expect(await world.notes()).toStrictEqual([1, 3]);
});

test("drizzle on the pool runs transactions and savepoints, with their settings", async () => {
  await database.drizzle.transaction(
    async (tx) => {
      expect(await tx.execute(sql`show transaction_isolation`)).toMatchObject([
        { transaction_isolation: "serializable" },
      ]);
      await tx.insert(notes).values({ id: 1, text: "a" });
      await rejection(
        tx.transaction(async (inner) => {
          await inner.insert(notes).values({ id: 2, text: "b" });
          throw new Error("undo");
        }),
      );
    },
    { isolationLevel: "serializable" },
  );
  expect(await world.notes()).toStrictEqual([1]);
});

test("errors of the driver reach users of drizzle with their code, as drizzle hands them on", async () => {
  await note(database, 1);
  const duplicate = database.drizzle.insert(notes).values({ id: 1, text: "b" });
  expect(await rejection(duplicate.execute())).toMatchObject({
    cause: { code: "23505", constraint_name: "notes_pkey" },
  });
});

test("a failed statement that the work did not mind undoes the transaction all the same", async () => {
  const failed = database.transaction(async (tx) => {
    await note(tx, 1);
    await rejection(note(tx, 1));
    return "fine";
  });
  expect(await rejection(failed)).toMatchObject({ code: "CONFLICT" });
  expect(await world.notes()).toStrictEqual([]);
  expect(await isUsable()).toBe(true);
});

test("a statement that the work did not wait for is part of the transaction, and so is its failure", async () => {
  await database.transaction(async (tx) => {
    void note(tx, 1);
    await Promise.resolve();
  });
  expect(await world.notes()).toStrictEqual([1]);
  let ignored: Promise<unknown> | undefined;
  const failed = database.transaction(async (tx) => {
    await note(tx, 2);
    ignored = rejection(note(tx, 1));
  });
  expect(await rejection(failed)).toMatchObject({ code: "CONFLICT" });
  expect(await ignored).toMatchObject({ code: "CONFLICT" });
  expect(await world.notes()).toStrictEqual([1]);
});

test("statements that run side by side are all part of the transaction", async () => {
  await database.transaction((tx) => Promise.all([1, 2, 3, 4, 5].map((id) => note(tx, id))));
  expect(await world.notes()).toStrictEqual([1, 2, 3, 4, 5]);
});

test("a failure at the commit has its code, and nothing is left", async () => {
  await world.sql`create table if not exists late (id int primary key deferrable initially deferred)`;
  const failed = database.transaction(async (tx) => {
    await note(tx, 1);
    await tx.run(statement("insert into late values (1), (1)"));
  });
  expect(await rejection(failed)).toMatchObject({ code: "CONFLICT", cause: { code: "23505" } });
  expect(await world.notes()).toStrictEqual([]);
  expect(await isUsable()).toBe(true);
});

test("a transaction that Postgres had given up is never reported as done", async () => {
  const failed = database.transaction(async (tx) => {
    await note(tx, 1);
    await rejection(
      tx.savepoint(async (inner) => {
        // The savepoint is gone before it can be kept.
        await inner.run(statement("release savepoint s1"));
      }),
    );
  });
  expect(await rejection(failed)).toMatchObject({ code: "INTERNAL" });
  expect(await world.notes()).toStrictEqual([]);
  expect(await isUsable()).toBe(true);
});

test("a transaction and a savepoint can't be used after their end", async () => {
  const kept: Transaction[] = [];
  await database.transaction(async (tx) => {
    await tx.savepoint(async (inner) => void kept.push(inner));
    kept.push(tx);
    expect(await rejection(note(kept[0] ?? tx, 1))).toMatchObject({ code: "INTERNAL" });
  });
  const over = { code: "INTERNAL", cause: { message: "a transaction was used after its end" } };
  for (const tx of kept) {
    expect(await rejection(note(tx, 1))).toMatchObject(over);
    expect(await rejection(tx.savepoint(() => note(tx, 1)))).toMatchObject(over);
    expect(await rejection(tx.drizzle.insert(notes).values({ id: 1, text: "a" }).execute())).toMatchObject({
      cause: over,
    });
  }
  expect(await world.notes()).toStrictEqual([]);
});

test("BEGIN as a plain statement is refused, and its connection is not used again", async () => {
  const before = await backendOf(database);
  const refused = await rejection(database.drizzle.execute(sql`begin`));
  expect(refused).toMatchObject({ cause: { code: "INTERNAL" } });
  expect(await backendOf(database)).not.toBe(before);
  expect(await isUsable()).toBe(true);
});
