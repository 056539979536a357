import type { Runner } from "@lucent/core";
import { describe, expect, it } from "vitest";

import type { Change } from "../src/diff.ts";
import { grade } from "../src/grade.ts";
import { column, tableOf } from "./world/tables.ts";

const table = tableOf("posts");
const check = { name: "posts_status_check", column: "status", options: ["draft"] };
const index = { name: "posts_title_key", columns: [{ name: "title", descending: false }], unique: true };
const foreignKey = {
  name: "posts_author_fkey",
  column: "author",
  references: "users",
  onDelete: "restrict",
} as const;
const target = { column: "id", exists: true };

/** A database whose rows object to everything, or to nothing. */
function rows(object: boolean): Runner & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    run: async ({ text }) => {
      asked.push(text);
      return [[object]];
    },
  };
}

describe("grade", () => {
  it.each<[string, Change, readonly string[]]>([
    ["name", { kind: "nameTaken", table, name: "posts", by: "a view" }, ['"posts"', "a view"]],
    [
      "type",
      { kind: "columnType", table, column: column("title"), found: "bigint" },
      ['"posts"."title"', "bigint", "text"],
    ],
    [
      "missing NOT NULL",
      { kind: "columnNull", table, column: column("title", { nullable: false }) },
      ['"posts"."title"', "may be null"],
    ],
    ["NOT NULL", { kind: "columnNull", table, column: column("title") }, ['"posts"."title"', "is NOT NULL"]],
    ["default", { kind: "columnDefault", table, column: column("title") }, ['"posts"."title"', "default"]],
    [
      "generated column",
      { kind: "columnGenerated", table, column: column("title") },
      ['"posts"."title"', "generated"],
    ],
    ["primary key", { kind: "primaryKey", table }, ['"posts"', '"id"']],
    ["index", { kind: "index", table, index, valid: true }, ['"posts_title_key"', '"posts"']],
    ["invalid index", { kind: "index", table, index, valid: false }, ['"posts_title_key"', "not valid"]],
    ["check", { kind: "check", table, check }, ['"posts_status_check"', '"posts"."status"']],
    [
      "extra check",
      { kind: "extraCheck", table, name: "old", column: "status" },
      ['"old"', '"posts"."status"'],
    ],
    ["foreign key", { kind: "foreignKey", table, foreignKey }, ['"posts_author_fkey"', '"posts"."author"']],
  ])("refuses another %s in one sentence that names it", async (_, change, parts) => {
    const runner = rows(false);
    const { creations, refusals } = await grade([change], "public", runner);
    expect(creations).toEqual([]);
    expect(refusals).toHaveLength(1);
    for (const part of parts) expect(refusals[0]).toContain(part);
    expect(refusals[0]).toMatch(/^[^\n]+\.$/);
    expect(runner.asked).toEqual([]);
  });

  it.each<[string, Change, string]>([
    [
      "a required column",
      { kind: "addColumn", table, column: column("slug", { nullable: false }) },
      '"posts"."slug"',
    ],
    [
      "a unique index",
      { kind: "createIndex", table, index, settled: true, picks: false },
      '"posts_title_key"',
    ],
    ["a check", { kind: "addCheck", table, check, settled: true }, '"posts_status_check"'],
    [
      "a foreign key",
      { kind: "addForeignKey", table, foreignKey, target, settled: true },
      '"posts_author_fkey"',
    ],
  ])("asks the rows about %s", async (_, change, name) => {
    expect(await grade([change], "public", rows(false))).toEqual({ creations: [change], refusals: [] });
    const { creations, refusals } = await grade([change], "public", rows(true));
    expect(creations).toEqual([]);
    expect(refusals).toEqual([expect.stringContaining(name)]);
  });

  it("takes no answer for an objection", async () => {
    const change: Change = { kind: "addColumn", table, column: column("slug", { nullable: false }) };
    const { refusals } = await grade([change], "public", { run: async () => [] });
    expect(refusals).toHaveLength(1);
  });

  it.each<[string, Change]>([
    ["a table", { kind: "createTable", table }],
    ["an optional column", { kind: "addColumn", table, column: column("slug") }],
    [
      "a column with a default",
      { kind: "addColumn", table, column: column("slug", { nullable: false, default: "now()" }) },
    ],
    [
      "an index that is not unique",
      { kind: "createIndex", table, index: { ...index, unique: false }, settled: true, picks: false },
    ],
    ["a unique index over a new column", { kind: "createIndex", table, index, settled: false, picks: false }],
    ["a check on a new column", { kind: "addCheck", table, check, settled: false }],
    ["a foreign key of a new column", { kind: "addForeignKey", table, foreignKey, target, settled: false }],
  ])("needs not ask about %s", async (_, change) => {
    const runner = rows(true);
    expect(await grade([change], "public", runner)).toEqual({ creations: [change], refusals: [] });
    expect(runner.asked).toEqual([]);
  });
});
