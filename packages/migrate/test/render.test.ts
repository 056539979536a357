import type { Table } from "@lucent/core";
import { describe, expect, it } from "vitest";

import { bookkeepingTables } from "../src/bookkeeping.ts";
import { render } from "../src/render.ts";
import {
  check,
  foreignKey,
  groupsFor,
  index,
  namesIn,
  posts,
  type Said,
  shape,
  users,
} from "./render/scene.ts";
import { column, desiredOf, id, indexOn, liveOf, tableOf } from "./world/tables.ts";

describe("render", () => {
  it("writes nothing where something was refused", () => {
    const refusal = {
      code: "NULLS_PRESENT",
      object: "posts.title",
      message: "No.",
      ways: ["Fill it."],
    } as const;
    const change = { kind: "addCheck", table: posts, check } as const;
    const graded = { change, hazard: "safe", rows: 1, online: false } as const;
    const live = liveOf(posts);
    const world = { desired: desiredOf(posts), live, names: namesIn(live) };
    expect(render({ changes: [graded], refusals: [refusal], warnings: [] }, world)).toEqual([]);
    expect(render({ changes: [graded], refusals: [], warnings: [] }, world)).toHaveLength(1);
  });

  it("writes a table with all that belongs to it", () => {
    const table = tableOf("notes", {
      columns: [
        id,
        column("title", { nullable: false, default: { value: "it's \\" } }),
        column("at", { type: "timestamp(3) with time zone", nullable: false, default: { call: "now" } }),
      ],
      checks: [{ ...check, name: "notes_title_check" }],
      indexes: [
        indexOn("notes_title_key", ["title"], { unique: true, whereNull: "at" }),
        {
          name: "notes_at_idx",
          columns: [
            { name: "at", descending: true },
            { name: "id", descending: false },
          ],
          unique: false,
        },
      ],
    });
    expect(shape(groupsFor([{ change: { kind: "createTable", table } }], { tables: [table] }))).toEqual([
      [
        "transaction",
        [
          'create table "public"."notes" (',
          '  "id" uuid not null,',
          `  "title" text default E'it''s \\\\' not null,`,
          '  "at" timestamp(3) with time zone default pg_catalog.now() not null,',
          '  constraint "notes_pkey" primary key ("id"),',
          `  constraint "notes_title_check" check ("title" = any (array['a', 'it''s']::text[]))`,
          ")",
        ].join("\n"),
        'create unique index "notes_title_key" on "public"."notes" ("title") where "at" is null',
        'create index "notes_at_idx" on "public"."notes" ("at" desc, "id")',
      ],
    ]);
  });

  it("makes the schema and its own tables before all else", () => {
    const changes = [
      { change: { kind: "createTable", table: posts } },
      ...bookkeepingTables.map((table) => ({ change: { kind: "createTable", table } as const })),
      { change: { kind: "createSchema" } },
    ] as const;
    const groups = groupsFor(changes, { live: liveOf(), tables: [posts, ...bookkeepingTables] });
    expect(groups.map(({ steps }) => steps.map(({ object }) => object))).toEqual([
      ["public"],
      [
        "lucent_migrations",
        "lucent_migration_steps",
        "lucent_managed",
        "lucent_migration_steps.lucent_migration_steps_migration_fkey",
      ],
      ["posts"],
    ]);
    expect(groups.map(({ after }) => after.map(({ table }) => table))).toEqual([
      [],
      ["lucent_migrations", "lucent_migration_steps", "lucent_managed"],
      ["posts"],
    ]);
  });

  it("makes 200 tables at a time, and foreign keys behind the later one of their two", () => {
    const tables = Array.from({ length: 450 }, (_, at) =>
      tableOf(`t${at}`, {
        columns: [id, column("other", { type: "uuid" })],
        foreignKeys: [
          { name: `t${at}_other_fkey`, column: "other", references: `t${449 - at}`, onDelete: "restrict" },
        ],
      }),
    );
    const changes = tables.map((table) => ({ change: { kind: "createTable", table } as const }));
    const groups = groupsFor(changes, { live: liveOf(), tables });
    expect(groups.map(({ steps }) => steps.filter(({ kind }) => kind === "createTable").length)).toEqual([
      200, 200, 50,
    ]);
    const made = new Set<string>();
    for (const { steps } of groups) {
      for (const { kind, object, statements } of steps) {
        if (kind === "createTable") made.add(object);
        else
          expect(made).toContain(
            /references "public"\."(?<name>\w+)"/.exec(statements.join(""))?.groups?.["name"],
          );
      }
      expect(steps.every(({ locks }) => locks.length === 0)).toBe(true);
    }
    expect(groups.flatMap(({ steps }) => steps)).toHaveLength(900);
  });

  it("locks the two tables of a foreign key by name, whichever refers to the other", () => {
    const back = {
      name: "users_post_fkey",
      column: "post",
      references: "posts",
      onDelete: "restrict",
    } as const;
    const locks = [
      'lock table "public"."posts" in share row exclusive mode',
      'lock table "public"."users" in share row exclusive mode',
    ];
    const groups = groupsFor([
      { change: { kind: "addForeignKey", table: posts, foreignKey } },
      { change: { kind: "addForeignKey", table: users, foreignKey: back } },
    ]);
    expect(shape(groups)).toEqual([
      [
        "transaction",
        ...locks,
        'alter table "public"."posts" add constraint "posts_author_fkey" foreign key ("author") references "public"."users" ("id") on delete cascade',
        'alter table "public"."users" add constraint "users_post_fkey" foreign key ("post") references "public"."posts" ("id") on delete restrict',
      ],
    ]);
    expect(groups[0]?.steps[0]?.locks).toEqual([
      { table: "posts", mode: "SHARE ROW EXCLUSIVE" },
      { table: "users", mode: "SHARE ROW EXCLUSIVE" },
    ]);
  });

  it("takes the strongest lock of a transaction first", () => {
    const groups = groupsFor([
      { change: { kind: "createIndex", table: posts, index, leftover: undefined } },
      {
        change: {
          kind: "replaceIndex",
          table: posts,
          index: indexOn("posts_author_idx", ["author"]),
          next: undefined,
        },
      },
    ]);
    expect(shape(groups)).toEqual([
      [
        "transaction",
        'lock table "public"."posts" in access exclusive mode',
        'create index "posts_title_idx" on "public"."posts" ("title")',
        'drop index "public"."posts_author_idx"',
        'create index "posts_author_idx" on "public"."posts" ("author")',
      ],
    ]);
  });

  it("never holds one table while it waits for another one", () => {
    const brief = (table: Table): Said => ({
      change: { kind: "dropNotNull", table, column: column("title") },
    });
    expect(
      groupsFor([brief(posts), brief(users)]).map(({ steps }) => steps.map(({ object }) => object)),
    ).toEqual([["posts.title"], ["users.title"]]);
  });

  it("builds a large index alone, and says before that it is ours", () => {
    const change = { kind: "createIndex", table: posts, index, leftover: "posts_title_idx" } as const;
    expect(groupsFor([{ change, online: true, rows: 20_000 }])).toEqual([
      {
        mode: "alone",
        steps: [
          {
            kind: "dropIndex",
            object: "posts.posts_title_idx",
            title: 'drop index "posts_title_idx" of "posts" while others use it',
            hazard: "safe",
            locks: [{ table: "posts", mode: "SHARE UPDATE EXCLUSIVE" }],
            statements: ['drop index concurrently "public"."posts_title_idx"'],
          },
        ],
        before: [],
        after: [{ table: "posts", add: [], remove: ["index posts_title_idx"] }],
      },
      {
        mode: "alone",
        steps: [
          {
            kind: "buildIndex",
            object: "posts.posts_title_idx",
            title: 'build index "posts_title_idx" on "posts" while others use it',
            hazard: "slow",
            rows: 20_000,
            locks: [{ table: "posts", mode: "SHARE UPDATE EXCLUSIVE" }],
            statements: ['create index concurrently "posts_title_idx" on "public"."posts" ("title")'],
          },
        ],
        before: [{ table: "posts", add: ["index posts_title_idx"], remove: [] }],
        after: [],
      },
    ]);
  });
});
