import { searchVector } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { foundTable, type ReadingWorld, readingWorld } from "./world/reading.ts";
import { tableOf } from "./world/tables.ts";

let db: ReadingWorld;

beforeEach(async () => {
  db = await readingWorld();
});

afterEach(() => db.end());

const posts = [tableOf("posts")];

describe("columns", () => {
  it("are read with their types, defaults and numbers", async () => {
    await db.sql(
      `create table posts (gone text, id uuid primary key, title text not null default 'it''s', tags text[],
        "order" integer, rating double precision default 0.5, visits bigint default -1, open boolean default true,
        body jsonb default '{"b": 1}', at timestamp(3) with time zone default now(), price numeric, cost numeric(10, 2),
        short varchar(50), code char(5), day date, local timestamp, made text generated always as (upper(title)) stored,
        counted integer generated always as identity, "Odd name" text)`,
      "alter table posts drop column gone",
    );
    const { columns, slots, partitioned, owned } = foundTable(await db.read(posts), "posts");
    expect([...columns].map(([name, { type }]) => [name, type])).toEqual([
      ["id", "uuid"],
      ["title", "text"],
      ["tags", "text[]"],
      ["order", "integer"],
      ["rating", "double precision"],
      ["visits", "bigint"],
      ["open", "boolean"],
      ["body", "jsonb"],
      ["at", "timestamp(3) with time zone"],
      ["price", "numeric"],
      ["cost", "numeric(10,2)"],
      ["short", "character varying(50)"],
      ["code", "character(5)"],
      ["day", "date"],
      ["local", "timestamp without time zone"],
      ["made", "text"],
      ["counted", "integer"],
      ["Odd name", "text"],
    ]);
    expect(columns.get("title")).toEqual({
      type: "text",
      nullable: false,
      default: "'it''s'::text",
      generated: false,
    });
    expect(columns.get("tags")).toEqual({
      type: "text[]",
      nullable: true,
      default: undefined,
      generated: false,
    });
    expect(columns.get("at")?.default).toBe("now()");
    expect(columns.get("made")).toEqual({
      type: "text",
      nullable: true,
      default: undefined,
      generated: true,
    });
    expect(columns.get("counted")?.generated).toBe(true);
    expect({ slots, partitioned, owned }).toEqual({ slots: 19, partitioned: false, owned: true });
  });

  it("that were declared not null but never proved may hold nulls", async () => {
    await db.sql(
      "create table posts (id uuid primary key, title text)",
      "insert into posts values (gen_random_uuid())",
    );
    // Older servers have no such state.
    const isPossible = (await db.read(posts)).server >= 180_000;
    if (isPossible) await db.sql("alter table posts add constraint filled not null title not valid");
    expect(foundTable(await db.read(posts), "posts").columns.get("title")?.nullable).toBe(true);
    await db.sql("delete from posts", "alter table posts alter column title set not null");
    expect(foundTable(await db.read(posts), "posts").columns.get("title")?.nullable).toBe(false);
  });

  it("have the estimates of the server, once it has looked", async () => {
    await db.sql(
      "create table posts (id uuid primary key, title text) with (autovacuum_enabled = off)",
      "insert into posts select gen_random_uuid(), repeat('x', 1000) from generate_series(1, 100)",
    );
    expect(foundTable(await db.read(posts), "posts")).toMatchObject({ rows: undefined, bytes: 0 });
    await db.sql("analyze posts");
    const { rows, bytes } = foundTable(await db.read(posts), "posts");
    expect(rows).toBe(100);
    expect(bytes).toBeGreaterThanOrEqual(100_000);
  });
});

describe("indexes", () => {
  const plain = {
    unique: false,
    valid: true,
    method: "btree",
    expression: undefined,
    predicate: undefined,
    plain: true,
    constraint: undefined,
  };

  it("are read by their parts", async () => {
    await db.sql(
      "create table posts (id uuid primary key, title text, tags text[], deleted_at timestamptz, n int unique)",
      "create unique index a on posts (title, id desc) where deleted_at is null",
      "create index b on posts using gin (tags)",
      `create index c on posts using gin (${searchVector(["title"])})`,
    );
    const { indexes } = foundTable(await db.read(posts), "posts");
    expect(Object.fromEntries(indexes)).toEqual({
      a: {
        ...plain,
        unique: true,
        columns: [
          { name: "title", descending: false },
          { name: "id", descending: true },
        ],
        predicate: "(deleted_at IS NULL)",
      },
      b: { ...plain, method: "gin", columns: [{ name: "tags", descending: false }] },
      c: {
        ...plain,
        method: "gin",
        columns: [],
        expression: `to_tsvector('simple'::regconfig, "left"(COALESCE(title, ''::text), 100000))`,
      },
      posts_n_key: {
        ...plain,
        unique: true,
        columns: [{ name: "n", descending: false }],
        constraint: "posts_n_key",
      },
      posts_pkey: {
        ...plain,
        unique: true,
        columns: [{ name: "id", descending: false }],
        constraint: "posts_pkey",
      },
    });
  });

  it.each([
    ["an operator class", "(title text_pattern_ops)"],
    ["a collation", '(title collate "C")'],
    ["nulls where they do not go by themselves", "(title nulls first)"],
    ["nulls last, descending", "(title desc nulls last)"],
    ["an included column", "(title) include (n)"],
    ["an expression beside a column", "(title, lower(title))"],
    ["two expressions", "(upper(title), lower(title))"],
  ])("with %s are not plain", async (_, keys) => {
    await db.sql(
      "create table posts (id uuid primary key, title text, n integer)",
      "create index plain on posts (title, n desc)",
      `create index odd on posts ${keys}`,
    );
    const { indexes } = foundTable(await db.read(posts), "posts");
    expect([indexes.get("plain")?.plain, indexes.get("odd")?.plain]).toEqual([true, false]);
  });

  it("in which nulls are equal, or that may be checked later, are not plain", async () => {
    await db.sql(
      "create table posts (id uuid primary key, title text)",
      "alter table posts add constraint later unique (title) deferrable",
    );
    const live = await db.read(posts);
    expect(foundTable(live, "posts").indexes.get("later")?.plain).toBe(false);
    if (live.server < 150_000) return;
    await db.sql("create unique index meet on posts (title) nulls not distinct");
    expect(foundTable(await db.read(posts), "posts").indexes.get("meet")?.plain).toBe(false);
  });

  it("that an interrupted build left behind are not valid", async () => {
    await db.sql(
      "create table posts (id uuid, title text)",
      "insert into posts values (null, 'x'), (null, 'x')",
    );
    await expect(db.sql("create unique index concurrently a on posts (title)")).rejects.toThrow();
    expect(foundTable(await db.read(posts), "posts").indexes.get("a")).toMatchObject({
      valid: false,
      unique: true,
    });
  });
});

describe("constraints", () => {
  it("are read by their parts", async () => {
    await db.sql(
      "create schema other",
      "create table other.far (id uuid primary key)",
      "create table people (id uuid primary key)",
      `create table posts (id uuid, part uuid, author uuid, far uuid, status text,
        constraint posts_pkey primary key (part, id),
        constraint posts_author_fkey foreign key (author) references people on delete set null,
        constraint posts_far_fkey foreign key (far) references other.far,
        constraint posts_status_check check (status in ('draft', 'it''s')),
        constraint two check (status <> author::text))`,
    );
    const { constraints } = foundTable(await db.read(posts), "posts");
    const usual = {
      references: undefined,
      onDelete: undefined,
      validated: true,
      plain: true,
      options: undefined,
    };
    expect(Object.fromEntries(constraints)).toEqual({
      posts_pkey: { ...usual, kind: "p", columns: ["part", "id"] },
      posts_author_fkey: {
        ...usual,
        kind: "f",
        columns: ["author"],
        references: { table: "people", column: "id" },
        onDelete: "n",
      },
      posts_far_fkey: {
        ...usual,
        kind: "f",
        columns: ["far"],
        references: { table: undefined, column: "id" },
        onDelete: "a",
      },
      posts_status_check: { ...usual, kind: "c", columns: ["status"], options: ["draft", "it's"] },
      two: { ...usual, kind: "c", columns: expect.arrayContaining(["status", "author"]) },
    });
  });

  it("that were never validated say so", async () => {
    await db.sql(
      "create table posts (id uuid primary key, parent uuid, status text)",
      "alter table posts add constraint a check (status in ('x')) not valid",
      "alter table posts add constraint b foreign key (parent) references posts not valid",
    );
    const { constraints } = foundTable(await db.read(posts), "posts");
    expect(constraints.get("a")).toMatchObject({ validated: false, plain: true, options: ["x"] });
    expect(constraints.get("b")).toMatchObject({ validated: false, plain: true });
  });

  it.each([
    ["deferrable", "foreign key (parent) references posts deferrable"],
    ["acting on updates", "foreign key (parent) references posts on update cascade"],
    ["of another match", "foreign key (parent) references posts match full"],
    ["not inherited", "check (parent is not null) no inherit"],
  ])("that are %s are not plain", async (_, definition) => {
    await db.sql(
      "create table posts (id uuid primary key, parent uuid)",
      `alter table posts add constraint odd ${definition}`,
    );
    expect(foundTable(await db.read(posts), "posts").constraints.get("odd")?.plain).toBe(false);
  });

  it("are seen by a role that owns nothing and may read nothing", async () => {
    const { url } = await db.role();
    await db.sql("create table posts (id uuid primary key, title text check (title in ('a')))");
    const live = await db.read(posts, { url });
    expect([...foundTable(live, "posts").constraints.keys()]).toEqual(["posts_pkey", "posts_title_check"]);
    expect(foundTable(live, "posts").owned).toBe(false);
  });
});
