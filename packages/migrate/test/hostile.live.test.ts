import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "./world/database.ts";
import { column, id, tableOf } from "./world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
  await here.sql("create table victim (id int)");
});
afterEach(() => here.end());

const names = [
  `x"; drop table victim; --`,
  `x'; drop table victim; --`,
  "$$; drop table victim; $$",
  "Mixed",
  "größe",
  "a b",
  "back\\slash",
  "%I $1 :name",
  "new\nline",
  "",
];

const texts = [
  `'; drop table victim; --`,
  `'); drop table victim; --`,
  `\\'); drop table victim; --`,
  "",
  " ",
  "\\",
  "'",
  `"`,
  "$$",
  "$1",
  "%s",
  "a, b'::text, 'c",
  "]))",
  "größe 🎈",
  "new\nline",
];

describe("hostile text", () => {
  it.each(names)("a name like %j is refused before anything is asked of the server", async (name) => {
    const before = await here.dump();
    const table = tableOf("notes", { columns: [id, column("title"), column(name)] });
    expect(() => here.apply([table])).toThrow(/must match/);
    expect(() => here.apply([tableOf(name)])).toThrow(/must match/);
    expect(await here.dump()).toEqual(before);
  });

  it.each(["select", "order", "user", "desc", "limit", "table"])("the name %s is quoted", async (name) => {
    const table = tableOf(name, { columns: [id, column("title"), column(name)] });
    expect(await here.apply([table])).toMatchObject({ kind: "applied" });
    expect(await here.apply([table])).toMatchObject({ kind: "current" });
  });

  it.each(["on", "off"])(
    "options and defaults stay text with standard_conforming_strings %s",
    async (setting) => {
      const [[database] = []] = await here.sql("select current_database()");
      await here.sql(`alter database "${String(database)}" set standard_conforming_strings = ${setting}`);
      const defaults = texts.map((value, at) => column(`d${at}`, { default: { value } }));
      const table = tableOf("notes", {
        columns: [id, column("title"), ...defaults],
        checks: [{ name: "notes_title_check", column: "title", options: texts }],
      });
      expect(await here.apply([table])).toMatchObject({ kind: "applied" });
      expect(await here.apply([table])).toMatchObject({ kind: "current" });
      for (const text of texts) {
        await here.database.run({
          text: "insert into notes (id, title) values (gen_random_uuid(), $1::text)",
          values: [text],
        });
      }
      const other = "insert into notes (id, title) values (gen_random_uuid(), 'other')";
      await expect(here.sql(other)).rejects.toMatchObject({ code: "VALIDATION" });
      const list = defaults.map(({ name }) => name).join(", ");
      expect(await here.sql(`select ${list} from notes limit 1`)).toEqual([texts]);
      expect(await here.sql("select count(*)::int from victim")).toEqual([[0]]);
    },
  );

  it("an application's name can't write to the terminal", async () => {
    await here.apply([tableOf("notes")]);
    const longer = tableOf("notes", { columns: [id, column("title"), column("text")] });
    await here.database.session(async (other) => {
      await other.run({
        text: `select set_config('application_name', E'a\\x1b[2Jb', false); begin; lock table notes in share mode`,
        values: [],
      });
      const outcome = await here.apply([longer], { waitMs: 0 });
      expect(outcome).toMatchObject({ kind: "locked", reason: expect.stringMatching(/^[\x20-\x7e]*$/) });
    });
  });
});
