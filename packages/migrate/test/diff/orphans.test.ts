import type { Table } from "@lucent/core";
import { describe, expect, it } from "vitest";

import {
  column,
  id,
  indexOn,
  liveOf,
  tableOf,
  withColumn,
  withConstraint,
  withoutManaged,
} from "../world/tables.ts";
import { compare, outline } from "./outline.ts";

const title = tableOf("posts");

describe("orphaned columns", () => {
  const both = tableOf("posts", { columns: [id, column("title"), column("old"), column("older")] });

  it("D01 are kept", () => {
    expect(compare([title], liveOf(both)).changes).toMatchObject([
      {
        kind: "orphanColumn",
        column: "old",
        type: "text",
        blocksInserts: false,
        constraints: [],
        indexes: [],
      },
      { kind: "orphanColumn", column: "older" },
    ]);
  });

  it.each([
    [{ nullable: false }, true],
    [{ nullable: false, default: "'x'::text" }, false],
    [{ nullable: false, generated: true }, false],
    [{ nullable: true }, false],
  ])("D01 block inserts only when they must have a value and get none: %o", (changes, blocksInserts) => {
    const live = withColumn(liveOf(both), "posts", { old: changes });
    expect(compare([title], live).changes[0]).toMatchObject({ column: "old", blocksInserts });
  });

  it("let go of what is ours on them, each only once", () => {
    const parts: Partial<Table> = {
      indexes: [
        indexOn("posts_old_older_key", ["old", "older"], { unique: true }),
        indexOn("posts_older_idx", ["older"]),
        indexOn("posts_title_key", ["title"], { unique: true, whereNull: "old" }),
        indexOn("posts_search", [], { method: "gin", words: ["title", "older"] }),
      ],
      checks: [{ name: "posts_old_check", column: "old", options: ["x"] }],
      foreignKeys: [{ name: "posts_older_fkey", column: "older", references: "posts", onDelete: "restrict" }],
    };
    const live = withConstraint(liveOf({ ...both, ...parts }), "posts", { dba: { columns: ["old"] } });
    const { changes } = compare([title], live);
    expect(changes).toMatchObject([
      {
        column: "old",
        constraints: ["posts_old_check"],
        indexes: ["posts_old_older_key", "posts_title_key"],
      },
      { column: "older", constraints: ["posts_older_fkey"], indexes: ["posts_older_idx", "posts_search"] },
    ]);
  });

  it("are ours only", () => {
    expect(outline([title], withoutManaged(liveOf(both), "posts", "column old"))).toEqual([
      "orphanColumn posts.older",
    ]);
  });

  it("leave an index alone that is asked for again under its name", () => {
    const before = { ...both, indexes: [indexOn("posts_any_idx", ["old"])] };
    const after = { ...title, indexes: [indexOn("posts_any_idx", ["title"])] };
    expect(compare([after], liveOf(before)).changes).toMatchObject([
      { kind: "replaceIndex" },
      { kind: "orphanColumn", column: "old", indexes: [] },
      { kind: "orphanColumn", column: "older" },
    ]);
  });
});

describe("orphaned tables", () => {
  const old = tableOf("old", {
    columns: [id, column("post", { type: "uuid" })],
    foreignKeys: [{ name: "old_post_fkey", column: "post", references: "posts", onDelete: "restrict" }],
  });

  it("D05 are kept, and let go of our foreign keys", () => {
    const live = withConstraint(liveOf(title, old), "old", { dba_fkey: { kind: "f", columns: ["post"] } });
    const { changes, names } = compare([title], live);
    expect(changes).toEqual([{ kind: "orphanTable", name: "old", foreignKeys: ["old_post_fkey"] }]);
    expect([names.table("old"), names.column("old", "post"), names.column("old", "gone")]).toEqual([
      "old",
      "post",
      undefined,
    ]);
  });

  it("D06 are ours only", () => {
    expect(outline([title], withoutManaged(liveOf(title, old), "old"))).toEqual([]);
  });
});

describe("a reference that becomes a list of references", () => {
  const users = tableOf("users");
  const single = tableOf("posts", {
    columns: [id, column("author", { type: "uuid" })],
    foreignKeys: [{ name: "posts_author_fkey", column: "author", references: "users", onDelete: "restrict" }],
  });
  const links = (name: string, changes: Partial<Table> = {}): Table => ({
    ...tableOf(name),
    columns: [
      column("owner_id", { type: "uuid", nullable: false }),
      column("target_id", { type: "uuid", nullable: false }),
      column("position", { type: "integer", nullable: false }),
    ],
    primaryKey: { name: `${name}_pkey`, columns: ["owner_id", "target_id"] },
    foreignKeys: [
      { name: `${name}_owner_id_fkey`, column: "owner_id", references: "posts", onDelete: "cascade" },
      { name: `${name}_target_id_fkey`, column: "target_id", references: "users", onDelete: "restrict" },
    ],
    ...changes,
  });
  const posts = tableOf("posts", { columns: [id] });
  const wanted = [users, posts, links("posts_author_links")];
  const before = liveOf(users, single);

  it("G25 fills the new table from the old column, which is kept", () => {
    const { changes } = compare(wanted, before);
    expect(changes).toMatchObject([
      { kind: "createTable", table: { name: "posts_author_links" } },
      { kind: "orphanColumn", column: "author", constraints: ["posts_author_fkey"] },
      {
        kind: "fillLinks",
        table: { name: "posts_author_links" },
        owner: { name: "posts" },
        column: "author",
      },
    ]);
  });

  it("G25 fills it when the field is renamed along", () => {
    const renamed = links("posts_authors_links", { previousName: "posts_author_links" });
    expect(outline([users, posts, renamed], before)).toContain("fillLinks posts_authors_links.author");
  });

  it("G25 knows a name that was shortened", () => {
    const name = "a".repeat(55);
    const long = { ...single, columns: [id, column(name, { type: "uuid" })], foreignKeys: [] };
    const start = `posts_${name}`.slice(0, 48);
    const short = links(`${start}_0123abcd_links`);
    expect(short.name).toHaveLength(63);
    expect(outline([users, posts, short], liveOf(users, long))).toContain(`fillLinks ${short.name}.${name}`);
  });

  it("goes on where an interrupted run left it, and only there", () => {
    const [, , table] = wanted;
    if (table === undefined) throw new TypeError("no links");
    const after = { ...before, ...liveOf(users, single, table) };
    expect(outline(wanted, after)).toEqual(["orphanColumn posts.author"]);
    const marked = new Map([
      ...after.managed,
      [table.name, new Set([...(after.managed.get(table.name) ?? []), "backfill target_id"])],
    ]);
    expect(outline(wanted, { ...after, managed: marked })).toContain("fillLinks posts_author_links.author");
  });

  it("does not fill from a column of another field, another type or other targets", () => {
    const fills = (tables: readonly Table[], live = before): boolean =>
      outline(tables, live).some((line) => line.startsWith("fillLinks"));
    expect(fills(wanted)).toBe(true);
    expect(fills([users, posts, links("posts_editor_links")])).toBe(false);
    expect(fills(wanted, withColumn(before, "posts", { author: { type: "text" } }))).toBe(false);
    const people = withConstraint(before, "posts", {
      posts_author_fkey: { references: { table: "people", column: "id" } },
    });
    expect(fills(wanted, people)).toBe(false);
    expect(fills([users, single, links("posts_author_links")])).toBe(false);
  });
});
