import type { Database, Runner, Table } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { applyTo, type World, world } from "./world/database.ts";
import { column, id, indexOn, tableOf } from "./world/tables.ts";

const tables = ["a", "b", "c", "d"].map((name) =>
  tableOf(name, { indexes: [indexOn(`${name}_title_idx`, ["title"])] }),
);
const notes = tableOf("notes");
const longer = tableOf("notes", { columns: [id, column("title"), column("text")] });
const indexed = tableOf("notes", { indexes: [indexOn("notes_title_idx", ["title"])] });
const hold = "select pg_advisory_lock(hashtextextended('lucent.migrate.public', 0))";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

/** Enough rows for the way that does not block others. */
async function manyNotes(): Promise<void> {
  await here.apply([notes]);
  await here.sql("insert into notes select gen_random_uuid(), 'n' || n from generate_series(1, 20000) n");
  await here.sql("analyze notes");
}

const outcomes = async (runs: readonly (readonly Table[])[]): Promise<readonly string[]> => {
  const ended = await Promise.all(runs.map((wanted) => here.apply(wanted, { waitMs: 60_000 })));
  return ended.map(({ kind }) => kind).toSorted();
};

describe("migrations at the same time", () => {
  it.each([2, 5])("P01 %i runners: one applies, the others find nothing to do", async (runners) => {
    const kinds = await outcomes(Array.from({ length: runners }, () => tables));
    expect(kinds).toEqual(["applied", ...Array.from({ length: runners - 1 }, () => "current")]);
    expect(await here.apply(tables)).toMatchObject({ kind: "current" });
    expect(await here.sql("select count(*)::int from lucent_migrations")).toEqual([[1]]);
  });

  it("P01 T-MG-03 does so in every of twenty rounds", async () => {
    for (let round = 0; round < 20; round += 1) {
      const table = tableOf(`t${round}`, { indexes: [indexOn(`t${round}_idx`, ["title"])] });
      expect(await outcomes([[table], [table]])).toEqual(["applied", "current"]);
    }
  });

  it("P02 five runners with a concurrent index do not wait for each other in a circle", async () => {
    await manyNotes();
    const kinds = await outcomes(Array.from({ length: 5 }, () => [indexed]));
    expect(kinds).toEqual(["applied", "current", "current", "current", "current"]);
    expect(
      await here.sql(
        "select count(*)::int, bool_and(indisvalid) from pg_index where indrelid = 'notes'::regclass",
      ),
    ).toEqual([[2, true]]);
  });

  it("gives up after the time it was given, and says who holds the lock", async () => {
    const before = await here.dump();
    await here.database.session(async (other) => {
      await other.run({ text: hold, values: [] });
      const told: string[] = [];
      const outcome = await here.apply([notes], { waitMs: 300, onWait: (why) => void told.push(why) });
      expect(outcome).toMatchObject({
        kind: "locked",
        reason: expect.stringMatching(
          /^Another migration \(server process \d+: lucent, idle, for \d+ s\) holds the lock/,
        ),
        done: [],
      });
      expect(told).toHaveLength(1);
    });
    expect(await here.dump()).toEqual(before);
  });

  it("goes on when the lock is free again", async () => {
    const waits = Promise.withResolvers<void>();
    const { run } = await here.database.session(async (other) => {
      await other.run({ text: hold, values: [] });
      const running = here.apply(tables, { onWait: () => waits.resolve() });
      await waits.promise;
      return { run: running };
    });
    expect(await run).toMatchObject({ kind: "applied" });
  });

  it("needs no lock when there is nothing to do, and none for a dry run", async () => {
    await here.apply([notes]);
    await here.database.session(async (other) => {
      await other.run({ text: hold, values: [] });
      expect(await here.apply([notes], { waitMs: 0 })).toMatchObject({ kind: "current" });
      expect(await here.apply([longer], { waitMs: 0, dryRun: true })).toMatchObject({ kind: "planned" });
    });
  });

  it("P06 does not wait for ever for a table that is in use, and leaves it as it was", async () => {
    await here.apply([notes]);
    await here.database.session(async (other) => {
      await other.run({ text: "begin; lock table notes in share mode", values: [] });
      const outcome = await here.apply([longer], { waitMs: 0 });
      expect(outcome).toMatchObject({ kind: "locked", done: [] });
      expect(outcome).toMatchObject({
        reason: expect.stringMatching(/"notes" is in use by server process \d+/),
      });
      expect(
        await here.sql(
          "select count(*)::int from pg_attribute where attrelid = 'notes'::regclass and attnum > 0",
        ),
      ).toEqual([[2]]);
    });
    expect(await here.apply([longer])).toMatchObject({ kind: "applied" });
  });

  it("P05 readers go on while it waits for a table that a dump reads", async () => {
    await here.apply([notes]);
    const waits = Promise.withResolvers<void>();
    const { run } = await here.database.session(async (other) => {
      await other.run({ text: "begin isolation level repeatable read; select * from notes", values: [] });
      const running = here.apply([longer], { onWait: () => waits.resolve() });
      await waits.promise;
      const started = performance.now();
      await here.sql("select count(*) from notes");
      // The longest that a reader may stand behind a try.
      expect(performance.now() - started).toBeLessThan(3_000);
      return { run: running };
    });
    expect(await run).toMatchObject({ kind: "applied" });
  });

  it("L08 waits with a concurrent index for somebody with an old snapshot", async () => {
    await manyNotes();
    await here.sql("create table elsewhere (x int)");
    const waits = Promise.withResolvers<string>();
    const { run } = await here.database.session(async (other) => {
      await other.run({ text: "begin isolation level repeatable read; select * from elsewhere", values: [] });
      const running = here.apply([indexed], { onWait: waits.resolve });
      expect(await waits.promise).toMatch(/waits for server process \d+/);
      return { run: running };
    });
    expect(await run).toMatchObject({ kind: "applied" });
    expect(await here.sql("select bool_and(indisvalid) from pg_index")).toEqual([[true]]);
  });
});

describe("a run that does not reach its end", () => {
  it.each(["create table", "create index", "lucent_managed", "lucent_migrations", "commit"])(
    "is finished by the next one when its connection is lost before %s",
    async (moment) => {
      expect(await applyLosing(moment, tables)).toMatchObject({ kind: "failed" });
      expect(await here.apply(tables)).toMatchObject({
        kind: expect.stringMatching(/^(?:applied|current)$/),
      });
      expect(await here.apply(tables)).toMatchObject({ kind: "current" });
    },
  );

  it("P15 leaves nothing of an index that was being built when it was asked to stop", async () => {
    await manyNotes();
    const stop = new AbortController();
    const { run } = await here.database.session(async (other) => {
      await other.run({
        text: "begin isolation level repeatable read; select * from notes limit 1",
        values: [],
      });
      const running = here.apply([indexed], { signal: stop.signal, onWait: () => stop.abort() });
      while (!stop.signal.aborted) await here.sql("select 1");
      return { run: running };
    });
    expect(await run).toMatchObject({ kind: "failed", reason: expect.stringContaining("as was asked for") });
    expect(
      await here.sql("select bool_and(indisvalid) from pg_index where indrelid = 'notes'::regclass"),
    ).toEqual([[true]]);
    expect(await here.apply([indexed])).toMatchObject({ kind: "applied" });
  });

  it("P03 builds an index anew that a killed process left half done", async () => {
    await manyNotes();
    await here.database.session(async (other) => {
      await other.run({
        text: "begin isolation level repeatable read; select * from notes limit 1",
        values: [],
      });
      const waits = Promise.withResolvers<string>();
      const run = here.apply([indexed], { onWait: waits.resolve });
      await waits.promise;
      await here.sql(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and query like 'create index concurrently%'`);
      expect(await run).toMatchObject({ kind: "failed" });
    });
    expect(await here.sql("select count(*)::int from pg_index where not indisvalid")).toEqual([[1]]);
    expect(await here.apply([indexed])).toMatchObject({ kind: "applied" });
    expect(await here.sql("select count(*)::int from pg_index where not indisvalid")).toEqual([[0]]);
    expect(await here.apply([indexed])).toMatchObject({ kind: "current" });
  });
});

/** Loses its connection, once, before the first statement of a run that holds a text and is no question. */
async function applyLosing(moment: string, wanted: readonly Table[]): Promise<unknown> {
  let isLost = false;
  const losing = (runner: Runner): Runner => ({
    async run(statement) {
      if (!isLost && statement.text.includes(moment) && !statement.text.startsWith("select")) {
        isLost = true;
        const [[pid] = []] = await runner.run({ text: "select pg_backend_pid()", values: [] });
        await here.sql(`select pg_terminate_backend(${Number(pid)}, 5000)`);
      }
      return runner.run(statement);
    },
  });
  const database: Database = {
    ...here.database,
    session: (work) => here.database.session((runner) => work(losing(runner))),
  };
  return applyTo(database, wanted);
}
