import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { column, id, indexOn, tableOf } from "../world/tables.ts";
import { type Ground, ground, type Wish } from "./ground.ts";

let here: Ground;
beforeEach(async () => {
  here = await ground();
});
afterEach(() => here.end());

const posts = tableOf("posts");
const rows = (titles: string): Promise<unknown> =>
  here.sql(`insert into posts (id, title) select gen_random_uuid(), v from (values ${titles}) v (v)`);
const valid = (): Promise<unknown> =>
  here.sql(
    "select c.relname, i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = 'posts'::regclass order by 1",
  );

describe("a concurrent build that failed", () => {
  const unique: Wish = {
    tables: [tableOf("posts", { indexes: [indexOn("posts_title_key", ["title"], { unique: true })] })],
    online: true,
  };

  it("is removed and done again", async () => {
    await here.reach({ tables: [posts] });
    await rows("('a'), ('a')");
    await expect(here.reach(unique)).rejects.toMatchObject({ cause: { code: "23505" } });
    expect(await valid()).toEqual([
      ["posts_pkey", true],
      ["posts_title_key", false],
    ]);
    await here.sql("delete from posts where ctid = (select max(ctid) from posts)");
    const groups = await here.reach(unique);
    expect(groups.map(({ mode, steps }) => [mode, ...steps.map(({ kind }) => kind)])).toEqual([
      ["alone", "dropIndex"],
      ["alone", "buildIndex"],
    ]);
    expect(await valid()).toEqual([
      ["posts_pkey", true],
      ["posts_title_key", true],
    ]);
  });

  it("of a replacement leaves the old index where it is", async () => {
    await here.reach({ tables: [tableOf("posts", { indexes: [indexOn("posts_title_key", ["title"])] })] });
    await rows("('a'), ('a')");
    await expect(here.reach(unique)).rejects.toMatchObject({ cause: { code: "23505" } });
    expect(await valid()).toEqual([
      [expect.stringMatching(/^lucent_next_/), false],
      ["posts_pkey", true],
      ["posts_title_key", true],
    ]);
    await here.sql("delete from posts where ctid = (select max(ctid) from posts)");
    await here.reach(unique);
    expect(await valid()).toEqual([
      ["posts_pkey", true],
      ["posts_title_key", true],
    ]);
    expect(await here.plan(unique)).toEqual([]);
  });
});

describe("a change of type", () => {
  it("asks under its lock once more whether something would be lost", async () => {
    const sized = (type: "text" | "numeric(10,1)"): typeof posts =>
      tableOf("posts", { columns: [id, column("title", { type })] });
    await here.reach({ tables: [sized("text")] });
    await rows("('1.25')");
    const wish: Wish = {
      tables: [sized("numeric(10,1)")],
      how: () => ({
        using: '"title"::numeric(10,1)',
        loses: '"title"::numeric <> "title"::numeric(10,1)',
      }),
    };
    await expect(here.reach(wish)).rejects.toMatchObject({ cause: { code: "22001" } });
    expect(await here.sql("select title from posts")).toEqual([["1.25"]]);
    await here.sql("update posts set title = '1.5'");
    await here.reach(wish);
    expect(await here.sql("select title from posts")).toEqual([["1.5"]]);
  });
});

describe("the end of a rename in two phases", () => {
  it("does not come as long as a row differs", async () => {
    const renamed = tableOf("posts", { columns: [id, column("headline", { previousName: "title" })] });
    await here.reach({ tables: [posts] });
    await rows("('a')");
    await here.reach({ tables: [renamed], expand: ["posts.headline"] });
    await here.sql("alter table posts disable trigger all");
    await here.sql("update posts set title = 'b'");
    await here.sql("alter table posts enable trigger all");
    await expect(here.reach({ tables: [renamed], contract: true })).rejects.toMatchObject({
      cause: { code: "23514" },
    });
    expect(await here.sql("select title, headline from posts")).toEqual([["b", "a"]]);
    await here.sql("update posts set headline = 'b' where title = 'b'");
    await here.reach({ tables: [renamed], contract: true });
    expect(await here.sql("select headline from posts")).toEqual([["b"]]);
  });
});

describe("a required column", () => {
  it("does not come as long as a row has no value, whoever wrote it", async () => {
    const required: Wish = {
      tables: [tableOf("posts", { columns: [id, column("title", { nullable: false })] })],
      online: true,
    };
    await here.reach({ tables: [posts] });
    await rows("('a'), (null)");
    await expect(here.reach(required)).rejects.toMatchObject({ cause: { code: "23514" } });
    await expect(rows("(null)")).rejects.toMatchObject({ cause: { code: "23514" } });
    await here.sql("delete from posts where title is null");
    const groups = await here.reach(required);
    expect(groups.flatMap(({ steps }) => steps.map(({ kind }) => kind))).toEqual(["validate", "setNotNull"]);
    expect(
      await here.sql(
        "select conname from pg_constraint where conrelid = 'posts'::regclass and contype = 'c'",
      ),
    ).toEqual([]);
  });
});
