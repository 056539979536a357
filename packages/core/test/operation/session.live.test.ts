import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import type { Database } from "../../src/contract/database.ts";
import { joined, poolSession, type Session } from "../../src/operation/session.ts";
import { note, type Pools, pools, rejection, statement } from "../postgres/pools.ts";
import { type RecordingLogger, recordingLogger } from "../world/recording-logger.ts";

let world: Pools;
let database: Database;
let log: RecordingLogger;
let session: Session;

beforeAll(async () => {
  world = await pools(inject("databaseUrl"));
  database = world.open({ max: 1 });
});

afterAll(() => world.close());

beforeEach(async () => {
  await world.sql`truncate notes`;
  log = recordingLogger();
  session = poolSession(database, log);
});

/** Tasks that write down when they ran, and what was committed then. */
function tasks() {
  const ran: string[] = [];
  const task = (name: string) => async () => {
    ran.push(`${name} ${(await world.notes()).join(",")}`);
  };
  return { ran, task };
}

const failing = async () => {
  throw new RangeError("broke");
};

test("on the pool a task is done at once, and its failure is logged and nothing else", async () => {
  const { ran, task } = tasks();
  await note(session.reader, 1);
  await session.afterCommit(task("a"));
  expect(ran).toStrictEqual(["a 1"]);
  await session.afterCommit(failing);
  expect(log.lines).toStrictEqual([
    { level: "error", message: "afterCommit hook failed", facts: { error: "broke" } },
  ]);
});

test("in a transaction tasks are done after the commit, in their order, on the pool", async () => {
  const { ran, task } = tasks();
  const result = await session.transact(async (inside) => {
    await inside.afterCommit(task("a"));
    await note(inside.reader, 1);
    await inside.afterCommit(async (outside) => {
      await note(outside.reader, 2);
      await outside.transact(({ reader }) => note(reader, 3));
    });
    await inside.afterCommit(task("b"));
    await note(inside.reader, 4);
    expect(ran).toStrictEqual([]);
    return "done";
  });
  expect(result).toBe("done");
  expect(ran).toStrictEqual(["a 1,4", "b 1,2,3,4"]);
});

test("nothing is done for a transaction that was not committed", async () => {
  const { ran, task } = tasks();
  const own = new RangeError("own");
  const failed = session.transact(async (inside) => {
    await inside.afterCommit(task("a"));
    await note(inside.reader, 1);
    throw own;
  });
  expect(await rejection(failed)).toBe(own);
  expect(await world.notes()).toStrictEqual([]);
  const refused = session.transact(async (inside) => {
    await inside.afterCommit(task("b"));
    await note(inside.reader, 1);
    await rejection(note(inside.reader, 1));
  });
  expect(await rejection(refused)).toMatchObject({ code: "CONFLICT" });
  expect([ran, log.lines]).toStrictEqual([[], []]);
});

test("a task that fails keeps neither the others nor the transaction from being done", async () => {
  const { ran, task } = tasks();
  await session.transact(async (inside) => {
    await inside.afterCommit(task("a"));
    await inside.afterCommit(failing);
    await inside.afterCommit(task("b"));
    await note(inside.reader, 1);
  });
  expect(ran).toStrictEqual(["a 1", "b 1"]);
  expect(log.lines.map(({ facts }) => facts)).toStrictEqual([{ error: "broke" }]);
});

test("what was done under a savepoint waits for the transaction, with its tasks", async () => {
  const { ran, task } = tasks();
  await session.transact(async (inside) => {
    await inside.afterCommit(task("a"));
    await inside.transact(async (inner) => {
      await inner.afterCommit(task("b"));
      await inner.transact(async (innermost) => {
        await note(innermost.reader, 1);
        await innermost.afterCommit(task("c"));
      });
    });
    expect(ran).toStrictEqual([]);
    await inside.afterCommit(task("d"));
  });
  expect(ran).toStrictEqual(["a 1", "b 1", "c 1", "d 1"]);
});

test("a savepoint that fails takes its tasks along, those of savepoints inside it too, and nothing else", async () => {
  const { ran, task } = tasks();
  await session.transact(async (inside) => {
    await note(inside.reader, 1);
    await inside.afterCommit(task("a"));
    const failed = inside.transact(async (inner) => {
      await inner.afterCommit(task("b"));
      await inner.transact(async (innermost) => {
        await innermost.afterCommit(task("c"));
        await note(innermost.reader, 2);
      });
      await note(inner.reader, 1);
    });
    expect(await rejection(failed)).toMatchObject({ code: "CONFLICT" });
    await note(inside.reader, 3);
  });
  expect(ran).toStrictEqual(["a 1,3"]);
  expect(await world.notes()).toStrictEqual([1, 3]);
});

test("savepoints that are opened side by side are kept or undone each by itself", async () => {
  await session.transact(async (inside) => {
    await note(inside.reader, 1);
    const outcomes = await Promise.allSettled(
      [2, 1, 3].map((id) => inside.transact(async ({ reader }) => note(reader, id))),
    );
    expect(outcomes.map(({ status }) => status)).toStrictEqual(["fulfilled", "rejected", "fulfilled"]);
  });
  expect(await world.notes()).toStrictEqual([1, 2, 3]);
});

test("a joined session has no savepoints: what fails in it takes all of it along", async () => {
  const { ran, task } = tasks();
  const failed = session.transact(async (inside) => {
    const whole = joined(inside);
    await whole.transact(async (inner) => {
      expect(inner.reader).toBe(inside.reader);
      await note(inner.reader, 1);
      await inner.afterCommit(task("a"));
    });
    await rejection(whole.transact(({ reader }) => note(reader, 1)));
    return "went on";
  });
  expect(await rejection(failed)).toMatchObject({ code: "CONFLICT" });
  expect(await world.notes()).toStrictEqual([]);
  expect(ran).toStrictEqual([]);
});

test("a joined session that succeeds is committed with the transaction around it", async () => {
  const { ran, task } = tasks();
  await session.transact(async (inside) => {
    await joined(inside).transact(async (inner) => {
      await inner.afterCommit(task("a"));
      await inner.transact(({ reader }) => note(reader, 1));
    });
    expect(await world.notes()).toStrictEqual([]);
  });
  expect(ran).toStrictEqual(["a 1"]);
});

test("what a hook does by itself can fail alone, and only in a transaction", async () => {
  expect(session.nested()).toBe(session);
  expect([session.isTransaction, session.isIsolating ?? false]).toStrictEqual([false, false]);
  await session.transact(async (inside) => {
    const own = inside.nested();
    expect([own.isTransaction, own.isIsolating]).toStrictEqual([true, true]);
    expect(own.reader).toBe(inside.reader);
    await note(own.reader, 1);
    expect(await rejection(own.transact(({ reader }) => note(reader, 1)))).toMatchObject({
      code: "CONFLICT",
    });
    expect(joined(own).isIsolating).toBe(false);
  });
  expect(await world.notes()).toStrictEqual([1]);
});

test("an error that is no noted conflict is passed on as it is", async () => {
  await note(session.reader, 1);
  const own = new RangeError("own");
  expect(await rejection(session.explained(() => Promise.reject(own)))).toBe(own);
  const conflict = await rejection(session.explained(() => note(session.reader, 1)));
  expect(conflict).toMatchObject({ code: "CONFLICT", errors: undefined });
  expect(await session.explained(async () => "fine")).toBe("fine");
  expect(await session.reader.run(statement("select 1"))).toMatchObject([[1]]);
});
