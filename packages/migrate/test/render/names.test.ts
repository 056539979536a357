import { describe, expect, it } from "vitest";

import type { GradedChange } from "../../src/model/graded.ts";
import { column, id, indexOn, liveOf, tableOf } from "../world/tables.ts";
import { groupsFor, type Said, shape, users } from "./scene.ts";

describe("render, of names", () => {
  it("changes a table's name, and all else of it under the new one in the same transaction", () => {
    const articles = tableOf("articles", { previousName: "posts" });
    const groups = groupsFor(
      [
        { change: { kind: "renameTable", table: articles, from: "posts", through: undefined } },
        {
          change: {
            kind: "changeType",
            table: articles,
            column: column("title"),
            from: "character varying(50)",
            default: "'x'::character varying",
            constraints: [],
            indexes: [],
          },
          using: '"title"::text',
        },
      ],
      { tables: [articles, users], renamed: { articles: "posts" } },
    );
    expect(groups).toMatchObject([
      {
        mode: "transaction",
        steps: [
          {
            title: 'rename table "posts" to "articles"',
            locks: [{ table: "posts", mode: "ACCESS EXCLUSIVE" }],
            statements: ['alter table "public"."posts" rename to "articles"'],
          },
          {
            object: "articles.title",
            locks: [{ table: "articles", mode: "ACCESS EXCLUSIVE" }],
            statements: [
              'alter table "public"."articles" alter column "title" drop default',
              'alter table "public"."articles" alter column "title" type text using "title"::text',
            ],
          },
        ],
        after: [
          { table: "articles", renamedFrom: "posts" },
          { table: "articles", add: ["renamed posts articles"], remove: [] },
        ],
      },
    ]);
  });

  it("exchanges two columns' names through a third", () => {
    const table = tableOf("posts", {
      columns: [id, column("a", { previousName: "b" }), column("b", { previousName: "a" })],
    });
    const rename = (to: string, from: string, through?: string): Said => ({
      change: { kind: "renameColumn", table, column: column(to), from, through },
    });
    const live = liveOf(tableOf("posts", { columns: [id, column("a"), column("b")] }));
    const groups = groupsFor([rename("b", "a"), rename("a", "b", "aside")], { live, tables: [table] });
    expect(shape(groups)).toEqual([
      [
        "transaction",
        'alter table "public"."posts" rename column "b" to "aside"',
        'alter table "public"."posts" rename column "a" to "b"',
        'alter table "public"."posts" rename column "aside" to "a"',
      ],
    ]);
    expect(groups[0]?.after).toEqual([
      { table: "posts", add: ["column a", "column b", "renamed a b", "renamed b a"], remove: [] },
    ]);
  });

  it("quotes every name and every value", () => {
    const hostile = 'x"; drop table users; --';
    const table = tableOf(hostile, {
      columns: [id, column(hostile, { default: { value: "'); drop table users; --" } })],
      primaryKey: { name: hostile, columns: ["id"] },
    });
    const changes: readonly GradedChange["change"][] = [
      { kind: "createTable", table: { ...table, name: `${hostile}2` } },
      {
        kind: "addColumn",
        table,
        column: column(hostile, { default: { value: "'); drop table users; --" } }),
      },
      { kind: "renameColumn", table, column: column(hostile), from: hostile, through: hostile },
      { kind: "renameObject", table, object: "index", from: hostile, to: hostile, through: undefined },
      { kind: "renameObject", table, object: "constraint", from: hostile, to: hostile, through: undefined },
      { kind: "setNotNull", table, column: column(hostile), leftover: undefined },
      {
        kind: "createIndex",
        table,
        index: indexOn(hostile, [hostile], { whereNull: hostile }),
        leftover: hostile,
      },
      { kind: "replaceIndex", table, index: indexOn(hostile, [hostile]), next: undefined },
      {
        kind: "addCheck",
        table,
        check: { name: hostile, column: hostile, options: ["'); drop table users; --"] },
      },
      {
        kind: "addForeignKey",
        table,
        foreignKey: { name: hostile, column: hostile, references: hostile, onDelete: "cascade" },
      },
      {
        kind: "orphanColumn",
        table,
        column: hostile,
        type: "text",
        blocksInserts: true,
        constraints: [hostile],
        indexes: [hostile],
      },
      {
        kind: "fillColumn",
        table,
        column: column(hostile, { default: { value: "'); drop table users; --" } }),
      },
      { kind: "fillLinks", table, owner: table, column: hostile },
      {
        kind: "expand",
        table,
        column: column(hostile),
        from: { name: `${hostile}1`, type: "text", next: hostile },
      },
      {
        kind: "contract",
        table,
        column: column(hostile),
        from: { name: `${hostile}1`, type: "text", next: hostile },
      },
    ];
    const live = { ...liveOf(table), schema: hostile };
    for (const online of [false, true]) {
      for (const change of changes) {
        const groups = groupsFor([{ change, online, backfill: true }], { live, tables: [table] });
        expect(groups.length).toBeGreaterThan(0);
        for (const text of groups.flatMap(({ steps }) => steps.flatMap(({ statements }) => statements))) {
          expect(unquoted(text)).not.toMatch(/drop table/);
        }
      }
    }
    expect(unquoted(`"a""; drop table users"`)).toBe("");
    expect(unquoted(`a'; drop table users`)).toMatch(/drop table/);
  });
});

/** A statement without its names and texts; one that is left open stays. */
function unquoted(text: string): string {
  return text.replaceAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'/g, "");
}
