import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { groupOf, place, type Place, stepOf, written } from "./place.ts";

let here: Place;
beforeEach(async () => {
  here = await place();
  await here.notes(10);
  await here.sql("alter table notes add column filled text");
  await here.bookkeeping();
});
afterEach(() => here.end());

const fill = stepOf(
  "fill notes.filled",
  [
    `with batch as (select id from public.notes where id > coalesce($1::text::int, 0) order by id limit 4),
      changed as (update public.notes n set filled = pg_catalog.pg_current_xact_id()::text
        from batch where n.id = batch.id and n.filled is null returning n.id)
    select (select max(id)::text from batch), (select count(*) from changed)`,
  ],
  { kind: "backfill", hazard: "slow", rows: 10 },
);
const group = groupOf("batched", [fill], {
  after: [{ table: "notes", remove: ["backfill filled"] }],
});
const transactions =
  "select count(distinct filled)::int, count(*) filter (where filled is null)::int from notes";

describe("a group in batches", () => {
  it("goes through the table in several transactions and says how far it is", async () => {
    await here.sql(`insert into lucent_managed values ('notes', array['backfill filled', 'column filled'])`);
    const told: unknown[] = [];
    const outcome = await here.run([group], { onProgress: (...what) => told.push(what) });
    expect(outcome).toBeUndefined();
    expect(await here.sql(transactions)).toEqual([[3, 0]]);
    expect(told).toEqual([4, 8, 10, 10].map((rows) => ["fill notes.filled", rows, 10]));
    expect(await here.sql("select array_to_string(objects, ',') from lucent_managed")).toEqual([
      ["column filled"],
    ]);
    expect(await here.sql(written)).toEqual([["fill notes.filled", "done"]]);
  });

  it("goes on with the batch that met a row in use", async () => {
    const first = Promise.withResolvers<void>();
    const run = await here.database.session(async (other) => {
      await other.run({ text: "begin; update notes set title = 'x' where id = 6", values: [] });
      const running = here.run([group], { onWait: () => first.resolve() });
      await first.promise;
      // The first batch was committed, and stays.
      expect(await here.sql(transactions)).toEqual([[1, 6]]);
      return { running };
    });
    expect(await run.running).toBeUndefined();
    expect(await here.sql(transactions)).toEqual([[3, 0]]);
  });

  it("leaves whole batches when it is stopped", async () => {
    const stop = new AbortController();
    const outcome = await here.run([group], { signal: stop.signal, onProgress: () => stop.abort() });
    expect(outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("Stopped") });
    expect(await here.sql(transactions)).toEqual([[1, 6]]);
    expect(await here.sql(written)).toEqual([["fill notes.filled", "failed"]]);
    expect(await here.run([group])).toBeUndefined();
    expect(await here.sql(transactions)).toEqual([[3, 0]]);
  });

  it("does not go on for ever", async () => {
    const step = stepOf("stuck", ["select coalesce($1::text, 'here'), 0"]);
    await expect(here.run([groupOf("batched", [step])])).rejects.toThrow("a batch ended where it began");
  });
});
