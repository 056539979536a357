import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { column, indexOn, liveOf, tableOf, withColumn, withIndex, withConstraint } from "../world/tables.ts";
import { type Scratch, scratch } from "./database.ts";
import { gradeOn } from "./grading.ts";

let world: Scratch;
beforeAll(async () => {
  world = await scratch();
});
afterAll(() => world.end());

const idOf = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`;
const ids = (...digits: readonly number[]): readonly string[] => digits.map(idOf);

beforeEach(async () => {
  await world.sql("create table public.users (id uuid primary key, name text)");
  await world.sql(
    "create table public.posts (id uuid primary key, title text, author uuid, deleted_at text)",
  );
});
afterEach(async () => {
  await world.sql("drop table public.posts, public.users");
});

/** Posts with ids of their own, from their titles. */
async function posts(...titles: readonly (string | null)[]): Promise<void> {
  for (const [at, title] of titles.entries()) {
    const value = title === null ? "null" : `'${title}'`;
    await world.sql(`insert into public.posts (id, title) values ('${idOf(at + 1)}', ${value})`);
  }
}

const required = column("title", { nullable: false });
const table = tableOf("posts", { columns: [column("id", { type: "uuid", nullable: false }), required] });

describe("an index", () => {
  const unique = {
    kind: "createIndex",
    table,
    index: indexOn("posts_title_key", ["title"], { unique: true }),
    leftover: undefined,
  } as const;

  it("that is unique is refused with the groups of rows that are the same; nulls may repeat", async () => {
    await posts("a", "a", "b", "b", "b", null, null);
    const { refusals } = await gradeOn(world, { tables: [table], changes: [unique] });
    expect(refusals).toMatchObject([{ code: "DUPLICATES", object: "posts.posts_title_key", count: 2 }]);
    expect([ids(1, 2), ids(3, 4, 5)]).toContainEqual(refusals[0]?.samples);
    await world.sql("delete from public.posts where title in ('a', 'b') and id::text not like '%1'");
    expect((await gradeOn(world, { tables: [table], changes: [unique] })).changes).toHaveLength(1);
  });

  it("holds only the rows that it picks", async () => {
    await posts("a", "a");
    const picking = { ...unique, index: { ...unique.index, whereNull: "deleted_at" } };
    const picked = { ...table, columns: [...table.columns, column("deleted_at")] };
    const situation = { tables: [picked], changes: [{ ...picking, table: picked }] };
    expect((await gradeOn(world, situation)).refusals).toMatchObject([{ code: "DUPLICATES" }]);
    await world.sql(`update public.posts set deleted_at = 'x' where id = '${idOf(1)}'`);
    expect((await gradeOn(world, situation)).refusals).toEqual([]);
  });

  it("sees what a new column is filled with", async () => {
    await posts("a", "b");
    const slug = column("slug", { nullable: false, default: { value: "x" } });
    const more = { ...table, columns: [...table.columns, slug] };
    const { refusals } = await gradeOn(world, {
      tables: [more],
      changes: [
        { kind: "addColumn", table: more, column: slug },
        { ...unique, table: more, index: indexOn("posts_slug_key", ["slug"], { unique: true }) },
      ],
      names: { "posts.slug": "" },
    });
    expect(refusals).toMatchObject([{ code: "DUPLICATES", count: 1 }]);
  });

  it("sees values of the new type", async () => {
    const token = "0F8FAD5B-D9CB-469F-A165-70867728950E";
    await posts(token, token.toLowerCase());
    const typed = tableOf("posts", {
      columns: [column("id", { type: "uuid", nullable: false }), column("title", { type: "uuid" })],
    });
    const { refusals } = await gradeOn(world, {
      tables: [typed],
      live: liveOf(table),
      changes: [
        { ...unique, table: typed },
        {
          kind: "changeType",
          table: typed,
          column: column("title", { type: "uuid" }),
          from: "text",
          default: undefined,
          constraints: [],
          indexes: [],
        },
      ],
    });
    expect(refusals).toMatchObject([{ code: "DUPLICATES", count: 1 }]);
  });

  it("is refused where a value is too long for it", async () => {
    await posts("short");
    const long = "(select string_agg(md5(n::text), '') from generate_series(1, 400) n)";
    await world.sql(`insert into public.posts (id, title) values ('${idOf(2)}', ${long})`);
    const plain = { ...unique, index: { ...unique.index, unique: false } };
    const { refusals } = await gradeOn(world, { tables: [table], changes: [plain] });
    expect(refusals).toMatchObject([{ code: "LIMIT", count: 1, samples: ids(2) }]);
    await expect(world.sql("create index on public.posts (title)")).rejects.toThrow();
    await world.sql(`update public.posts set title = repeat('long ', 4000) where id = '${idOf(2)}'`);
    expect((await gradeOn(world, { tables: [table], changes: [plain] })).refusals).toEqual([]);
    await world.sql("create index on public.posts (title)");
  });
});

describe("options", () => {
  const check = { name: "posts_title_check", column: "title", options: ["draft", "o'k"] };
  const change = { kind: "addCheck", table, check } as const;

  it("are refused with the rows that hold something else", async () => {
    await posts("draft", "o'k".replace("'", "''"), "stray", null);
    const { refusals } = await gradeOn(world, { tables: [table], changes: [change] });
    expect(refusals).toMatchObject([
      { code: "CHECK_VIOLATED", object: "posts.title", count: 1, samples: ids(3) },
    ]);
    expect(JSON.stringify(refusals)).not.toContain("stray");
  });

  it("are asked of the list that a text becomes", async () => {
    await posts("draft", "stray");
    const listed = tableOf("posts", {
      columns: [column("id", { type: "uuid", nullable: false }), column("title", { type: "text[]" })],
    });
    const type = {
      kind: "changeType",
      table: listed,
      column: column("title", { type: "text[]" }),
      from: "text",
      default: undefined,
      constraints: [],
      indexes: [],
    } as const;
    const { refusals, changes } = await gradeOn(world, {
      tables: [listed],
      live: liveOf(table),
      changes: [type, { ...change, table: listed }],
    });
    expect(refusals).toMatchObject([{ code: "CHECK_VIOLATED", count: 1, samples: ids(2) }]);
    expect(changes).toMatchObject([
      { hazard: "rewrite", using: expect.stringContaining('array["title"::text]') },
    ]);
  });
});

describe("a foreign key", () => {
  const author = column("author", { type: "uuid" });
  const referring = { ...table, columns: [...table.columns, author] };
  const users = tableOf("users", { columns: [column("id", { type: "uuid", nullable: false })] });
  const foreignKey = {
    name: "posts_author_fkey",
    column: "author",
    references: "users",
    onDelete: "restrict",
  } as const;
  const change = { kind: "addForeignKey", table: referring, foreignKey } as const;
  const situation = { tables: [referring, users], changes: [change] };

  it("is refused with the rows that refer to nothing", async () => {
    await posts("a", "b", "c");
    await world.sql(`insert into public.users values ('${idOf(9)}')`);
    await world.sql(`update public.posts set author = '${idOf(9)}' where title = 'a'`);
    await world.sql(`update public.posts set author = '${idOf(8)}' where title = 'b'`);
    const { refusals } = await gradeOn(world, situation);
    expect(refusals).toMatchObject([
      { code: "ORPHAN_ROWS", object: "posts.author", count: 1, samples: ids(2) },
    ]);
    const validate = {
      kind: "validate",
      table: referring,
      name: foreignKey.name,
      constraint: foreignKey,
    } as const;
    expect((await gradeOn(world, { ...situation, changes: [validate] })).refusals).toEqual(refusals);
    await world.sql(`delete from public.posts where title = 'b'`);
    expect((await gradeOn(world, situation)).changes).toMatchObject([{ hazard: "safe", rows: 2 }]);
  });

  it("to a table that is not there yet is refused for each reference", async () => {
    await posts("a");
    await world.sql(`update public.posts set author = '${idOf(8)}'`);
    const { refusals } = await gradeOn(world, {
      ...situation,
      live: liveOf(referring),
      names: { users: "" },
    });
    expect(refusals).toMatchObject([{ code: "ORPHAN_ROWS", count: 1 }]);
  });

  it("between different types, or to a column that is not unique, is refused without asking rows", async () => {
    const text = { ...referring, columns: [column("author")] };
    const typed = await gradeOn(world, { tables: [text, users], changes: [{ ...change, table: text }] });
    expect(typed.refusals).toMatchObject([{ code: "UNSUPPORTED", object: "posts.author" }]);
    const live = withIndex(
      withConstraint(liveOf(referring, users), "users", { users_pkey: { columns: ["name"] } }),
      "users",
      {
        users_pkey: { columns: [{ name: "name", descending: false }] },
      },
    );
    expect((await gradeOn(world, { ...situation, live })).refusals).toMatchObject([
      { code: "UNSUPPORTED", message: expect.stringContaining("neither the primary key nor unique") },
    ]);
  });

  it("of a list of references is asked for each old reference", async () => {
    await posts("a", "b");
    await world.sql(`update public.posts set author = '${idOf(8)}' where title = 'b'`);
    const links = tableOf("posts_authors_links", {
      primaryKey: { name: "posts_authors_links_pkey", columns: ["post_id", "user_id"] },
      foreignKeys: [
        { name: "a", column: "post_id", references: "posts", onDelete: "cascade" },
        { name: "b", column: "user_id", references: "users", onDelete: "restrict" },
      ],
    });
    const { refusals } = await gradeOn(world, {
      tables: [table, users, links],
      live: withColumn(liveOf(table, users), "posts", { author: { type: "uuid" } }),
      changes: [{ kind: "fillLinks", table: links, owner: table, column: "author" }],
      names: { posts_authors_links: "" },
    });
    expect(refusals).toMatchObject([
      { code: "ORPHAN_ROWS", object: "posts.author", count: 1, samples: ids(2) },
    ]);
  });
});

it("counts the rows of a refusal that asks for it", async () => {
  await posts("a", null);
  const refusal = {
    code: "AMBIGUOUS_RENAME",
    object: "posts.title",
    message: "Both.",
    ways: ["Choose."],
  } as const;
  const { refusals } = await gradeOn(world, {
    tables: [table],
    changes: [
      { kind: "refuse", refusal, count: { table: "posts", column: "title" } },
      { kind: "refuse", refusal, count: { table: "posts", column: undefined } },
      { kind: "refuse", refusal },
    ],
  });
  expect(refusals.map(({ count }) => count)).toEqual([1, 2, undefined]);
});
