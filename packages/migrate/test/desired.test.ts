import type { ColumnType } from "@lucent/core";
import { BootError } from "@lucent/core";
import { describe, expect, it } from "vitest";

import { desiredSchema } from "../src/desired.ts";
import { column, id, tableOf } from "./world/tables.ts";

const words = { name: "i", columns: [], unique: false, method: "gin", words: ["title"] } as const;

describe("desiredSchema", () => {
  it("takes the tables as they are", () => {
    const tables = [tableOf("posts")];
    expect(desiredSchema({ tables }).tables).toBe(tables);
  });

  it.each([
    ["a name over 63 bytes", { columns: [id, column("ä".repeat(32))] }, "63 bytes"],
    ["an empty name", { primaryKey: { name: "", columns: ["id"] } }, "63 bytes"],
    ["a name with a zero byte", { columns: [id, column("a\0b")] }, "63 bytes"],
    ["a name that is not Unicode text", { columns: [id, column("\ud800")] }, "63 bytes"],
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
      "does not match",
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
  ])("refuses %s", (_, changes, message) => {
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

  it.each(["now()", "0", "-1.5", "true", "'draft'", "'it''s'::text", "'{}'::jsonb"])(
    "takes the default %j",
    (expression) => {
      const tables = [tableOf("posts", { columns: [id, column("a", { default: expression })] })];
      expect(desiredSchema({ tables }).tables).toBe(tables);
    },
  );

  it.each([
    "now()); drop table users; --",
    "'a'; drop table users; --'",
    "'a' || (select secret from users)",
    "'a\\'",
    "evil('x')",
    "0 --",
    "'unclosed",
    "",
  ])("refuses the default %j, which would reach a statement unquoted", (expression) => {
    const tables = [tableOf("posts", { columns: [id, column("a", { default: expression })] })];
    expect(() => desiredSchema({ tables })).toThrow('column "posts"."a" has a default');
  });

  it("lists everything that is wrong at once", () => {
    const tables = [
      tableOf("posts", { columns: [id, column("ctid"), column("a", { default: "evil('x')" })] }),
    ];
    expect(() => desiredSchema({ tables })).toThrow(/ctid[\s\S]*default/);
  });
});
