import type { ColumnDefault, ColumnType, Table } from "@lucent/core";
import { BootError } from "@lucent/core";
import { describe, expect, it } from "vitest";

import { bookkeepingTables } from "../src/bookkeeping.ts";
import { desiredSchema } from "../src/desired.ts";
import { column, id, indexOn, tableOf } from "./world/tables.ts";

const words = { name: "i", columns: [], unique: false, method: "gin", words: ["title"] } as const;

describe("desiredSchema", () => {
  it("takes the tables as they are, behind those of its own", () => {
    const posts = tableOf("posts");
    expect(desiredSchema({ tables: [posts] }).tables).toEqual([...bookkeepingTables, posts]);
  });

  it.each([
    ["a name over 63 bytes", { columns: [id, column("a".repeat(64))] }, "must match"],
    ["a name with other letters", { columns: [id, column("ä")] }, "must match"],
    ["a name with capitals", { name: "Posts" }, '"Posts" must match'],
    ["a name that begins with a digit", { columns: [id, column("1a")] }, "must match"],
    ["a name with a space", { indexes: [indexOn("a b", ["title"])] }, '"a b" must match'],
    ["a name that ends in a line break", { columns: [id, column("a\n")] }, "must match"],
    ["an empty name", { primaryKey: { name: "", columns: ["id"] } }, "must match"],
    ["a name with a zero byte", { columns: [id, column("a\0b")] }, "must match"],
    ["a name that is not Unicode text", { columns: [id, column("\ud800")] }, "must match"],
    [
      "the name of a check that is not plain",
      { checks: [{ name: "c'", column: "title", options: ["a"] }] },
      "must match",
    ],
    [
      "the name of a foreign key that is not plain",
      { foreignKeys: [{ name: 'f"', column: "id", references: "posts", onDelete: "restrict" as const }] },
      "must match",
    ],
    ["a previous name that is not plain", { columns: [id, column("a", { previousName: "a-b" })] }, '"a-b"'],
    ["a table's previous name that is not plain", { previousName: "a b" }, '"a b"'],
    [
      "two columns that were one before",
      { columns: [id, column("a", { previousName: "c" }), column("b", { previousName: "c" })] },
      'both say that they were "c" before',
    ],
    [
      "an index of the table's name",
      { indexes: [indexOn("posts", ["title"])] },
      'The name "posts" is asked for by collection posts',
    ],
    [
      "two indexes of one name",
      { indexes: [indexOn("i", ["title"]), indexOn("i", ["id"])] },
      'The name "i" is asked for by',
    ],
    [
      "a column that is there twice",
      { columns: [id, column("a"), column("a")] },
      '"posts"."a" is there twice',
    ],
    ["a system column", { columns: [id, column("ctid")] }, '"posts"."ctid"'],
    ["an index without columns", { indexes: [{ name: "i", columns: [], unique: false }] }, "has no columns"],
    ["a primary key without columns", { primaryKey: { name: "p", columns: [] } }, "has no columns"],
    [
      "a primary key over an unknown column",
      { primaryKey: { name: "p", columns: ["id", "nope"] } },
      '"p" names the column "nope"',
    ],
    [
      "an index over words of an unknown column",
      { indexes: [{ ...words, words: ["nope"] }] },
      '"i" names the column "nope"',
    ],
    ["an index over no words", { indexes: [{ ...words, words: [] }] }, "needs columns with words"],
    [
      "an index over words and columns",
      { indexes: [{ ...words, columns: [{ name: "title", descending: false }] }] },
      "needs columns with words",
    ],
    [
      "an index over words that is no gin",
      { indexes: [{ ...words, method: "btree" as const }] },
      "needs columns with words",
    ],
    ["a unique gin index", { indexes: [{ ...words, unique: true }] }, "neither unique nor sorted"],
    [
      "an index of another method",
      { indexes: [{ ...words, method: "hash); drop table users; --" as "gin" }] },
      "a method that migrate does not know",
    ],
    [
      "an index that picks rows by an unknown column",
      {
        indexes: [
          { name: "i", columns: [{ name: "title", descending: false }], unique: true, whereNull: "x" },
        ],
      },
      '"i" names the column "x"',
    ],
    [
      "a name inside an expression that is not plain",
      { columns: [id, column('X"Y')], indexes: [{ ...words, words: ['X"Y'] }] },
      "must match",
    ],
    [
      "an index over an unknown column",
      { indexes: [{ name: "i", columns: [{ name: "nope", descending: false }], unique: false }] },
      '"i" names the column "nope"',
    ],
    [
      "a foreign key to an unknown table",
      { foreignKeys: [{ name: "f", column: "id", references: "nope", onDelete: "restrict" as const }] },
      '"f" refers to "nope"',
    ],
    [
      "a check without options",
      { checks: [{ name: "c", column: "title", options: [] }] },
      '"posts"."title" needs options',
    ],
    [
      "an option with a zero byte",
      { checks: [{ name: "c", column: "title", options: ["a\0"] }] },
      "needs options",
    ],
  ])("T-MG-01 refuses %s", (_, changes, message) => {
    const attempt = () => desiredSchema({ tables: [tableOf("posts", changes)] });
    expect(attempt).toThrow(BootError);
    expect(attempt).toThrow(message);
  });

  it.each([
    "text); drop table users; --",
    "text collate evil",
    "numeric(1e3,NaN)",
    "varchar(10)",
    "uuid default gen_random_uuid()",
  ])("refuses the type %j, which would reach a statement unquoted", (type) => {
    const tables = [tableOf("posts", { columns: [id, column("a", { type: type as ColumnType })] })];
    expect(() => desiredSchema({ tables })).toThrow(
      'column "posts"."a" has a type that migrate does not know',
    );
  });

  it.each<ColumnDefault>([
    { call: "now" },
    { call: "gen_random_uuid" },
    { value: "" },
    { value: "'); drop table users; --" },
    { value: "\u{1f600}\n\\" },
  ])("takes the default %j", (fallback) => {
    const posts = tableOf("posts", { columns: [id, column("a", { default: fallback })] });
    expect(desiredSchema({ tables: [posts] }).tables).toContain(posts);
  });

  it.each([
    { call: "now(); drop table users; --" },
    { call: "pg_sleep" },
    { value: "a\0" },
    { value: "\ud800" },
    { value: 1 },
    { value: null },
    {},
  ])("refuses the default %j, which is no value and neither of the two functions", (fallback) => {
    const given = fallback as ColumnDefault;
    const tables = [tableOf("posts", { columns: [id, column("a", { default: given })] })];
    expect(() => desiredSchema({ tables })).toThrow('column "posts"."a" has a default');
  });

  it("lists everything that is wrong at once", () => {
    const tables = [
      tableOf("posts", { columns: [id, column("ctid"), column("a", { default: { value: "\0" } })] }),
    ];
    expect(() => desiredSchema({ tables })).toThrow(/ctid[\s\S]*default/);
  });

  it("refuses what two tables both claim", () => {
    const claims = (tables: readonly Table[]) => () => desiredSchema({ tables });
    expect(claims([tableOf("a", { previousName: "old" }), tableOf("b", { previousName: "old" })])).toThrow(
      'table "a" and table "b" both say that they were "old" before',
    );
    expect(claims([tableOf("a", { indexes: [indexOn("b_pkey", ["title"])] }), tableOf("b")])).toThrow(
      'The name "b_pkey" is asked for by collection a and by collection b',
    );
    expect(claims([tableOf("a"), tableOf("a")])).toThrow('The name "a" is asked for by');
    expect(claims([tableOf("lucent_managed")])).toThrow(
      'The name "lucent_managed" is asked for by migrate and by collection lucent_managed',
    );
  });

  it("lets tables and columns swap their names", () => {
    const swapped = [
      tableOf("a", {
        previousName: "b",
        columns: [id, column("x", { previousName: "y" }), column("y", { previousName: "x" })],
        indexes: [indexOn("a_x_idx", ["x"])],
      }),
      tableOf("b", { previousName: "a" }),
    ];
    expect(desiredSchema({ tables: swapped }).tables).toHaveLength(bookkeepingTables.length + 2);
  });
});

describe("the hash", () => {
  const posts = tableOf("posts", {
    columns: [id, column("a", { default: { value: "x" } }), column("b"), column("ref", { type: "uuid" })],
    indexes: [indexOn("i", ["a", "b"]), indexOn("j", ["b"])],
    foreignKeys: [
      { name: "f", column: "ref", references: "posts", onDelete: "restrict" },
      { name: "g", column: "ref", references: "tags", onDelete: "cascade" },
    ],
    checks: [
      { name: "c", column: "a", options: ["x", "y"] },
      { name: "d", column: "b", options: ["z"] },
    ],
  });
  const tags = tableOf("tags");
  const hash = (...tables: readonly Table[]): string => desiredSchema({ tables }).hash;
  const usual = hash(posts, tags);

  it("is the same whatever the order of tables, of their parts and of their keys", () => {
    const shuffled: Table = {
      checks: posts.checks.toReversed(),
      foreignKeys: posts.foreignKeys.toReversed(),
      indexes: posts.indexes.toReversed(),
      columns: posts.columns
        .map(({ name, nullable, type, ...rest }) => ({ ...rest, nullable, type, name }))
        .toReversed(),
      primaryKey: { columns: ["id"], name: "posts_pkey" },
      owner: posts.owner,
      name: posts.name,
    };
    expect(hash(tags, shuffled)).toBe(usual);
    expect(usual).toMatch(/^[0-9a-f]{64}$/);
  });

  const title = column("title");
  const changes: readonly (readonly [string, Table])[] = [
    ["another name", { ...posts, name: "articles", foreignKeys: [] }],
    ["another column", { ...posts, columns: [...posts.columns, title] }],
    ["another type", { ...posts, columns: [id, ...posts.columns.slice(1, 3), column("ref")] }],
    ["another default", { ...posts, columns: [id, column("a"), ...posts.columns.slice(2)] }],
    [
      "another order of an index's columns",
      { ...posts, indexes: [indexOn("i", ["b", "a"]), indexOn("j", ["b"])] },
    ],
    ["another option", { ...posts, checks: [{ name: "c", column: "a", options: ["x"] }] }],
    ["another key", { ...posts, primaryKey: { name: "posts_pkey", columns: ["id", "a"] } }],
    ["a previous name", { ...posts, previousName: "articles" }],
  ];

  it.each(changes)("is another one for %s", (_, changed) => {
    expect(hash(changed, tags)).not.toBe(usual);
  });
});
