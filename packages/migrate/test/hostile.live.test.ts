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
  "select",
  "Mixed Case",
  "größe 🎈",
  "back\\slash",
  "%I $1 :name",
  "new\nline",
];

const options = [
  `'); drop table victim; --`,
  `\\'); drop table victim; --`,
  "",
  " ",
  "\\",
  "'",
  `"`,
  "a, b'::text, 'c",
  "]))",
  "größe 🎈",
  "new\nline",
  "$1",
];

describe("hostile text", () => {
  it.each(names)("a name like %j stays a name", async (name) => {
    const short = (suffix: string): string => `${name}_${suffix}`;
    const table = tableOf(name, {
      columns: [id, column(name), column(short("ref"), { type: "uuid" })],
      primaryKey: { name: short("pkey"), columns: ["id"] },
      indexes: [{ name: short("idx"), columns: [{ name, descending: true }], unique: true }],
      foreignKeys: [{ name: short("fkey"), column: short("ref"), references: name, onDelete: "cascade" }],
      checks: [{ name: short("check"), column: name, options: ["a"] }],
    });
    expect(await here.apply([table])).toMatchObject({ kind: "applied" });
    expect(await here.apply([table])).toEqual({ kind: "current" });
    expect(await here.sql("select count(*)::int from victim")).toEqual([[0]]);
    const [found] = await here.sql(
      "select relname::text from pg_class where relkind = 'r' and relname <> 'victim' and relnamespace = 'public'::regnamespace",
    );
    expect(found).toEqual([name]);
  });

  it.each(["on", "off"])("options stay text with standard_conforming_strings %s", async (setting) => {
    const [[database] = []] = await here.sql("select current_database()");
    await here.sql(`alter database "${String(database)}" set standard_conforming_strings = ${setting}`);
    const table = tableOf("notes", { checks: [{ name: "notes_title_check", column: "title", options }] });
    expect(await here.apply([table])).toMatchObject({ kind: "applied" });
    expect(await here.apply([table])).toEqual({ kind: "current" });
    for (const option of options) {
      await here.database.run({
        text: "insert into notes (id, title) values (gen_random_uuid(), $1::text)",
        values: [option],
      });
    }
    await expect(
      here.sql("insert into notes (id, title) values (gen_random_uuid(), 'other')"),
    ).rejects.toMatchObject({ code: "VALIDATION" });
    expect(await here.sql("select count(*)::int from victim")).toEqual([[0]]);
  });

  it("one option is read back as one option", async () => {
    const table = tableOf("notes", {
      checks: [{ name: "notes_title_check", column: "title", options: ["only"] }],
    });
    await here.apply([table]);
    expect(await here.apply([table])).toEqual({ kind: "current" });
    await here.sql(
      "alter table notes drop constraint notes_title_check; alter table notes add constraint notes_title_check check (title in ('only'))",
    );
    expect(await here.apply([table])).toEqual({ kind: "current" });
  });
});
