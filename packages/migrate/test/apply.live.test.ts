import { type Database, defineCollection, type Runner } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { applyTo, type World, world } from "./world/database.ts";
import { column, id, tableOf } from "./world/tables.ts";

const users = defineCollection({
  slug: "users",
  fields: {
    email: { type: "email", required: true, unique: true },
    boss: { type: "relationship", to: "posts" },
  },
});
const posts = defineCollection({
  slug: "posts",
  fields: {
    title: { type: "text", required: true },
    status: { type: "select", options: ["draft", "published"] },
    price: { type: "decimal", precision: 10, scale: 2 },
    rating: { type: "number" },
    order: { type: "integer", index: true },
    data: { type: "json" },
    featured: { type: "boolean" },
    publishedAt: { type: "date" },
    author: { type: "relationship", to: "users", required: true },
  },
  timestamps: true,
});

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

describe("lucent migrate", () => {
  it("creates everything from nothing, tables that refer to each other in a circle included", async () => {
    const run = await here.command([users, posts]);
    expect(run.errors).toEqual([]);
    expect(run.code).toBe(0);
    expect(run.out).toMatchInlineSnapshot(`
      [
        "1. create table "users" (collection users)",
        "2. create table "posts" (collection posts)",
        "3. create unique index "users_email_key" on "users"",
        "4. create index "users_boss_id_idx" on "users"",
        "5. create index "posts_created_at_id_idx" on "posts"",
        "6. create index "posts_order_idx" on "posts"",
        "7. create index "posts_author_created_at_id_idx" on "posts"",
        "8. add foreign key "users_boss_fkey" from "users" to "posts"",
        "9. add foreign key "posts_author_fkey" from "posts" to "users"",
        "9 steps done.",
      ]
    `);
    const person = "00000000-0000-7000-8000-000000000001";
    await here.sql(`insert into users (id, email) values ('${person}', 'a@example.com')`);
    await here.sql(
      `insert into posts (id, title, status, author) values ('${person}', 'x', 'draft', '${person}')`,
    );
    await expect(here.sql(`update posts set status = 'other'`)).rejects.toMatchObject({ code: "VALIDATION" });
    await expect(here.sql(`delete from users`)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await here.sql("select created_at is not null and updated_at is not null from posts")).toEqual([
      [true],
    ]);
  });

  it("finds nothing to do the second time, and runs no DDL", async () => {
    await here.command([users, posts]);
    await here.forbidDdl();
    const before = await here.dump();
    expect(await here.command([users, posts])).toEqual({
      code: 0,
      out: ["The database is up to date."],
      errors: [],
    });
    expect(await here.dump()).toEqual(before);
  });

  it("adds a field, an index and a collection, and leaves the rows alone", async () => {
    const first = defineCollection({ slug: "notes", fields: { title: { type: "text" } } });
    await here.command([first]);
    await here.sql(
      `insert into notes (id, title) select gen_random_uuid(), n::text from generate_series(1, 3) n`,
    );
    const [before] = await here.sql("select 'notes'::regclass::oid, pg_relation_filenode('notes')");
    const second = defineCollection({
      slug: "notes",
      fields: {
        title: { type: "text", index: true },
        kind: { type: "select", options: ["a"] },
        topic: { type: "relationship", to: "topics" },
      },
    });
    const topics = defineCollection({ slug: "topics", fields: { name: { type: "text", unique: true } } });
    const run = await here.command([second, topics]);
    expect(run).toMatchObject({ code: 0, errors: [] });
    expect(run.out).toEqual([
      '1. create table "topics" (collection topics)',
      '2. add column "notes"."kind"',
      '3. add column "notes"."topic"',
      '4. add check "notes_kind_check" on "notes"',
      '5. create index "notes_title_idx" on "notes"',
      '6. create index "notes_topic_id_idx" on "notes"',
      '7. create unique index "topics_name_key" on "topics"',
      '8. add foreign key "notes_topic_fkey" from "notes" to "topics"',
      "8 steps done.",
    ]);
    expect(await here.sql("select 'notes'::regclass::oid, pg_relation_filenode('notes')")).toEqual([before]);
    expect(await here.sql("select count(*)::int, min(title), max(title) from notes")).toEqual([
      [3, "1", "3"],
    ]);
    expect((await here.command([second, topics])).out).toEqual(["The database is up to date."]);
  });

  it("adds a required field to a table without rows", async () => {
    await here.command([defineCollection({ slug: "notes", fields: {} })]);
    const run = await here.command([
      defineCollection({ slug: "notes", fields: { title: { type: "text", required: true } } }),
    ]);
    expect(run).toMatchObject({ code: 0, errors: [] });
    expect(run.out).toContain('1. add column "notes"."title"');
  });

  it("prints the plan with its SQL on a dry run, and runs no DDL", async () => {
    await here.forbidDdl();
    const before = await here.dump();
    const run = await here.command([defineCollection({ slug: "notes", fields: {} })], "--dry-run");
    expect(run).toEqual({
      code: 0,
      errors: [],
      out: [
        "1 step to do:",
        '1. create table "notes" (collection notes)',
        '     create table "public"."notes" (',
        '       "id" uuid not null,',
        '       constraint "notes_pkey" primary key ("id")',
        "     );",
        "Nothing was changed (--dry-run).",
      ],
    });
    expect(await here.dump()).toEqual(before);
  });

  it.each([[["--nope"]], [["extra"]], [["--wait", "soon"]], [["--wait", "-1"]], [["--wait="]]])(
    "does not guess what %j means",
    async (args) => {
      const run = await here.command([users, posts], ...args);
      expect(run).toMatchObject({ code: 1, out: [] });
      expect(run.errors).toHaveLength(1);
      expect(
        await here.sql("select count(*)::int from pg_class where relnamespace = 'public'::regnamespace"),
      ).toEqual([[0]]);
    },
  );

  it("fails with a sentence, and without the connection string, when there is no server", async () => {
    const nowhere = { ...here.database, session: () => Promise.reject(new TypeError("a defect")) };
    await expect(applyTo(nowhere, [tableOf("notes")])).rejects.toThrow("a defect");
    const { openDatabase } = await import("@lucent/core");
    const lost = openDatabase(
      { collections: [], database: { url: "postgres://me:hidden@127.0.0.1:1/x" } },
      {},
    );
    expect(await applyTo(lost.database, [tableOf("notes")])).toEqual({
      kind: "failed",
      reason: "Failed while reading the schema (ECONNREFUSED: nothing listens there); nothing was changed.",
    });
    await lost.close();
  });
});

describe("apply", () => {
  it("works in a schema whose name needs quoting, and leaves the others alone", async () => {
    const [[name] = []] = await here.sql("select current_database()");
    await here.sql(`create schema "My ""Schema"""`);
    await here.sql(`alter database "${String(name)}" set search_path = "My ""Schema""", public`);
    await here.sql("create table public.notes (unrelated int)");
    expect(await here.apply([tableOf("notes")])).toMatchObject({ kind: "applied" });
    expect(await here.apply([tableOf("notes")])).toEqual({ kind: "current" });
    const schemas = await here.sql(
      "select relnamespace::regnamespace::text from pg_class where relname = 'notes' order by 1",
    );
    expect(schemas).toEqual([['"My ""Schema"""'], ["public"]]);
  });

  it("refuses when the search path names no schema", async () => {
    const [[name] = []] = await here.sql("select current_database()");
    await here.sql(`alter database "${String(name)}" set search_path = 'nowhere'`);
    const outcome = await here.apply([tableOf("notes")]);
    expect(outcome).toEqual({ kind: "refused", refusals: [expect.stringContaining("search_path")] });
  });

  it("undoes everything when one step fails", async () => {
    await here.sql(`create function forbid() returns event_trigger language plpgsql as
      $$ begin raise exception 'no indexes here'; end $$`);
    await here.sql(
      "create event trigger forbid on ddl_command_start when tag in ('CREATE INDEX') execute function forbid()",
    );
    const before = await here.dump();
    const index = { name: "notes_title_idx", columns: [{ name: "title", descending: false }], unique: false };
    expect(await here.apply([tableOf("notes", { indexes: [index] })])).toEqual({
      kind: "failed",
      reason: 'Failed at "create index "notes_title_idx" on "notes"" (P0001); nothing was changed.',
    });
    expect(await here.dump()).toEqual(before);
  });

  it("undoes everything when the result is not what was asked for", async () => {
    const when = column("due", { type: "timestamp(3) with time zone", default: "'2030-01-01'" });
    const before = await here.dump();
    const outcome = await here.apply([tableOf("notes", { columns: [id, when] })]);
    expect(outcome).toEqual({
      kind: "failed",
      reason: expect.stringContaining('Column "notes"."due" lacks the default'),
    });
    expect(await here.dump()).toEqual(before);
  });

  it("takes its own defaults back as they were asked for", async () => {
    const columns = [
      id,
      column("a", { default: "'it''s'" }),
      column("b", { type: "bigint", default: "0", nullable: false }),
      column("c", { type: "boolean", default: "false" }),
      column("d", { type: "jsonb", default: "'{}'::jsonb" }),
      column("e", { type: "numeric(5,2)", default: "1.5" }),
      column("f", { type: "timestamp(3) with time zone", default: "now()" }),
      column("g", { type: "double precision", default: "0.5" }),
    ];
    expect(await here.apply([tableOf("notes", { columns })])).toMatchObject({ kind: "applied" });
    expect(await here.apply([tableOf("notes", { columns })])).toEqual({ kind: "current" });
  });

  it.each([
    ["a step", "create table"],
    ["the commit", "commit"],
  ])(
    "changes nothing when the connection is lost before %s, whether or not the driver opens another",
    async (_, moment) => {
      const before = await here.dump();
      const outcome = await applyTo(losingConnection(here, moment), [tableOf("notes"), tableOf("more")]);
      expect(outcome).toMatchObject({ kind: "failed" });
      expect(await here.dump()).toEqual(before);
    },
  );
});

/** A database whose server process goes away before the statement that holds a text, unnoticed by whoever runs it. */
function losingConnection(there: World, moment: string): Database {
  const losing = (runner: Runner): Runner => ({
    async run(statement) {
      if (statement.text.includes(moment)) {
        const [[pid] = []] = await runner.run({ text: "select pg_backend_pid()", values: [] });
        await there.sql(`select pg_terminate_backend(${Number(pid)}, 5000)`);
        await expect(runner.run({ text: "select 1/0", values: [] })).rejects.toThrow();
      }
      return runner.run(statement);
    },
  });
  return { ...there.database, session: (work) => there.database.session((runner) => work(losing(runner))) };
}
