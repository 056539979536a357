import type { Table } from "@lucent/core";
import { describe, expect, it } from "vitest";

import { type Change, diff } from "../src/diff.ts";
import type { LiveColumn, LiveConstraint, LiveIndex } from "../src/introspect.ts";
import { column, id, liveOf, tableOf, withTable } from "./world/tables.ts";

const users = tableOf("users");
const posts = tableOf("posts", {
  columns: [id, column("title"), column("status"), column("author", { type: "uuid", nullable: false })],
  indexes: [{ name: "posts_title_key", columns: [{ name: "title", descending: false }], unique: true }],
  foreignKeys: [{ name: "posts_author_fkey", column: "author", references: "users", onDelete: "restrict" }],
  checks: [{ name: "posts_status_check", column: "status", options: ["draft", "published"] }],
});
const tables = [users, posts];
const whole = liveOf(...tables);

const nothing = liveOf();
const changesOf = (live: typeof whole, wanted: readonly Table[] = tables): readonly Change[] =>
  diff({ tables: wanted }, live);
const kindsOf = (live: typeof whole, wanted?: readonly Table[]): readonly string[] =>
  changesOf(live, wanted).map(({ kind }) => kind);

const withColumn = (name: string, changes: Partial<LiveColumn>): typeof whole => {
  const columns = new Map(whole.tables.get("posts")?.columns);
  const found = columns.get(name) ?? { type: "text", nullable: true, default: undefined, generated: false };
  return withTable(whole, "posts", { columns: columns.set(name, { ...found, ...changes }) });
};
const withIndex = (changes: Partial<LiveIndex>): typeof whole => {
  const found = whole.tables.get("posts")?.indexes.get("posts_title_key");
  if (found === undefined) throw new TypeError("no index");
  return withTable(whole, "posts", { indexes: new Map([["posts_title_key", { ...found, ...changes }]]) });
};
const withConstraint = (name: string, changes: Partial<LiveConstraint>): typeof whole => {
  const constraints = new Map(whole.tables.get("posts")?.constraints);
  const found = constraints.get(name) ?? {
    kind: "c",
    column: "title",
    columns: ["title"],
    references: undefined,
    onDelete: undefined,
    strict: true,
    options: undefined,
  };
  return withTable(whole, "posts", { constraints: constraints.set(name, { ...found, ...changes }) });
};
const anyIndex: LiveIndex = {
  columns: [],
  unique: false,
  valid: true,
  plain: true,
  method: "btree",
  expression: undefined,
  predicate: undefined,
};
const without = (part: "columns" | "indexes" | "constraints", name: string): typeof whole => {
  const table = whole.tables.get("posts");
  const rest = <V>(all: ReadonlyMap<string, V> | undefined) =>
    new Map([...(all ?? [])].filter(([key]) => key !== name));
  const changes = {
    columns: rest(table?.columns),
    indexes: rest(table?.indexes),
    constraints: rest(table?.constraints),
  };
  const live = withTable(whole, "posts", { [part]: changes[part] });
  return { ...live, taken: new Map([...live.taken].filter(([key]) => key !== name)) };
};

describe("diff", () => {
  it("finds nothing where everything is as it should be", () => {
    expect(changesOf(whole)).toEqual([]);
  });

  it("creates everything in an empty database, checks with their table", () => {
    expect(kindsOf(nothing)).toEqual(["createTable", "createTable", "createIndex", "addForeignKey"]);
  });

  it.each([
    ["column", without("columns", "title"), "addColumn"],
    ["index", without("indexes", "posts_title_key"), "createIndex"],
    ["check", without("constraints", "posts_status_check"), "addCheck"],
    ["foreign key", without("constraints", "posts_author_fkey"), "addForeignKey"],
    ["primary key", without("constraints", "posts_pkey"), "primaryKey"],
  ])("sees a missing %s", (_, live, kind) => {
    expect(kindsOf(live)).toEqual([kind]);
  });

  it.each([
    ["another type", withColumn("title", { type: "character varying(10)" }), "columnType"],
    ["the same type with other digits", withColumn("author", { type: "numeric(10,2)" }), "columnType"],
    ["a column that lost its NOT NULL", withColumn("author", { nullable: true }), "columnNull"],
    ["a column that is NOT NULL", withColumn("title", { nullable: false }), "columnNull"],
    ["a generated column", withColumn("title", { generated: true }), "columnGenerated"],
    ["an index that is not unique", withIndex({ unique: false }), "index"],
    ["an index in another order", withIndex({ columns: [{ name: "title", descending: true }] }), "index"],
    [
      "an index over another column",
      withIndex({ columns: [{ name: "status", descending: false }] }),
      "index",
    ],
    [
      "an index over more columns",
      withIndex({
        columns: [
          { name: "title", descending: false },
          { name: "id", descending: false },
        ],
      }),
      "index",
    ],
    ["an invalid index", withIndex({ valid: false }), "index"],
    ["an unusual index", withIndex({ plain: false }), "index"],
    ["a partial index", withIndex({ predicate: "(title IS NULL)" }), "index"],
    ["an index over an expression", withIndex({ columns: [], expression: "lower(title)" }), "index"],
    ["an index of another method", withIndex({ method: "hash" }), "index"],
    ["an option less", withConstraint("posts_status_check", { options: ["draft"] }), "check"],
    [
      "an option more",
      withConstraint("posts_status_check", { options: ["draft", "published", "x"] }),
      "check",
    ],
    ["a check of another form", withConstraint("posts_status_check", { options: undefined }), "check"],
    ["a check on another column", withConstraint("posts_status_check", { column: "title" }), "check"],
    ["a check that is not validated", withConstraint("posts_status_check", { strict: false }), "check"],
    [
      "a foreign key to another table",
      withConstraint("posts_author_fkey", { references: { table: "posts", column: "id" } }),
      "foreignKey",
    ],
    [
      "a foreign key to another schema",
      withConstraint("posts_author_fkey", { references: { table: undefined, column: "id" } }),
      "foreignKey",
    ],
    [
      "a foreign key to another column",
      withConstraint("posts_author_fkey", { references: { table: "users", column: "title" } }),
      "foreignKey",
    ],
    ["a foreign key of another column", withConstraint("posts_author_fkey", { column: "id" }), "foreignKey"],
    [
      "a foreign key with another action",
      withConstraint("posts_author_fkey", { onDelete: "c" }),
      "foreignKey",
    ],
    [
      "a foreign key that is not validated",
      withConstraint("posts_author_fkey", { strict: false }),
      "foreignKey",
    ],
    [
      "a constraint of another kind by that name",
      withConstraint("posts_author_fkey", { kind: "u" }),
      "foreignKey",
    ],
    ["a primary key over another column", withConstraint("posts_pkey", { columns: ["title"] }), "primaryKey"],
    ["a check that nobody asked for", withConstraint("old_check", { options: ["a"] }), "extraCheck"],
  ])("sees %s", (_, live, kind) => {
    expect(kindsOf(live)).toContain(kind);
  });

  it.each([
    ["a column", withColumn("extra", { nullable: false })],
    ["a table", liveOf(...tables, tableOf("extra"))],
    [
      "an index",
      withTable(whole, "posts", {
        indexes: new Map([
          ...(whole.tables.get("posts")?.indexes ?? []),
          ["mine", { ...anyIndex, unique: true, plain: false }],
        ]),
      }),
    ],
    ["a check of another form", withConstraint("mine", {})],
    [
      "a check that allows every option",
      withConstraint("mine", { column: "status", options: ["draft", "published", "x"] }),
    ],
    ["a default", withColumn("title", { default: "'x'::text" })],
    ["options in another order", withConstraint("posts_status_check", { options: ["published", "draft"] })],
    [
      "a primary key with another name",
      withTable(whole, "users", {
        constraints: new Map([
          [
            "mine",
            {
              kind: "p",
              column: "id",
              columns: ["id"],
              references: undefined,
              onDelete: undefined,
              strict: true,
              options: undefined,
            },
          ],
        ]),
      }),
    ],
  ])("does not see %s of somebody else's", (_, live) => {
    expect(changesOf(live)).toEqual([]);
  });

  it("compares a default with the way the server spells it", () => {
    const wanted = [tableOf("posts", { columns: [id, column("title", { default: "'a'" })] })];
    const found = (expression: string | undefined) =>
      liveOf(
        tableOf("posts", {
          columns: [id, { ...column("title"), ...(expression === undefined ? {} : { default: expression }) }],
        }),
      );
    expect(kindsOf(found("'a'::text"), wanted)).toEqual([]);
    expect(kindsOf(found("'a'"), wanted)).toEqual([]);
    expect(kindsOf(found("'ab'::text"), wanted)).toEqual(["columnDefault"]);
    expect(kindsOf(found(undefined), wanted)).toEqual(["columnDefault"]);
  });

  it("says which object stands where one of ours should be", () => {
    const live = {
      ...nothing,
      taken: new Map([
        ["posts", "a view"],
        ["users_pkey", "a sequence"],
      ]),
    };
    expect(changesOf(live)).toContainEqual({ kind: "nameTaken", table: posts, name: "posts", by: "a view" });
    expect(changesOf(live)).toContainEqual({
      kind: "nameTaken",
      table: users,
      name: "users_pkey",
      by: "a sequence",
    });
  });

  it("does not take an index of another table for ours", () => {
    const live = without("indexes", "posts_title_key");
    const taken = new Map([...live.taken, ["posts_title_key", "an index"]]);
    expect(kindsOf({ ...live, taken })).toEqual(["nameTaken"]);
  });

  it("knows which creations the rows may contradict", () => {
    const settled = (live: typeof whole) =>
      changesOf(live).flatMap((change) => ("settled" in change ? [change.settled] : []));
    expect(settled(nothing)).toEqual([false, false]);
    expect(settled(without("indexes", "posts_title_key"))).toEqual([true]);
    expect(settled(without("constraints", "posts_status_check"))).toEqual([true]);
    expect(settled(without("constraints", "posts_author_fkey"))).toEqual([true]);
  });
});
