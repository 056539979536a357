import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  addColumn,
  bookkeepingGroup,
  brief,
  groupOf,
  locks,
  place,
  type Place,
  stepOf,
  written,
} from "./place.ts";

let here: Place;
beforeEach(async () => {
  here = await place();
  await here.notes();
  await here.bookkeeping();
});
afterEach(() => here.end());

const columns = `select string_agg(attname, ',' order by attnum) from pg_attribute
  where attrelid = 'notes'::regclass and attnum > 0 and not attisdropped`;
const waits = `select exists (select from pg_stat_activity where datname = current_database()
  and wait_event_type = 'Lock' and query like '%alter table%' and pid <> pg_backend_pid())`;

const withoutHistory = "drop table lucent_migrations, lucent_migration_steps, lucent_managed";

describe("a group in one transaction", () => {
  it("writes itself down in the transaction that makes the tables for it", async () => {
    await here.sql(withoutHistory);
    expect(await here.run([bookkeepingGroup(), groupOf("transaction", [addColumn("a")])])).toBeUndefined();
    expect(await here.sql(written)).toEqual([
      ['create table "lucent_migrations"', "done"],
      ['create table "lucent_migration_steps"', "done"],
      ['create table "lucent_managed"', "done"],
      ['add column "notes"."a"', "done"],
    ]);
    expect(
      await here.sql(
        "select kind, hash, configuration, outcome, production, finished_at is not null from lucent_migrations",
      ),
    ).toEqual([["plan", "h", "c", "done", false, true]]);
  });

  it("does what comes before the tables too, and writes it down with them", async () => {
    await here.sql(withoutHistory);
    const first = groupOf("transaction", [
      stepOf("create schema", ["create schema other"], { object: "other" }),
    ]);
    expect(await here.run([first, bookkeepingGroup()])).toBeUndefined();
    const rows = await here.sql(written);
    expect(rows[0]).toEqual(["create schema", "done"]);
    expect(rows).toHaveLength(4);
  });

  it("records what it made in the same transaction", async () => {
    const before = { table: "notes", add: ["index x"] } as const;
    const after = { table: "notes", add: ["column a"], remove: ["index x"] } as const;
    const group = groupOf("transaction", [addColumn("a")], { before: [before], after: [after] });
    expect(await here.run([group])).toBeUndefined();
    expect(await here.sql("select id, array_to_string(objects, ',') from lucent_managed")).toEqual([
      ["notes", "column a"],
    ]);
  });

  it("keeps nothing of a group whose last step fails, and all of those before", async () => {
    const bad = stepOf("divide", ["select 'a value'::text, 1 / 0"]);
    const after = [{ table: "notes", add: ["column b"] }] as const;
    const outcome = await here.run([
      groupOf("transaction", [addColumn("a")]),
      groupOf("transaction", [addColumn("b"), bad], { after }),
      groupOf("transaction", [addColumn("c")]),
    ]);
    expect(outcome).toEqual({
      kind: "failed",
      reason: 'Failed at "divide" (22012); what was done before stays: add column "notes"."a".',
      done: [addColumn("a")],
    });
    expect(await here.sql(columns)).toEqual([["id,title,a"]]);
    expect(await here.sql("select count(*)::int from lucent_managed")).toEqual([[0]]);
    expect(
      await here.sql("select title, outcome, code from lucent_migration_steps order by position"),
    ).toEqual([
      ['add column "notes"."a"', "done", null],
      ["divide", "failed", "22012"],
    ]);
    expect(await here.sql("select outcome, finished_at is not null from lucent_migrations")).toEqual([
      ["failed", true],
    ]);
  });

  it("tries again while the table is in use, says who has it, and lets readers through in between", async () => {
    const told: string[] = [];
    const first = Promise.withResolvers<void>();
    const onWait = (why: string): void => {
      told.push(why);
      first.resolve();
    };
    const { run, pid } = await here.database.session(async (other) => {
      await other.run({ text: "set application_name = 'a dump'; begin; select * from notes", values: [] });
      const [[own] = []] = await other.run({ text: "select pg_backend_pid()", values: [] });
      const running = here.run([groupOf("transaction", [addColumn("a")])], { onWait });
      await first.promise;
      // Between two tries nobody is kept from reading.
      expect(await here.sql("select count(*)::int from notes")).toEqual([[3]]);
      return { run: running, pid: own };
    });
    expect(await run).toBeUndefined();
    expect(told[0]).toMatch(
      new RegExp(
        `^Trying again at "add column "notes"."a"": "notes" is in use by server process ${String(pid)}: a dump, idle in transaction, for \\d s …$`,
      ),
    );
    expect(told.join()).not.toContain("select");
    expect(await here.sql(columns)).toEqual([["id,title,a"]]);
    expect(await here.sql(written)).toEqual([['add column "notes"."a"', "done"]]);
  });

  it("gives up when the time is up, names the blocker, and changed nothing", async () => {
    await here.database.session(async (other) => {
      await other.run({
        text: "set application_name = 'psql'; begin; lock table notes in share mode",
        values: [],
      });
      const outcome = await here.run([groupOf("transaction", [addColumn("a")])], { waitMs: 300 });
      expect(outcome).toMatchObject({ kind: "locked", done: [] });
      expect(outcome?.reason).toMatch(
        /^Another session uses a table that is needed at "add column "notes"."a""; nothing was changed\. Run again when it is free\. "notes" is in use by server process \d+: psql, idle in transaction, for \d s\.$/,
      );
    });
    expect(await here.sql(columns)).toEqual([["id,title"]]);
    expect(await here.sql("select code from lucent_migration_steps")).toEqual([["55P03"]]);
  });

  it("P10 holds no lock on the first table while it waits between tries", async () => {
    await here.sql("create table more (id int)");
    const both = [
      stepOf("more", ["alter table public.more add column a int"]),
      stepOf("notes", ["alter table public.notes add column a int"]),
    ];
    const first = Promise.withResolvers<void>();
    const run = await here.database.session(async (other) => {
      await other.run({ text: "begin; lock table notes in share mode", values: [] });
      const limits = { ...brief, pauses: { firstMs: 2_000, longestMs: 2_000 } };
      const running = here.run([groupOf("transaction", both)], { onWait: () => first.resolve(), limits });
      await first.promise;
      expect(await here.sql("select count(*)::int from pg_locks where relation = 'more'::regclass")).toEqual([
        [0],
      ]);
      return { running };
    });
    expect(await run.running).toBeUndefined();
  });

  it("P13 is tried again after a deadlock", async () => {
    await here.sql("create table more (id int)");
    const both = [
      stepOf("notes", ["lock table public.notes in access exclusive mode"]),
      stepOf("more", ["alter table public.more add column a int"]),
    ];
    const told: string[] = [];
    const limits = { ...brief, lockMs: 20_000 };
    const run = await here.database.session(async (other) => {
      // It is the engine that notices, because the other one looks for deadlocks later.
      await other.run({
        text: "set deadlock_timeout = '20s'; begin; lock table more in share mode",
        values: [],
      });
      const running = here.run([groupOf("transaction", both)], { onWait: (why) => told.push(why), limits });
      await here.until(
        "select exists (select from pg_locks where relation = 'more'::regclass and not granted)",
      );
      await other.run({ text: "select count(*) from notes", values: [] });
      return { running };
    });
    expect(await run.running).toBeUndefined();
    expect(told).toEqual([expect.stringContaining("Trying again at")]);
  });

  it("stops at once when it is asked to, and leaves nothing", async () => {
    const stop = new AbortController();
    await here.database.session(async (other) => {
      await other.run({ text: "begin; lock table notes in share mode", values: [] });
      const limits = { ...brief, lockMs: 60_000 };
      const run = here.run([groupOf("transaction", [addColumn("a")])], { signal: stop.signal, limits });
      await here.until(waits);
      stop.abort();
      expect(await run).toEqual({
        kind: "failed",
        reason: 'Stopped at "add column "notes"."a"", as was asked for; nothing was changed.',
        done: [],
      });
    });
    expect(await here.sql(columns)).toEqual([["id,title"]]);
    expect(await here.sql("select outcome from lucent_migrations")).toEqual([["failed"]]);
    expect(await here.sql(locks)).toEqual([[0]]);
  });

  it("stops while it pauses between two tries", async () => {
    const stop = new AbortController();
    await here.database.session(async (other) => {
      await other.run({ text: "begin; lock table notes in share mode", values: [] });
      const limits = { ...brief, pauses: { firstMs: 60_000, longestMs: 60_000 } };
      const outcome = await here.run([groupOf("transaction", [addColumn("a")])], {
        signal: stop.signal,
        limits,
        waitMs: 120_000,
        onWait: () => stop.abort(),
      });
      expect(outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("Stopped") });
    });
  });

  it("fails when its connection is lost, and leaves nothing", async () => {
    const kill = stepOf("lose it", ["select pg_terminate_backend(pg_backend_pid())"]);
    const outcome = await here.run([
      groupOf("transaction", [addColumn("a")]),
      groupOf("transaction", [addColumn("b"), kill]),
    ]);
    expect(outcome).toMatchObject({ kind: "failed", done: [addColumn("a")] });
    expect(outcome?.reason).toMatch(
      /^Failed at "lose it" \([\w: ]+\); what was done before stays: add column "notes"\."a"\.$/,
    );
    expect(await here.sql(columns)).toEqual([["id,title,a"]]);
    // Nobody was left to write it down: the next run does.
    expect(await here.sql("select outcome from lucent_migrations")).toEqual([["running"]]);
    await here.run([groupOf("transaction", [addColumn("b")])]);
    expect(await here.sql("select outcome from lucent_migrations order by started_at")).toEqual([
      ["failed"],
      ["done"],
    ]);
  });

  it("gives a statement no more time than its step may take", async () => {
    const limits = { ...brief, statementMs: 50 };
    const sleep = ["select pg_sleep(0.3)"];
    expect(await here.run([groupOf("transaction", [stepOf("long", sleep)])], { limits })).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("57014"),
    });
    const slow = groupOf("transaction", [stepOf("long", sleep, { hazard: "slow" })]);
    expect(await here.run([slow], { limits })).toBeUndefined();
  });

  it("waits longer for a lock that lets others go on", async () => {
    await here.sql("alter table notes add check (id > 0) not valid");
    const validate = stepOf("validate", ["alter table public.notes validate constraint notes_id_check"], {
      kind: "validate",
      hazard: "slow",
      locks: [{ table: "notes", mode: "SHARE UPDATE EXCLUSIVE" }],
    });
    const told = Promise.withResolvers<string>();
    const limits = { ...brief, lockMs: 1, patientLockMs: 60_000, watchMs: 50 };
    const run = await here.database.session(async (other) => {
      await other.run({ text: "begin; lock table notes in share update exclusive mode", values: [] });
      const running = here.run([groupOf("transaction", [validate])], {
        limits,
        waitMs: 0,
        onWait: told.resolve,
      });
      expect(await told.promise).toMatch(
        /^"validate" waits for server process \d+: lucent, idle in transaction/,
      );
      return { running };
    });
    expect(await run.running).toBeUndefined();
  });

  it("is not over when the proof says otherwise", async () => {
    const outcome = await here.run([groupOf("transaction", [addColumn("a")])], {
      verify: async () => "Not so.",
    });
    expect(outcome).toEqual({ kind: "failed", reason: "Not so.", done: [addColumn("a")] });
    expect(await here.sql("select outcome from lucent_migrations")).toEqual([["failed"]]);
  });
});
