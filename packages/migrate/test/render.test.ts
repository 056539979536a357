import { describe, expect, it } from "vitest";

import type { Creation } from "../src/diff.ts";
import { render } from "../src/render.ts";
import { column, id, tableOf } from "./world/tables.ts";

const one = (creation: Creation, schema = "public"): string | undefined =>
  render({ creations: [creation], refusals: [] }, schema)[0]?.sql;

describe("render", () => {
  it("writes a table with its primary key and its checks", () => {
    const table = tableOf("posts", {
      columns: [
        id,
        column("status"),
        column("created_at", { type: "timestamp(3) with time zone", nullable: false, default: "now()" }),
      ],
      checks: [{ name: "posts_status_check", column: "status", options: ["draft", "it's"] }],
    });
    expect(one({ kind: "createTable", table })).toBe(
      [
        'create table "public"."posts" (',
        '  "id" uuid not null,',
        '  "status" text,',
        '  "created_at" timestamp(3) with time zone default now() not null,',
        '  constraint "posts_pkey" primary key ("id"),',
        `  constraint "posts_status_check" check ("status" = any (array['draft', 'it''s']::text[]))`,
        ")",
      ].join("\n"),
    );
  });

  it("writes columns, indexes, checks and foreign keys", () => {
    const table = tableOf("posts");
    const index = {
      name: "posts_a_b_idx",
      columns: [
        { name: "a", descending: false },
        { name: "b", descending: true },
      ],
      unique: false,
    };
    expect(one({ kind: "addColumn", table, column: column("a", { type: "numeric(10,2)" }) })).toBe(
      'alter table "public"."posts" add column "a" numeric(10,2)',
    );
    expect(one({ kind: "createIndex", table, index, settled: true, picks: false })).toBe(
      'create index "posts_a_b_idx" on "public"."posts" ("a", "b" desc)',
    );
    expect(
      one({ kind: "createIndex", table, index: { ...index, unique: true }, settled: true, picks: false }),
    ).toMatch(/^create unique index /);
    expect(
      one({ kind: "addCheck", table, check: { name: "c", column: "a", options: ["x"] }, settled: true }),
    ).toBe(`alter table "public"."posts" add constraint "c" check ("a" = any (array['x']::text[]))`);
    expect(
      one({
        kind: "addForeignKey",
        table,
        foreignKey: { name: "f", column: "a", references: "users", onDelete: "set null" },
        target: { column: "id", exists: true },
        settled: true,
      }),
    ).toBe(
      'alter table "public"."posts" add constraint "f" foreign key ("a") references "public"."users" ("id") on delete set null',
    );
  });

  it("quotes every name, the schema's included", () => {
    const hostile = 'x"; drop table users; --';
    const quoted = '"x""; drop table users; --"';
    const table = tableOf(hostile, {
      columns: [id, column(hostile)],
      primaryKey: { name: hostile, columns: [hostile] },
    });
    const index = { name: hostile, columns: [{ name: hostile, descending: false }], unique: false };
    const check = { name: hostile, column: hostile, options: ["'); drop table users; --"] };
    const foreignKey = { name: hostile, column: hostile, references: hostile, onDelete: "cascade" } as const;
    const creations: readonly Creation[] = [
      { kind: "createTable", table },
      { kind: "addColumn", table, column: column(hostile) },
      { kind: "createIndex", table, index, settled: true, picks: false },
      { kind: "addCheck", table, check, settled: true },
      { kind: "addForeignKey", table, foreignKey, target: { column: hostile, exists: true }, settled: true },
    ];
    for (const { sql } of render({ creations, refusals: [] }, hostile)) {
      const rest = sql.replaceAll(quoted, "?").replaceAll("'''); drop table users; --'", "?");
      expect(rest).not.toContain("drop");
    }
  });

  it("orders the steps so that each finds what it needs", () => {
    const table = tableOf("a");
    const foreignKey = { name: "f", column: "b", references: "b", onDelete: "restrict" } as const;
    const creations: readonly Creation[] = [
      { kind: "addForeignKey", table, foreignKey, target: { column: "id", exists: false }, settled: false },
      {
        kind: "createIndex",
        table,
        index: { name: "i", columns: [{ name: "b", descending: false }], unique: false },
        settled: false,
        picks: false,
      },
      { kind: "addColumn", table, column: column("b") },
      { kind: "createTable", table: tableOf("b") },
    ];
    expect(render({ creations, refusals: [] }, "public").map(({ title }) => title)).toEqual([
      'create table "b" (collection b)',
      'add column "a"."b"',
      'create index "i" on "a"',
      'add foreign key "f" from "a" to "b"',
    ]);
  });
});
