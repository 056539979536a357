import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { blockersOf, isGentle } from "../../src/apply/blockers.ts";
import { underLock } from "../../src/apply/locked.ts";
import type { LockMode } from "../../src/model/step.ts";
import { place, type Place, stepOf } from "./place.ts";

const modes: readonly LockMode[] = [
  "ACCESS SHARE",
  "ROW SHARE",
  "ROW EXCLUSIVE",
  "SHARE UPDATE EXCLUSIVE",
  "SHARE",
  "SHARE ROW EXCLUSIVE",
  "EXCLUSIVE",
  "ACCESS EXCLUSIVE",
];

let here: Place;
beforeEach(async () => {
  here = await place();
  await here.notes();
});
afterEach(() => here.end());

describe("who is in the way", () => {
  it.each(modes)("of somebody who holds %s, the server and we say the same", async (held) => {
    const told: boolean[] = [];
    const real: boolean[] = [];
    await here.database.session(async (other) => {
      await other.run({ text: `begin; lock table notes in ${held} mode`, values: [] });
      await underLock(here.database, { schema: "public", waitMs: 0 }, async (session) => {
        for (const mode of modes) {
          const steps = [stepOf("x", [], { locks: [{ table: "notes", mode }] })];
          told.push((await blockersOf(session, { schema: "public", steps })).length > 0);
          const text = `begin; lock table public.notes in ${mode} mode nowait; rollback`;
          const refused = session.run({ text, values: [] }).then(
            () => false,
            () => true,
          );
          real.push(await refused);
          await session.finish("rollback");
        }
      });
    });
    expect(told).toEqual(real);
    expect(told).toContain(true);
  });

  it("knows a prepared transaction, which has no process", async () => {
    const [[allowed] = []] = await here.sql("select current_setting('max_prepared_transactions')::int");
    await here.database.session(async (other) => {
      await other.run({ text: "begin; lock table notes in share mode", values: [] });
      const prepared = other.run({ text: "prepare transaction 'left behind'", values: [] });
      const isPrepared = await prepared.then(
        () => true,
        () => false,
      );
      expect(isPrepared).toBe(Number(allowed) > 0);
      const found = await underLock(here.database, { schema: "public", waitMs: 0 }, (session) =>
        blockersOf(session, {
          schema: "public",
          steps: [stepOf("x", [], { locks: [{ table: "notes", mode: "ACCESS EXCLUSIVE" }] })],
        }),
      );
      expect(found).toEqual(isPrepared ? ['"notes" is in use by a prepared transaction'] : []);
    });
    if (Number(allowed) > 0) await here.sql("rollback prepared 'left behind'");
  });

  it("finds nobody for steps that need no lock, or on a table of another schema", async () => {
    await here.sql("create schema other; create table other.notes (id int)");
    await here.database.session(async (other) => {
      await other.run({ text: "begin; lock table notes in share mode", values: [] });
      const found = await underLock(here.database, { schema: "other", waitMs: 0 }, async (session) => [
        ...(await blockersOf(session, { schema: "public", steps: [stepOf("x", [])] })),
        ...(await blockersOf(session, {
          schema: "other",
          steps: [stepOf("x", [], { locks: [{ table: "notes", mode: "ACCESS EXCLUSIVE" }] })],
        })),
      ]);
      expect(found).toEqual([]);
    });
  });

  it.each(modes)("%s is gentle when rows can be read and written beside it", async (mode) => {
    const beside = await here.database.session(async (other) => {
      await other.run({ text: `begin; lock table notes in ${mode} mode`, values: [] });
      const write = "set lock_timeout = 1; update notes set title = title where id = 1";
      return here.database.session((second) =>
        second.run({ text: write, values: [] }).then(
          () => true,
          () => false,
        ),
      );
    });
    expect(isGentle(mode)).toBe(beside);
  });
});
