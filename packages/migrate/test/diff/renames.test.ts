import type { Column, Table } from "@lucent/core";
import { describe, expect, it } from "vitest";

import type { Live } from "../../src/model/live.ts";
import {
  column,
  id,
  indexOn,
  liveOf,
  tableOf,
  withColumn,
  withManaged,
  withoutManaged,
  withoutObjects,
} from "../world/tables.ts";
import { compare, outline } from "./outline.ts";

const withColumns = (...columns: readonly Column[]): Table => tableOf("posts", { columns: [id, ...columns] });
const live = (...names: readonly string[]): Live => liveOf(withColumns(...names.map((name) => column(name))));
const renamed = (name: string, previousName: string): Column => column(name, { previousName });

describe("renames of columns", () => {
  it("C01 renames a column that says what it was", () => {
    const { changes, names } = compare([withColumns(renamed("headline", "title"))], live("title"));
    expect(changes).toMatchObject([{ kind: "renameColumn", from: "title", through: undefined }]);
    expect(names.column("posts", "headline")).toBe("title");
    expect(names.column("posts", "title")).toBeUndefined();
  });

  it("C02 keeps and adds without a previous name, and hints at it", () => {
    const { changes, notes } = compare([withColumns(column("headline"))], live("title"));
    expect(changes.map(({ kind }) => kind)).toEqual(["addColumn", "orphanColumn"]);
    expect(notes).toEqual([expect.stringContaining('"posts"."headline" is new, and "title"')]);
  });

  it("C03 renames, then changes the type", () => {
    const varchar = withColumn(live("title"), "posts", { title: { type: "character varying(100)" } });
    expect(outline([withColumns(renamed("headline", "title"))], varchar)).toEqual([
      "renameColumn posts.headline < title",
      "changeType posts.headline < character varying(100)",
    ]);
  });

  it("C04 renames and requires at once: the rows decide", () => {
    expect(
      outline([withColumns({ ...renamed("headline", "title"), nullable: false })], live("title")),
    ).toEqual(["renameColumn posts.headline < title", "setNotNull posts.headline"]);
  });

  it("C05 does nothing where the column was renamed before", () => {
    const after = withManaged(live("headline"), "posts", "renamed title headline");
    expect(compare([withColumns(renamed("headline", "title"))], after)).toMatchObject({
      changes: [],
      notes: [],
    });
  });

  it("C05 does nothing where another column has the previous name since", () => {
    const after = withManaged(live("headline", "title"), "posts", "renamed title headline");
    expect(outline([withColumns(renamed("headline", "title"), column("title"))], after)).toEqual([]);
  });

  it("C06 adds, and notes that the previous name had no match", () => {
    const { changes, notes } = compare(
      [withColumns(column("body"), renamed("headline", "title"))],
      live("body"),
    );
    expect(changes.map(({ kind }) => kind)).toEqual(["addColumn"]);
    expect(notes).toEqual([expect.stringContaining('no column "title" of ours')]);
  });

  it("C07 refuses where both are there, and has the old one's values counted", () => {
    const { changes } = compare([withColumns(renamed("headline", "title"))], live("headline", "title"));
    expect(changes[0]).toMatchObject({
      kind: "refuse",
      refusal: { code: "AMBIGUOUS_RENAME", object: "posts.headline" },
      count: { table: "posts", column: "title" },
    });
    expect(changes.some(({ kind }) => kind === "renameColumn")).toBe(false);
  });

  it("C08 swaps two columns through a third name", () => {
    const wanted = [withColumns(renamed("a", "b"), renamed("b", "a"))];
    const { changes, names } = compare(wanted, live("a", "b"));
    expect(outline(wanted, live("a", "b"))).toEqual([
      "renameColumn posts.b < a",
      "renameColumn posts.a < b (waits)",
    ]);
    expect(changes[1]).toMatchObject({ through: expect.stringMatching(/^lucent_wait_[0-9a-f]{8}$/) });
    expect([names.column("posts", "a"), names.column("posts", "b")]).toEqual(["b", "a"]);
  });

  it("C08 does not swap a second time, nor columns that were made with these names", () => {
    const wanted = [withColumns(renamed("a", "b"), renamed("b", "a"))];
    expect(outline(wanted, withManaged(live("a", "b"), "posts", "renamed a b", "renamed b a"))).toEqual([]);
    expect(outline(wanted, liveOf(...wanted))).toEqual([]);
  });

  it("C08 turns a ring of three", () => {
    const wanted = [withColumns(renamed("a", "c"), renamed("b", "a"), renamed("c", "b"))];
    expect(outline(wanted, live("a", "b", "c"))).toEqual([
      "renameColumn posts.c < b",
      "renameColumn posts.b < a",
      "renameColumn posts.a < c (waits)",
    ]);
  });

  it("C08 swaps the indexes' names along", () => {
    const indexes = [indexOn("posts_a_idx", ["a"]), indexOn("posts_b_idx", ["b"])];
    const before = { ...withColumns(column("a"), column("b")), indexes };
    const after = { ...withColumns(renamed("a", "b"), renamed("b", "a")), indexes };
    expect(outline([after], liveOf(before)).slice(2)).toEqual([
      "renameObject posts.posts_b_idx < posts_a_idx",
      "renameObject posts.posts_a_idx < posts_b_idx (waits)",
    ]);
  });

  it("C09 orders a chain so that each name is free", () => {
    const wanted = [withColumns(renamed("b", "a"), renamed("c", "b"))];
    expect(outline(wanted, live("a", "b"))).toEqual(["renameColumn posts.c < b", "renameColumn posts.b < a"]);
    const after = withManaged(live("b", "c"), "posts", "renamed b c", "renamed a b");
    expect(outline(wanted, after)).toEqual([]);
  });

  it("C09 gives the old name to a new column at once", () => {
    const wanted = [withColumns(column("a"), renamed("b", "a"))];
    const { names } = compare(wanted, live("a"));
    expect(outline(wanted, live("a"))).toEqual(["renameColumn posts.b < a", "addColumn posts.a"]);
    expect(names.column("posts", "a")).toBeUndefined();
  });

  it("C10 does nothing where the previous name is the name", () => {
    expect(outline([withColumns(renamed("title", "title"))], live("title"))).toEqual([]);
  });

  it("C13 lets index, check and foreign key names follow the column", () => {
    const parts = (name: string): Partial<Table> => ({
      indexes: [
        indexOn(`posts_${name}_key`, [name], { unique: true, whereNull: name }),
        indexOn(`posts_${name}_search`, [], { method: "gin", words: [name] }),
      ],
      foreignKeys: [{ name: `posts_${name}_fkey`, column: name, references: "posts", onDelete: "cascade" }],
      checks: [{ name: `posts_${name}_check`, column: name, options: ["x"] }],
    });
    const before = { ...withColumns(column("title")), ...parts("title") };
    const after = { ...withColumns(renamed("headline", "title")), ...parts("headline") };
    expect(outline([after], liveOf(before))).toEqual([
      "renameColumn posts.headline < title",
      "renameObject posts.posts_headline_key < posts_title_key",
      "renameObject posts.posts_headline_search < posts_title_search",
      "renameObject posts.posts_headline_check < posts_title_check",
      "renameObject posts.posts_headline_fkey < posts_title_fkey",
    ]);
  });

  it("C16 refuses a new name that is somebody else's column", () => {
    const taken = withColumn(live("title"), "posts", { headline: {} });
    const lines = outline([withColumns(renamed("headline", "title"))], taken);
    expect(lines).toContain("NAME_TAKEN posts.headline");
    expect(lines.some((line) => line.startsWith("renameColumn"))).toBe(false);
  });

  it("does not take somebody else's column for the previous one", () => {
    const foreign = withoutManaged(live("body", "title"), "posts", "column title");
    const { changes, notes } = compare([withColumns(column("body"), renamed("headline", "title"))], foreign);
    expect(changes.map(({ kind }) => kind)).toEqual(["addColumn"]);
    expect(notes).toHaveLength(1);
  });
});

describe("renames of tables", () => {
  const parts = (table: string): Partial<Table> => ({
    columns: [id, column("title"), column("author", { type: "uuid" })],
    primaryKey: { name: `${table}_pkey`, columns: ["id"] },
    indexes: [
      indexOn(`${table}_title_key`, ["title"], { unique: true }),
      indexOn(`${table}_author_idx`, ["author"]),
    ],
    foreignKeys: [
      { name: `${table}_author_fkey`, column: "author", references: "users", onDelete: "restrict" },
    ],
    checks: [{ name: `${table}_title_check`, column: "title", options: ["x"] }],
  });
  const comments = (target: string): Table =>
    tableOf("comments", {
      columns: [id, column("post", { type: "uuid" })],
      foreignKeys: [{ name: "comments_post_fkey", column: "post", references: target, onDelete: "cascade" }],
    });
  const users = tableOf("users");
  const posts = tableOf("posts", parts("posts"));
  const articles = tableOf("articles", { ...parts("articles"), previousName: "posts" });
  const there = liveOf(users, posts, comments("posts"));

  it("C11 renames a table with what is named after it; foreign keys follow", () => {
    const { names } = compare([users, articles, comments("articles")], there);
    expect(outline([users, articles, comments("articles")], there)).toEqual([
      "renameTable articles < posts",
      "renameObject articles.articles_author_idx < posts_author_idx",
      "renameObject articles.articles_pkey < posts_pkey",
      "renameObject articles.articles_title_key < posts_title_key",
      "renameObject articles.articles_author_fkey < posts_author_fkey",
      "renameObject articles.articles_title_check < posts_title_check",
    ]);
    expect([names.table("articles"), names.table("posts"), names.table("users")]).toEqual([
      "posts",
      undefined,
      "users",
    ]);
    expect(names.column("articles", "title")).toBe("title");
  });

  it("C12 renames table and column, and adds a foreign key", () => {
    const wanted = {
      ...articles,
      columns: [id, renamed("headline", "title"), column("author", { type: "uuid" })],
      indexes: [],
      checks: [],
      foreignKeys: [
        ...articles.foreignKeys,
        {
          name: "articles_parent_fkey",
          column: "parent",
          references: "articles",
          onDelete: "restrict",
        } as const,
      ],
    };
    const withParent = { ...wanted, columns: [...wanted.columns, column("parent", { type: "uuid" })] };
    const lines = outline([users, withParent, comments("articles")], there);
    expect(lines).toEqual([
      "renameTable articles < posts",
      "renameColumn articles.headline < title",
      "renameObject articles.articles_pkey < posts_pkey",
      "renameObject articles.articles_author_fkey < posts_author_fkey",
      "addColumn articles.parent",
      "addForeignKey articles.articles_parent_fkey",
      "dropConstraint articles.posts_title_check",
      "dropIndex articles.posts_author_idx",
      "dropIndex articles.posts_title_key",
    ]);
  });

  it("does nothing where the table was renamed before", () => {
    expect(outline([users, articles], liveOf(users, articles))).toEqual([]);
    expect(outline([users, articles, posts], liveOf(users, articles, posts))).toEqual([]);
  });

  it("notes a previous name without a match, but not on a first run", () => {
    expect(compare([users, articles], liveOf(users)).notes).toEqual([
      expect.stringContaining('no table "posts" of ours'),
    ]);
    expect(compare([users, articles], liveOf()).notes).toEqual([]);
  });

  it("refuses where both tables are there, and has the old one's rows counted", () => {
    const both = withoutManaged(liveOf(users, posts, articles), "articles", "renamed posts articles");
    expect(compare([users, articles], both).changes[0]).toMatchObject({
      refusal: { code: "AMBIGUOUS_RENAME", object: "articles" },
      count: { table: "posts", column: undefined },
    });
  });

  it("swaps two tables with their keys", () => {
    const [a, b] = [tableOf("a", { previousName: "b" }), tableOf("b", { previousName: "a" })];
    expect(outline([a, b], liveOf(tableOf("a"), tableOf("b")))).toEqual([
      "renameTable b < a",
      "renameTable a < b (waits)",
      "renameObject b.b_pkey < a_pkey",
      "renameObject a.a_pkey < b_pkey (waits)",
    ]);
  });

  it("makes a new table under the name that another one gives up", () => {
    const fresh = tableOf("posts");
    expect(outline([users, articles, fresh, comments("posts")], there)).toEqual([
      "renameTable articles < posts",
      ...outline([users, articles], there).slice(1, 6),
      "createTable posts",
      "replaceForeignKey comments.comments_post_fkey",
    ]);
  });

  it("C16 refuses a new name that is a table of somebody else", () => {
    const taken = withoutManaged(liveOf(users, posts, articles), "articles");
    expect(outline([users, articles], taken)).toEqual(["NAME_TAKEN articles", "orphanTable posts"]);
  });

  it("refuses a new name that something else than a table has", () => {
    const taken = { ...there, taken: new Map([...there.taken, ["articles", "a sequence"]]) };
    expect(outline([users, articles, comments("articles")], taken)).toContain("NAME_TAKEN articles");
  });

  it("does not rename a table of somebody else", () => {
    const foreign = withoutManaged(liveOf(users, posts), "posts");
    expect(outline([users, tableOf("articles", { previousName: "posts" })], foreign)).toEqual([
      "createTable articles",
    ]);
  });

  it("refuses an index name that the rename would need, and somebody else has", () => {
    const taken = { ...there, taken: new Map([...there.taken, ["articles_author_idx", "a view"]]) };
    expect(outline([users, articles, comments("articles")], taken)).toContain(
      "NAME_TAKEN articles.articles_author_idx",
    );
  });

  it("leaves the name of a key alone that migrate did not give", () => {
    const foreign = withoutManaged(there, "posts", "constraint posts_pkey");
    const lines = outline([users, articles, comments("articles")], foreign);
    expect(lines.some((line) => line.includes("pkey"))).toBe(false);
  });

  it("hints at a table that looks like a new one", () => {
    const { notes } = compare([users, tableOf("articles", parts("articles"))], liveOf(users, posts));
    expect(notes).toEqual([expect.stringContaining('"articles" is new, and "posts"')]);
  });

  it("drops what an interrupted run left on a renamed column's old index", () => {
    const gone = withoutObjects(there, "posts", "posts_author_idx");
    expect(outline([users, articles, comments("articles")], gone)).toContain(
      "createIndex articles.articles_author_idx",
    );
  });
});
