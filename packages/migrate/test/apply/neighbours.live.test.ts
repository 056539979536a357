import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

const notes = tableOf("notes");
const indexed = tableOf("notes", {
  columns: [id, column("title", { nullable: false })],
  indexes: [indexOn("notes_title_idx", ["title"])],
});

let here: World;
beforeEach(async () => {
  here = await world();
  await here.apply([notes]);
  await here.sql("insert into notes select gen_random_uuid(), 'n' || n from generate_series(1, 20000) n");
  await here.sql("analyze notes");
});
afterEach(() => here.end());

const waiting = `select count(*)::int from pg_locks where not granted and relation = 'notes'::regclass`;

const locks = `select count(*)::int from pg_locks where locktype = 'advisory'
  and database = (select oid from pg_database where datname = current_database())`;

const settings = `select name, setting from pg_settings
  where name in ('lock_timeout', 'statement_timeout', 'search_path', 'TimeZone', 'row_security') order by name`;

describe("what else goes on in the database", () => {
  it("P07 waits for a vacuum of the table, and leaves no debris", async () => {
    const told: string[] = [];
    const { run } = await here.database.session(async (vacuum) => {
      // The lock that a vacuum holds as long as it works, by hand or by itself.
      await vacuum.run({
        text: "begin; lock table notes in share update exclusive mode",
        values: [],
      });
      const running = here.apply([indexed], { onWait: (why) => void told.push(why) });
      await expect.poll(() => here.sql(waiting), { timeout: 20_000 }).toEqual([[1]]);
      await vacuum.run({ text: "commit", values: [] });
      return { run: running };
    });
    expect(await run).toMatchObject({ kind: "applied" });
    expect(
      await here.sql(
        "select relname, indisvalid from pg_index join pg_class on oid = indexrelid where indrelid = 'notes'::regclass order by 1",
      ),
    ).toEqual([
      ["notes_pkey", true],
      ["notes_title_idx", true],
    ]);
    expect(await here.apply([indexed])).toMatchObject({ kind: "current" });
  });

  it("P14 leaves neither settings nor a lock nor a session behind", async () => {
    const before = await here.sql(settings);
    const sessions = "select count(*)::int from pg_stat_activity where datname = current_database()";
    const [[open] = []] = await here.sql(sessions);
    expect(await here.apply([indexed])).toMatchObject({ kind: "applied" });
    expect(await here.sql(settings)).toEqual(before);
    expect(await here.sql(locks)).toEqual([[0]]);
    await expect.poll(() => here.sql(sessions)).toEqual([[open]]);
  });
});
