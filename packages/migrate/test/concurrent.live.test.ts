import { defineCollection, describe as blueprintOf } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "./world/database.ts";
import { tableOf } from "./world/tables.ts";

const title = { name: "title", descending: false };
const tables = Array.from({ length: 20 }, (_, at) =>
  tableOf(`notes_${at}`, { indexes: [{ name: `notes_${at}_title_idx`, columns: [title], unique: false }] }),
);
const notes = defineCollection({ slug: "notes", fields: { title: { type: "text" } } });
const longer = defineCollection({
  slug: "notes",
  fields: { title: { type: "text" }, text: { type: "text" } },
});
const hold = "select pg_advisory_lock(hashtextextended('lucent.migrate.public', 0)), pg_backend_pid()";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

describe("migrations at the same time", () => {
  it.each([2, 5])("%i runners: one applies, the others find nothing to do", async (runners) => {
    const outcomes = await Promise.all(Array.from({ length: runners }, () => here.apply(tables)));
    const kinds = outcomes.map(({ kind }) => kind).toSorted();
    expect(kinds).toEqual(["applied", ...Array.from({ length: runners - 1 }, () => "current")]);
    expect(await here.apply(tables)).toEqual({ kind: "current" });
  });

  it("gives up after the time it was given, with exit code 4, and says who holds the lock", async () => {
    const before = await here.dump();
    await here.database.session(async (other) => {
      const [[, pid] = []] = await other.run({ text: hold, values: [] });
      const run = await here.command([notes], "--wait", "0.3");
      expect(run).toEqual({
        code: 4,
        out: ["Waiting for a lock …"],
        errors: [
          `Another migration (server process ${String(pid)}) holds the lock: wait for it to end and run again.`,
        ],
      });
    });
    expect(await here.dump()).toEqual(before);
  });

  it("goes on when the lock is free again", async () => {
    const waits = Promise.withResolvers<void>();
    const applied = await here.database.session(async (other) => {
      await other.run({ text: hold, values: [] });
      const run = here.apply(tables, { onWait: waits.resolve });
      await waits.promise;
      return { run };
    });
    expect(await applied.run).toMatchObject({ kind: "applied" });
  });

  it("needs no lock when there is nothing to do", async () => {
    await here.command([notes]);
    await here.database.session(async (other) => {
      await other.run({ text: hold, values: [] });
      expect(await here.command([notes], "--wait", "0")).toMatchObject({
        code: 0,
        out: ["The database is up to date."],
      });
    });
  });

  it("holds no transaction open while it waits", async () => {
    await here.database.session(async (other) => {
      await other.run({ text: hold, values: [] });
      const waits = Promise.withResolvers<void>();
      const run = here.apply(tables, { waitMs: 1_000, onWait: waits.resolve });
      await waits.promise;
      const open = `select count(*)::int from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null`;
      const seen: unknown[] = [];
      for (let look = 0; look < 20; look += 1) seen.push((await here.sql(open))[0]?.[0]);
      expect(seen).toContain(0);
      expect(await run).toMatchObject({ kind: "locked" });
    });
  });

  it("does not wait for ever for a table that is in use, and leaves it as it was", async () => {
    await here.command([notes]);
    const before = await here.dump();
    await here.database.transaction(async (other) => {
      await other.run({ text: "lock table notes in share mode", values: [] });
      const run = await here.command([longer], "--wait", "0");
      expect(run).toMatchObject({ code: 4, out: [] });
      expect(run.errors).toEqual([expect.stringContaining('add column "notes"."text"')]);
    });
    expect(await here.dump()).toEqual(before);
  });

  it("tries again when the table is free", async () => {
    await here.command([notes]);
    const waits = Promise.withResolvers<void>();
    const { tables: wanted } = blueprintOf({ collections: [longer] });
    const applied = await here.database.transaction(async (other) => {
      await other.run({ text: "lock table notes in share mode", values: [] });
      const run = here.apply(wanted, { onWait: waits.resolve });
      await waits.promise;
      return { run };
    });
    expect(await applied.run).toMatchObject({ kind: "applied" });
  });
});
