import type { Table } from "@lucent/core";
import { describe, expect, it } from "vitest";

import { column, id, liveOf, tableOf } from "../world/tables.ts";
import { groupsFor, posts, type Said, shape } from "./scene.ts";

describe("render, of what nobody asks for", () => {
  const orphan = {
    kind: "orphanColumn",
    table: posts,
    column: "old",
    type: "text",
    blocksInserts: true,
    constraints: ["posts_old_check"],
    indexes: ["posts_old_idx"],
  } as const;

  it("keeps a column without what makes writes fail", () => {
    expect(shape(groupsFor([{ change: orphan }]))).toEqual([
      [
        "transaction",
        'alter table "public"."posts" drop constraint "posts_old_check"',
        'alter table "public"."posts" alter column "old" drop not null',
      ],
      ["transaction", expect.stringMatching(/^alter index "public"\."posts_old_idx" rename to "lucent_old_/)],
      ["alone", expect.stringMatching(/^drop index concurrently "public"\."lucent_old_/)],
    ]);
    const harmless = { ...orphan, blocksInserts: false, constraints: [], indexes: [] };
    expect(groupsFor([{ change: harmless }])).toEqual([]);
  });

  it("drops it with all that goes with it, by name and last", () => {
    const groups = groupsFor([
      { change: orphan, drop: true, hazard: "destructive", rows: 3 },
      { change: { kind: "addColumn", table: posts, column: column("new") } },
    ]);
    expect(shape(groups)).toEqual([
      ["transaction", 'alter table "public"."posts" add column "new" text'],
      [
        "transaction",
        'alter table "public"."posts" drop constraint "posts_old_check"',
        'drop index "public"."posts_old_idx"',
        'alter table "public"."posts" drop column "old"',
      ],
    ]);
    expect(groups[1]?.steps[0]).toMatchObject({
      hazard: "destructive",
      rows: 3,
      title:
        'drop column "posts"."old" with what it holds, and constraint "posts_old_check", index "posts_old_idx"',
    });
  });

  it("drops tables behind the foreign keys between them", () => {
    const of = (table: string, other: string): Table =>
      tableOf(table, {
        columns: [id, column("other", { type: "uuid" })],
        foreignKeys: [{ name: `${table}_fkey`, column: "other", references: other, onDelete: "restrict" }],
      });
    const live = liveOf(of("a", "b"), of("b", "a"));
    const drop = (name: string): Said => ({
      change: { kind: "orphanTable", name, foreignKeys: [`${name}_fkey`] },
      drop: true,
      hazard: "destructive",
    });
    const groups = groupsFor([drop("a"), drop("b")], { live, tables: [] });
    expect(shape(groups)).toEqual([
      [
        "transaction",
        'lock table "public"."a" in access exclusive mode',
        'lock table "public"."b" in access exclusive mode',
        'alter table "public"."a" drop constraint "a_fkey"',
        'alter table "public"."b" drop constraint "b_fkey"',
      ],
      ["transaction", 'drop table "public"."a"'],
      ["transaction", 'drop table "public"."b"'],
    ]);
    expect(groups.at(-1)?.after).toEqual([{ table: "b", dropped: true }]);
  });
});
