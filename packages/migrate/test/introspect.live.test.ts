import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { foundTable, type ReadingWorld, readingWorld } from "./world/reading.ts";
import { indexOn, tableOf } from "./world/tables.ts";

let db: ReadingWorld;

beforeEach(async () => {
  db = await readingWorld();
});

afterEach(() => db.end());

const posts = [tableOf("posts")];

describe("names", () => {
  it.each([
    ["view", "create view posts as select 1 as id", "a view"],
    ["materialized view", "create materialized view posts as select 1 as id", "a materialized view"],
    ["sequence", "create sequence posts", "a sequence"],
    ["composite type", "create type posts as (a int)", "a type"],
    ["enum", "create type posts as enum ('a')", "a type"],
    ["domain", "create domain posts as text", "a type"],
    ["index", "create table other (id int); create index posts on other (id)", "an index"],
    [
      "partition",
      "create table parts (id int) partition by list (id); create table posts partition of parts default",
      "a partition of another table",
    ],
    [
      "table of an extension",
      "create table posts (id int); alter extension plpgsql add table posts",
      "a table of an extension",
    ],
  ])("that a %s has are taken", async (_, text, by) => {
    await db.sql(text);
    const { tables, taken } = await db.read(posts);
    expect(tables.has("posts")).toBe(false);
    expect(taken.get("posts")).toBe(by);
  });

  it("of indexes are taken by tables and indexes, and not by types", async () => {
    await db.sql(
      "create table posts_pkey (id int)",
      "create type a as enum ('x')",
      "create table other (id int)",
      "create index b on other (id)",
    );
    const wanted = tableOf("posts", { indexes: [indexOn("a", ["title"]), indexOn("b", ["title"])] });
    const { tables, taken } = await db.read([wanted]);
    expect(tables.size).toBe(0);
    expect(Object.fromEntries(taken)).toEqual({ posts_pkey: "a table", b: "an index" });
  });

  it("of partitioned tables are tables'", async () => {
    await db.sql(
      "create table posts (id uuid, title text) partition by hash (id)",
      "create table posts_0 partition of posts for values with (modulus 1, remainder 0)",
    );
    const live = await db.read(posts);
    expect(foundTable(live, "posts").partitioned).toBe(true);
    expect([...live.tables.keys()]).toEqual(["posts"]);
  });

  it("that were wanted before or given by us are read, and no others", async () => {
    await db.sql(
      "create table lucent_managed (id text primary key, objects text[] not null)",
      `insert into lucent_managed values ('left', '{column id,index left_idx}'), ('gone', '{}')`,
      `create table "left" (id int)`,
      "create table articles (id int)",
      "create table foreign_table (id int)",
    );
    const texts: string[] = [];
    const live = await db.read([tableOf("posts", { previousName: "articles" })], {
      onStatement: (text) => void texts.push(text),
    });
    expect([...live.tables.keys()]).toEqual(["articles", "left", "lucent_managed"]);
    expect(live.managed).toEqual(
      new Map([
        ["gone", new Set()],
        ["left", new Set(["column id", "index left_idx"])],
      ]),
    );
    expect(texts.length).toBeLessThanOrEqual(7);
  });

  it("of temporary tables are nobody's", async () => {
    const live = await db.read(posts, { before: ["create temporary table posts (id int)"] });
    expect([live.schema, live.tables.size, live.taken.size]).toEqual(["public", 0, 0]);
  });
});

describe("the schema", () => {
  it("is the first of the search path that the connection began with", async () => {
    const live = await db.read(posts);
    expect(live).toMatchObject({ schema: "public", schemaExists: true, canCreate: true, readOnly: false });
    expect(String(live.server)).toMatch(/^1\d{5}$/);
  });

  it.each([
    ['"My ""App""", public', 'My "App"'],
    ["APP, public", "app"],
    ['"$user", app', "app"],
    ["pg_catalog, app", "app"],
    ["pg_temp, app", "app"],
  ])("of the path %s is %s, even where it is missing", async (path, schema) => {
    await db.sql(
      `alter database "${db.name}" set search_path = ${path}`,
      "create table public.posts (id int)",
    );
    const missing = await db.read(posts);
    expect(missing).toMatchObject({ schema, schemaExists: false, canCreate: true });
    expect(missing.tables.size).toBe(0);
    const quoted = `"${schema.replaceAll('"', '""')}"`;
    await db.sql(`create schema ${quoted}`, `create table ${quoted}.posts (id int)`);
    const present = await db.read(posts);
    expect(present).toMatchObject({ schema, schemaExists: true });
    expect(present.tables.has("posts")).toBe(true);
  });

  it("is the role's own where there is one", async () => {
    const { name, url } = await db.role();
    expect((await db.read(posts, { url })).schema).toBe("public");
    await db.sql(`create schema ${name} authorization ${name}`);
    expect(await db.read(posts, { url })).toMatchObject({ schema: name, canCreate: true });
  });

  it("must be named", async () => {
    await db.sql(`alter database "${db.name}" set search_path = ''`);
    await expect(db.read(posts)).rejects.toThrow("names no schema");
  });

  it("may be closed to the role, whether it exists or not", async () => {
    const { name, url } = await db.role();
    await db.sql("revoke create on schema public from public");
    expect(await db.read(posts, { url })).toMatchObject({ schemaExists: true, canCreate: false });
    await db.sql(`alter role ${name} set search_path = app`);
    expect(await db.read(posts, { url })).toMatchObject({ schemaExists: false, canCreate: false });
    await db.sql("create schema app", `grant create on schema app to ${name}`);
    expect(await db.read(posts, { url })).toMatchObject({ schemaExists: true, canCreate: false });
    await db.sql(`grant usage on schema app to ${name}`);
    expect(await db.read(posts, { url })).toMatchObject({ schemaExists: true, canCreate: true });
  });

  it("can't be changed by a session that may only read", async () => {
    await db.sql(`alter database "${db.name}" set default_transaction_read_only = on`);
    expect((await db.read(posts)).readOnly).toBe(true);
  });
});

describe("what earlier runs wrote down", () => {
  it("is read in order, each configuration at its last place, failures included", async () => {
    await db.sql(
      `create table lucent_migrations (id int, kind text, configuration text, outcome text, production boolean not null,
        started_at timestamptz not null)`,
      `insert into lucent_migrations values (1, 'plan', 'b', 'done', false, '2026-01-01'),
        (2, 'plan', 'a', 'done', true, '2026-01-02'), (3, 'plan', 'c', 'failed', false, '2026-01-03'),
        (4, 'plan', 'b', 'done', false, '2026-01-04'), (5, 'data', null, 'done', false, '2026-01-05')`,
    );
    expect((await db.read(posts)).history).toEqual({ configurations: ["a", "c", "b"], production: true });
  });

  it("is nothing in a new database, or in tables of another make", async () => {
    const nothing = { managed: new Map(), history: { configurations: [], production: false } };
    expect(await db.read(posts)).toMatchObject(nothing);
    await db.sql(
      "create table lucent_migrations (id int)",
      "create view lucent_managed as select 1 as id, 2 as objects",
    );
    expect(await db.read(posts)).toMatchObject(nothing);
  });
});

it("does not wait for who holds a table", async () => {
  await db.sql(
    `create table posts (id uuid primary key, title text default 'x' unique, parent uuid references posts)`,
    "insert into posts values (gen_random_uuid())",
  );
  await db.hold("lock table posts in access exclusive mode", async () => {
    const { columns, indexes, constraints } = foundTable(await db.read(posts), "posts");
    expect([columns.size, indexes.size, constraints.size]).toEqual([3, 2, 3]);
  });
});

it("takes names for what they are, whatever is in them", async () => {
  await db.sql(
    "create table lucent_managed (id text primary key, objects text[] not null)",
    `insert into lucent_managed values ('it''s "odd" \\ , {NULL}', '{a}'), ('NULL', '{}')`,
    `create table "it's ""odd"" \\ , {NULL}" ("a ' "" \\" int)`,
    `create table "NULL" (id int)`,
  );
  const { tables } = await db.read(posts);
  const odd = tables.get(String.raw`it's "odd" \ , {NULL}`);
  expect([...(odd?.columns.keys() ?? [])]).toEqual(["a ' \" \\"]);
  expect(tables.has("NULL")).toBe(true);
});
