import { describe, expect, it } from "vitest";

import type { Live } from "../../src/model/live.ts";
import { column, id, indexOn, liveOf, tableOf, withoutManaged } from "../world/tables.ts";
import { compare, outline } from "./outline.ts";

const posts = tableOf("posts", { indexes: [indexOn("posts_title_idx", ["title"])] });
const taken = (name: string, by: string): Live => ({ ...liveOf(), taken: new Map([[name, by]]) });

describe("names of new tables", () => {
  it.each(["a view", "a foreign table", "a sequence", "a type", "a partition of another table"])(
    "B14 is refused where it is %s, which it says",
    (what) => {
      const { changes } = compare([posts], taken("posts", what));
      expect(changes).toMatchObject([{ refusal: { code: "NAME_TAKEN", object: "posts" } }]);
      expect(JSON.stringify(changes)).toContain(`it is ${what}`);
    },
  );

  it("B15 is refused where it is somebody else's table, and offers to take it over", () => {
    const { changes } = compare([posts], withoutManaged(liveOf(posts), "posts"));
    expect(changes).toMatchObject([{ refusal: { code: "NAME_TAKEN", object: "posts" } }]);
    expect(JSON.stringify(changes)).toContain("lucent migrate baseline");
  });

  it.each(["posts_pkey", "posts_title_idx"])("is refused where its key or index %s is taken", (name) => {
    expect(outline([posts], taken(name, "a view"))).toEqual([`NAME_TAKEN posts.${name}`]);
  });
});

describe("a table that is divided into partitions", () => {
  const wanted = tableOf("posts", {
    columns: [
      id,
      column("title", { default: { value: "x" } }),
      column("body"),
      column("state", { nullable: false }),
      column("stars", { type: "bigint" }),
      column("author", { type: "uuid" }),
    ],
    indexes: [indexOn("posts_title_idx", ["title"])],
    checks: [{ name: "posts_title_check", column: "title", options: ["x"] }],
    foreignKeys: [{ name: "posts_author_fkey", column: "author", references: "posts", onDelete: "restrict" }],
  });
  const before = tableOf("posts", {
    columns: [id, column("title"), column("state"), column("stars"), column("author", { type: "uuid" })],
  });
  const divided = (live: Live): Live => ({
    ...live,
    tables: new Map([...live.tables].map(([name, table]) => [name, { ...table, partitioned: true }])),
  });

  it("gets columns, defaults and checks, and nothing else", () => {
    expect(outline([wanted], divided(liveOf(before)))).toEqual([
      "addColumn posts.body",
      "UNSUPPORTED posts.stars",
      "UNSUPPORTED posts.state",
      "setDefault posts.title",
      "UNSUPPORTED posts.posts_title_idx",
      "addCheck posts.posts_title_check",
      "UNSUPPORTED posts.posts_author_fkey",
    ]);
  });

  it("G21 L07 J07 is not renamed, and its columns are not", () => {
    const live = divided(liveOf(before));
    const other = { ...wanted, columns: [id, column("headline", { previousName: "title" })], indexes: [] };
    const renamed = { ...before, name: "articles", previousName: "posts" };
    expect(outline([{ ...other, checks: [], foreignKeys: [] }], live)).toContain(
      "UNSUPPORTED posts.headline",
    );
    expect(outline([renamed], live)).toContain("UNSUPPORTED articles");
  });

  it("keeps an orphan as it is, but can't relax one", () => {
    const live = divided(liveOf(before));
    const less = { ...before, columns: [id, column("title"), column("state"), column("stars")] };
    expect(outline([less], live)).toEqual(["orphanColumn posts.author"]);
    const required = divided(
      liveOf({ ...less, columns: [...less.columns, column("author", { nullable: false })] }),
    );
    expect(outline([less], required)).toEqual(["UNSUPPORTED posts.author"]);
  });
});
