import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { brief, buildIndex, groupOf, locks, place, type Place, stepOf, written } from "./place.ts";

let here: Place;
beforeEach(async () => {
  here = await place();
  await here.notes();
  await here.bookkeeping();
});
afterEach(() => here.end());

const indexes = `select c.relname::text, i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid
  where i.indrelid = 'notes'::regclass and not i.indisprimary order by 1`;
const managed = "select id, array_to_string(objects, ',') from lucent_managed";
const builds = `select exists (select from pg_stat_activity where datname = current_database()
  and query like 'create %index concurrently%' and wait_event_type = 'Lock')`;

// Somebody who sees the table as it was: a concurrent build waits for them.
const oldSnapshot = "begin isolation level repeatable read; select count(*) from notes";

describe("a group outside a transaction", () => {
  it("builds an index and writes it down before and after", async () => {
    const steps: string[] = [];
    const after = [{ table: "notes", add: ["constraint x"] }] as const;
    const group = { ...buildIndex(), after };
    expect(await here.run([group], { onStep: ({ title }) => steps.push(title) })).toBeUndefined();
    expect(steps).toEqual(['create index "notes_title_idx"']);
    expect(await here.sql(indexes)).toEqual([["notes_title_idx", true]]);
    expect(await here.sql(managed)).toEqual([["notes", "constraint x,index notes_title_idx"]]);
    expect(await here.sql(written)).toEqual([['create index "notes_title_idx"', "done"]]);
  });

  it("is known as ours while it is being built", async () => {
    const run = await here.database.session(async (other) => {
      await other.run({ text: oldSnapshot, values: [] });
      const running = here.run([buildIndex()], { limits: { ...brief, patientLockMs: 60_000 } });
      await here.until(builds);
      expect(await here.sql(managed)).toEqual([["notes", "index notes_title_idx"]]);
      expect(await here.sql(written)).toEqual([['create index "notes_title_idx"', "running"]]);
      return { running };
    });
    expect(await run.running).toBeUndefined();
  });

  it("L08 waits for somebody with an old snapshot, says who, and leaves nothing invalid", async () => {
    const told = Promise.withResolvers<string>();
    const run = await here.database.session(async (other) => {
      await other.run({ text: `set application_name = 'report'; ${oldSnapshot}`, values: [] });
      const [[pid] = []] = await other.run({ text: "select pg_backend_pid()", values: [] });
      const running = here.run([buildIndex()], {
        limits: { ...brief, patientLockMs: 60_000, watchMs: 50 },
        onWait: told.resolve,
      });
      expect(await told.promise).toMatch(
        new RegExp(
          `^"create index "notes_title_idx"" waits for server process ${String(pid)}: report, idle in transaction, for \\d s …$`,
        ),
      );
      return { running };
    });
    expect(await run.running).toBeUndefined();
    expect(await here.sql(indexes)).toEqual([["notes_title_idx", true]]);
  });

  it("removes what a try left before the next one", async () => {
    const again = Promise.withResolvers<void>();
    const run = await here.database.session(async (other) => {
      await other.run({ text: oldSnapshot, values: [] });
      const running = here.run([buildIndex()], { onWait: () => again.resolve() });
      await again.promise;
      expect(await here.sql(indexes)).toEqual([["notes_title_idx", false]]);
      return { running };
    });
    expect(await run.running).toBeUndefined();
    expect(await here.sql(indexes)).toEqual([["notes_title_idx", true]]);
    expect(await here.sql(written)).toEqual([['create index "notes_title_idx"', "done"]]);
  });

  it("says what it could not remove when the time is up, and leaves it known as ours", async () => {
    await here.database.session(async (other) => {
      await other.run({ text: oldSnapshot, values: [] });
      const outcome = await here.run([buildIndex()], { waitMs: 0 });
      expect(outcome).toMatchObject({ kind: "locked", done: [] });
      expect(outcome?.reason).toContain(
        'The unfinished index "notes_title_idx" could not be removed: the next run does it.',
      );
    });
    expect(await here.sql(indexes)).toEqual([["notes_title_idx", false]]);
    expect(await here.sql(managed)).toEqual([["notes", "index notes_title_idx"]]);
    expect(await here.sql("select outcome, code from lucent_migration_steps")).toEqual([["failed", "55P03"]]);
  });

  it("leaves no unfinished unique index behind, which would refuse rows", async () => {
    await here.sql("update notes set title = 'same'");
    const outcome = await here.run([buildIndex("notes_title_key", true)]);
    expect(outcome).toEqual({
      kind: "failed",
      reason:
        'Failed at "create index "notes_title_key"" (23505: two rows have the same value); nothing was changed.',
      done: [],
    });
    expect(await here.sql(indexes)).toEqual([]);
    expect(await here.sql(managed)).toEqual([["notes", ""]]);
    expect(await here.sql("select outcome, code from lucent_migration_steps")).toEqual([["failed", "23505"]]);
  });

  it("leaves an invalid index of somebody else alone", async () => {
    await here.sql("update notes set title = 'same'");
    const theirs = "create unique index concurrently theirs on notes (title)";
    await expect(here.database.session((other) => other.run({ text: theirs, values: [] }))).rejects.toThrow();
    await here.run([buildIndex("notes_title_key", true)]);
    expect(await here.sql(indexes)).toEqual([["theirs", false]]);
  });

  it("P15 is cancelled when it is asked to stop, and what it leaves is removed", async () => {
    const stop = new AbortController();
    const run = await here.database.session(async (other) => {
      await other.run({ text: oldSnapshot, values: [] });
      const running = here.run([buildIndex()], {
        signal: stop.signal,
        limits: { ...brief, patientLockMs: 60_000, lockMs: 20_000 },
      });
      await here.until(builds);
      stop.abort();
      // The removal waits for the old snapshot too.
      await here.until(`select exists (select from pg_stat_activity where datname = current_database()
        and query like 'drop index concurrently%' and wait_event_type = 'Lock')`);
      return { running };
    });
    expect(await run.running).toEqual({
      kind: "failed",
      reason: 'Stopped at "create index "notes_title_idx"", as was asked for; nothing was changed.',
      done: [],
    });
    expect(await here.sql(indexes)).toEqual([]);
    expect(await here.sql("select outcome, code from lucent_migration_steps")).toEqual([["failed", "57014"]]);
    expect(await here.sql(locks)).toEqual([[0]]);
  });

  it("is not tried again when somebody cancelled it", async () => {
    const run = await here.database.session(async (other) => {
      await other.run({ text: oldSnapshot, values: [] });
      const running = here.run([buildIndex()], { limits: { ...brief, patientLockMs: 60_000 } });
      await here.until(builds);
      await here.sql(
        "select pg_cancel_backend(pid) from pg_stat_activity where query like 'create %index concurrently%' and datname = current_database() and pid <> pg_backend_pid()",
      );
      return { outcome: await running };
    });
    expect(run.outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("57014") });
  });

  it("says that it does not know when its connection is lost, and the next run can tell", async () => {
    await here.database.session(async (other) => {
      await other.run({ text: oldSnapshot, values: [] });
      const running = here.run([buildIndex()], { limits: { ...brief, patientLockMs: 60_000 } });
      await here.until(builds);
      await here.sql(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where query like 'create %index concurrently%' and datname = current_database() and pid <> pg_backend_pid()",
      );
      const outcome = await running;
      expect(outcome).toMatchObject({ kind: "failed", done: [] });
      expect(outcome?.reason).toContain("whether that was done is not known: run again");
    });
    expect(await here.sql(managed)).toEqual([["notes", "index notes_title_idx"]]);
    expect(await here.sql(indexes)).toEqual([["notes_title_idx", false]]);
    expect(await here.sql(locks)).toEqual([[0]]);
  });

  it("tells how far a build is", async () => {
    const told: (readonly [string, number, number | undefined])[] = [];
    const run = await here.database.session(async (other) => {
      await other.run({ text: oldSnapshot, values: [] });
      const seen = Promise.withResolvers<void>();
      const running = here.run([buildIndex()], {
        limits: { ...brief, patientLockMs: 60_000, watchMs: 50 },
        onProgress: (...what) => {
          told.push(what);
          seen.resolve();
        },
      });
      await seen.promise;
      return { running };
    });
    expect(await run.running).toBeUndefined();
    expect(told[0]?.[0]).toMatch(/^create index "notes_title_idx": [a-z ]+$/);
  });

  it("sends a statement alone, outside any transaction", async () => {
    const step = stepOf("vacuum", ["vacuum public.notes"]);
    expect(await here.run([groupOf("alone", [step])])).toBeUndefined();
  });
});
