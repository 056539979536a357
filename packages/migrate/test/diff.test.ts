import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { bookkeepingTables } from "../src/bookkeeping.ts";
import type { Live } from "../src/model/live.ts";
import { compare, outline } from "./diff/outline.ts";
import {
  column,
  id,
  indexOn,
  liveOf,
  tableOf,
  withColumn,
  withConstraint,
  withIndex,
  withoutManaged,
  withoutObjects,
  withoutTable,
} from "./world/tables.ts";

const users = tableOf("users");
const posts = tableOf("posts", {
  columns: [
    id,
    column("title"),
    column("status", { default: { value: "draft" } }),
    column("author", { type: "uuid", nullable: false }),
    column("tags", { type: "text[]" }),
    column("deleted_at", { type: "timestamp(3) with time zone" }),
  ],
  indexes: [
    indexOn("posts_title_key", ["title"], { unique: true, whereNull: "deleted_at" }),
    indexOn("posts_tags_idx", ["tags"], { method: "gin" }),
    indexOn("posts_search", [], { method: "gin", words: ["title", "status"] }),
  ],
  foreignKeys: [{ name: "posts_author_fkey", column: "author", references: "users", onDelete: "restrict" }],
  checks: [{ name: "posts_status_check", column: "status", options: ["draft", "published"] }],
});
const tables = [users, posts, ...bookkeepingTables];
const whole = liveOf(...tables);

describe("diff", () => {
  it("A01 makes nothing but its own tables in an empty database", () => {
    expect(outline(bookkeepingTables, liveOf())).toEqual([
      "createTable lucent_managed",
      "createTable lucent_migration_steps",
      "createTable lucent_migrations",
    ]);
  });

  it("A02 finds nothing where everything is as it should be", () => {
    expect(compare(tables, whole)).toMatchObject({ changes: [], notes: [] });
  });

  it("A08 does not see the order of columns", () => {
    const turned = { ...posts, columns: posts.columns.toReversed() };
    expect(outline([users, turned, ...bookkeepingTables], whole)).toEqual([]);
  });

  it("B01 makes tables with all their parts, whatever they refer to", () => {
    expect(outline([posts, users], liveOf())).toEqual(["createTable posts", "createTable users"]);
  });

  it("B08 makes the schema where it is missing", () => {
    expect(outline([users], { ...liveOf(), schema: "app", schemaExists: false })).toEqual([
      "createSchema",
      "createTable users",
    ]);
  });

  it("D06 does not see what nobody declared and migrate did not make", () => {
    let live: Live = liveOf(...tables, tableOf("legacy"));
    live = withoutManaged(live, "legacy");
    live = withColumn(live, "posts", { foreign_note: { nullable: false } });
    live = withIndex(live, "posts", { dba_idx: { columns: [{ name: "title", descending: false }] } });
    live = withConstraint(live, "posts", { dba_check: { columns: ["title"] } });
    expect(compare(tables, live)).toMatchObject({ changes: [], notes: [] });
  });

  it("makes a single table again that is gone, and says so", () => {
    const live = withoutObjects(withoutTable(whole, "users"), "posts", "posts_author_fkey");
    const { notes } = compare(tables, live);
    expect(outline(tables, live)).toEqual(["createTable users", "addForeignKey posts.posts_author_fkey"]);
    expect(notes).toEqual(['"users" is made again: it was there before, and is gone.']);
  });

  it("refuses where every table that it made is gone", () => {
    const live = withoutTable(withoutTable(whole, "posts"), "users");
    expect(outline(tables, live)).toEqual(["TABLES_MISSING public"]);
  });

  it("does not take tables that nobody asks for any more for a loss", () => {
    const live = withoutTable(liveOf(...bookkeepingTables, tableOf("old")), "old");
    expect(outline([users, ...bookkeepingTables], live)).toEqual(["createTable users"]);
  });

  it("takes its own tables for its own even where what it wrote down is lost", () => {
    const live = { ...liveOf(...bookkeepingTables), managed: new Map() };
    expect(compare(bookkeepingTables, live).changes.map(({ kind }) => kind)).toEqual([
      "adopt",
      "adopt",
      "adopt",
    ]);
  });
});

const renamed = [
  users,
  {
    ...posts,
    name: "articles",
    previousName: "posts",
    columns: [
      id,
      column("headline", { previousName: "title" }),
      column("state", { previousName: "status", type: "text[]" }),
      column("author", { type: "uuid", nullable: true }),
      column("summary"),
    ],
    primaryKey: { name: "articles_pkey", columns: ["id"] },
    indexes: [
      indexOn("articles_headline_key", ["headline"], { unique: true }),
      indexOn("articles_state_idx", ["state"], { method: "gin" }),
      indexOn("articles_author_idx", ["author"]),
    ],
    foreignKeys: [
      { name: "articles_author_fkey", column: "author", references: "users", onDelete: "cascade" } as const,
    ],
    checks: [{ name: "articles_state_check", column: "state", options: ["draft", "published"] }],
  },
  tableOf("tags"),
  tableOf("topics", { previousName: "themes" }),
];
const before = withoutObjects(liveOf(...tables, tableOf("themes"), tableOf("left")), "users", "title");

describe("U9 the order of what goes in", () => {
  it("changes nothing", () => {
    const expected = compare(renamed, before);
    expect(expected.changes.length).toBeGreaterThan(10);
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (random) => {
        const shuffle = <T>(list: readonly T[]): readonly T[] =>
          list
            .map((value) => ({ value, key: random.next().value }))
            .toSorted((left, right) => left.key - right.key)
            .map(({ value }) => value);
        const shuffleMap = <K, V>(map: ReadonlyMap<K, V>): ReadonlyMap<K, V> => new Map(shuffle([...map]));
        const wanted = shuffle(renamed).map((table) => ({
          ...table,
          columns: shuffle(table.columns),
          indexes: shuffle(table.indexes),
          foreignKeys: shuffle(table.foreignKeys),
          checks: shuffle(table.checks),
        }));
        const live: Live = {
          ...before,
          taken: shuffleMap(before.taken),
          managed: shuffleMap(
            new Map([...before.managed].map(([name, objects]) => [name, new Set(shuffle([...objects]))])),
          ),
          tables: shuffleMap(
            new Map(
              [...before.tables].map(([name, table]) => [
                name,
                {
                  ...table,
                  columns: shuffleMap(table.columns),
                  indexes: shuffleMap(table.indexes),
                  constraints: shuffleMap(table.constraints),
                },
              ]),
            ),
          ),
        };
        const { changes, notes } = compare(wanted, live);
        expect(changes).toEqual(expected.changes);
        expect(notes).toEqual(expected.notes);
      }),
    );
  });
});
