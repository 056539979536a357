import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { underLock } from "../src/apply/locked.ts";
import { type DataMigration, defineDataMigration } from "../src/data.ts";
import { openData } from "../src/data/open.ts";
import { runData } from "../src/data/run.ts";
import { place, type Place } from "./apply/place.ts";

let here: Place;
beforeEach(async () => {
  here = await place();
  await here.notes(10);
  await here.sql("alter table notes add column seen int not null default 0");
  await here.bookkeeping();
});
afterEach(() => here.end());

interface Options {
  readonly signal?: AbortSignal;
  readonly waitMs?: number;
  readonly onProgress?: (what: string, done: number, total: number | undefined) => void;
}

/** Runs what is open of a list, as a run behind its schema changes does. */
function run(data: readonly DataMigration[], { signal, waitMs = 20_000, ...reports }: Options = {}) {
  return underLock(here.database, { schema: "public", waitMs, signal }, async (session) => {
    const open = await openData(session, "public", data);
    const world = { session, schema: "public", production: true, reports, done: [] };
    return { ids: open.map(({ id }) => id), ended: await runData(open, world) };
  });
}

/** Touches every row once, three at a time. `before` is called before each batch is done. */
function touching(
  id: string,
  before: (from: number) => void | Promise<void> = () => undefined,
): DataMigration {
  return defineDataMigration({
    id,
    async up({ batch, progress }) {
      await batch("rows", async (tx, cursor) => {
        const from = Number(cursor ?? 0);
        await tx.run({
          text: "update notes set seen = seen + 1 where id > $1 and id <= $1 + 3",
          values: [from],
        });
        await before(from);
        progress(from + 3, 10);
        return from + 3 < 10 ? String(from + 3) : undefined;
      });
    },
  });
}

const endHolder = `select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory' and granted
  and database = (select oid from pg_database where datname = current_database())`;
const seen = "select min(seen), max(seen), sum(seen)::int from notes";
const rows = "select name, outcome, cursor, production, finished_at is not null from lucent_migrations";

describe("data migrations", () => {
  it("run once, in their order, batch by batch", async () => {
    const order: string[] = [];
    const told: unknown[] = [];
    const data = ["one", "two"].map((id) => touching(id, (from) => void order.push(`${id} ${from}`)));
    const onProgress = (...what: readonly unknown[]): void => void told.push(what);
    expect(await run(data, { onProgress })).toEqual({ ids: ["one", "two"], ended: undefined });
    expect(order).toEqual(["one 0", "one 3", "one 6", "one 9", "two 0", "two 3", "two 6", "two 9"]);
    expect(told[0]).toEqual(["one", 3, 10]);
    expect(await here.sql(`${rows} order by started_at`)).toEqual([
      ["one", "done", '[["rows",null]]', true, true],
      ["two", "done", '[["rows",null]]', true, true],
    ]);
    expect(await run(data)).toEqual({ ids: [], ended: undefined });
    expect(await here.sql(seen)).toEqual([[2, 2, 20]]);
  });

  it("are all open where there is no history yet", async () => {
    await here.sql("drop table lucent_migrations");
    const data = [touching("one")];
    expect(await here.database.session((runner) => openData(runner, "public", data))).toEqual(data);
  });

  it("go on behind the last finished batch when one fails", async () => {
    let isBroken = true;
    const migration = touching("one", (from) => {
      if (from === 6 && isBroken) throw new RangeError("the secret value of a row");
    });
    const first = await run([migration]);
    expect(first).toMatchObject({
      ended: {
        kind: "failed",
        reason:
          'Failed in the data migration "one" (RangeError); its finished steps stay, and nothing was changed. Run again to go on from there.',
        cause: expect.any(RangeError),
      },
    });
    expect(await here.sql(rows)).toEqual([["one", "failed", '[["rows","6"]]', true, true]]);
    isBroken = false;
    expect(await run([migration])).toMatchObject({ ended: undefined });
    expect(await here.sql(seen)).toEqual([[1, 1, 10]]);
    expect(await here.sql(rows)).toEqual([["one", "done", '[["rows",null]]', true, true]]);
  });

  it("go on when the process died in between", async () => {
    const migration = touching("one", async (from) => {
      if (from !== 3) return;
      // The pool is out of bounds here.
      await here.database.session((other) => other.run({ text: endHolder, values: [] }));
    });
    expect(await run([migration])).toMatchObject({ ended: { kind: "failed" } });
    // Nobody was left to write down that it failed.
    expect(await here.sql(rows)).toEqual([["one", "running", '[["rows","6"]]', true, false]]);
    const before = await here.sql(seen);
    expect(before).toEqual([[0, 1, 6]]);
    expect(await run([touching("one")])).toMatchObject({ ended: undefined });
    expect(await here.sql(seen)).toEqual([[1, 1, 10]]);
  });

  it("do no batch again that is finished, and keep several apart", async () => {
    let tries = 0;
    const done: string[] = [];
    const migration = defineDataMigration({
      id: "two-batches",
      async up({ batch, tx }) {
        await batch("a", async () => void done.push("a"));
        await batch("b", async (_, cursor) => {
          done.push(`b ${cursor ?? "first"}`);
          return cursor === undefined ? "second" : undefined;
        });
        tries += 1;
        if (tries === 1) throw new TypeError("once");
        await tx((transaction) => transaction.run({ text: "update notes set seen = 7", values: [] }));
      },
    });
    await run([migration]);
    expect(await run([migration])).toMatchObject({ ended: undefined });
    expect(done).toEqual(["a", "b first", "b second"]);
    expect(await here.sql(seen)).toEqual([[7, 7, 70]]);
  });

  it("undo a batch whose place was taken by somebody else", async () => {
    const migration = touching("one", async (from) => {
      if (from === 3) await here.database.session((other) => other.run(stolen));
    });
    const stolen = { text: `update lucent_migrations set cursor = '[["rows","9"]]'`, values: [] };
    expect(await run([migration])).toMatchObject({ ended: { kind: "failed" } });
    expect(await here.sql(seen)).toEqual([[0, 1, 3]]);
  });

  it("try a step again that met a row in use", async () => {
    const blocked = Promise.withResolvers<void>();
    let calls = 0;
    const migration = defineDataMigration({
      id: "waits",
      async up({ tx }) {
        await tx(async (transaction) => {
          calls += 1;
          if (calls === 2) blocked.resolve();
          await transaction.run({ text: "set local lock_timeout = '50ms'", values: [] });
          await transaction.run({ text: "update notes set seen = seen + 1", values: [] });
        });
      },
    });
    const { running } = await here.database.session(async (other) => {
      await other.run({ text: "begin; update notes set title = 'x' where id = 1", values: [] });
      const started = run([migration]);
      await blocked.promise;
      return { running: started };
    });
    expect(await running).toMatchObject({ ended: undefined });
    expect(calls).toBeGreaterThan(1);
    expect(await here.sql(seen)).toEqual([[1, 1, 10]]);
  });

  it("stop when they are asked to, in the middle of a statement too", async () => {
    const stop = new AbortController();
    const migration = defineDataMigration({
      id: "long",
      async up({ tx, signal }) {
        expect(signal.aborted).toBe(false);
        await tx(async (transaction) => {
          await transaction.run({ text: "update notes set seen = 9", values: [] });
          await transaction.run({ text: "select pg_sleep(600)", values: [] });
        });
      },
    });
    const running = run([migration], { signal: stop.signal });
    await here.until(`select exists (select from pg_stat_activity where query like '%pg_sleep(600)%'
      and state = 'active' and datname = current_database() and pid <> pg_backend_pid())`);
    stop.abort();
    expect(await running).toMatchObject({
      ended: { kind: "failed", reason: expect.stringContaining('Stopped in the data migration "long"') },
    });
    expect(await here.sql(seen)).toEqual([[0, 0, 0]]);
    expect(await here.sql("select outcome from lucent_migrations")).toEqual([["failed"]]);
  });

  it("may take longer than a request", async () => {
    const [[limit] = []] = await here.sql("show statement_timeout");
    expect(limit).not.toBe("0");
    const shown: unknown[] = [];
    const migration = defineDataMigration({
      id: "limits",
      up: ({ tx }) =>
        tx(async (transaction) => {
          shown.push(await transaction.run({ text: "show statement_timeout", values: [] }));
        }),
    });
    await run([migration]);
    expect(shown).toEqual([[["0"]]]);
  });

  it("refuse a cursor that is no text, and two batches at a time", async () => {
    const number = defineDataMigration({
      id: "number",
      // A plain JavaScript caller may do this.
      up: ({ batch }) => batch("rows", async () => 3 as unknown as string),
    });
    const both = defineDataMigration({
      id: "both",
      async up({ batch }) {
        await Promise.all([batch("a", async () => undefined), batch("b", async () => undefined)]);
      },
    });
    expect(await run([number])).toMatchObject({ ended: { kind: "failed", cause: expect.any(TypeError) } });
    expect(await run([both])).toMatchObject({ ended: { kind: "failed", cause: expect.any(TypeError) } });
  });
});
