import { type Collection, defineCollection, type Fields } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "./world/database.ts";

const person = "00000000-0000-7000-8000-000000000001";
const users = defineCollection({ slug: "users", fields: {} });
const collection = (fields: Fields): Collection => defineCollection({ slug: "posts", fields });
const insert = (columns: string, values: string): string =>
  `insert into posts (id, ${columns}) values ('${person}', ${values})`;

interface Case {
  readonly what: string;
  readonly before: Fields;
  /** What somebody does to the database in between. */
  readonly sql?: string;
  readonly after: Fields;
  /** What the one refusal must say. */
  readonly says: readonly string[];
}

const cases: readonly Case[] = [
  {
    what: "a type",
    before: { a: { type: "text" } },
    after: { a: { type: "integer" } },
    says: ['"posts"."a"', "text", "bigint"],
  },
  {
    what: "the digits of a decimal",
    before: { a: { type: "decimal", precision: 10, scale: 2 } },
    after: { a: { type: "decimal", precision: 10, scale: 3 } },
    says: ['"posts"."a"', "numeric(10,2)", "numeric(10,3)"],
  },
  {
    what: "an optional field that is required now",
    before: { a: { type: "text" } },
    after: { a: { type: "text", required: true } },
    says: ['"posts"."a"', "may be null"],
  },
  {
    what: "a required field that is optional now",
    before: { a: { type: "text", required: true } },
    after: { a: { type: "text" } },
    says: ['"posts"."a"', "NOT NULL"],
  },
  {
    what: "a required field on a table with rows",
    before: { a: { type: "text" } },
    sql: insert("a", "'x'"),
    after: { a: { type: "text" }, b: { type: "text", required: true } },
    says: ['"posts"."b"', "rows"],
  },
  {
    what: "an option more",
    before: { a: { type: "select", options: ["x"] } },
    after: { a: { type: "select", options: ["x", "y"] } },
    says: ['"posts_a_check"', '"posts"."a"'],
  },
  {
    what: "an option less",
    before: { a: { type: "select", options: ["x", "y"] } },
    after: { a: { type: "select", options: ["x"] } },
    says: ['"posts_a_check"'],
  },
  {
    what: "a select that is a text now",
    before: { a: { type: "select", options: ["x"] } },
    after: { a: { type: "text" } },
    says: ['"posts_a_check"', "refuses values"],
  },
  {
    what: "a text that is a select now and holds another value",
    before: { a: { type: "text" } },
    sql: insert("a", "'z'"),
    after: { a: { type: "select", options: ["x"] } },
    says: ['"posts_a_check"', "none of the options"],
  },
  {
    what: "a unique field with two equal values",
    before: { a: { type: "text" } },
    sql: "insert into posts (id, a) select gen_random_uuid(), 'x' from generate_series(1, 2)",
    after: { a: { type: "text", unique: true } },
    says: ['"posts_a_key"', '"a"'],
  },
  {
    what: "a foreign key with another action",
    before: { a: { type: "relationship", to: "users" } },
    sql: "alter table posts drop constraint posts_a_fkey; alter table posts add constraint posts_a_fkey foreign key (a) references users (id) on delete cascade",
    after: { a: { type: "relationship", to: "users" } },
    says: ['"posts_a_fkey"', '"posts"."a"'],
  },
  {
    what: "a foreign key that is not validated",
    before: { a: { type: "relationship", to: "users" } },
    sql: "alter table posts drop constraint posts_a_fkey; alter table posts add constraint posts_a_fkey foreign key (a) references users (id) on delete restrict not valid",
    after: { a: { type: "relationship", to: "users" } },
    says: ['"posts_a_fkey"'],
  },
  {
    what: "a lost foreign key, with a row that refers to nothing",
    before: { a: { type: "relationship", to: "users" } },
    sql: `alter table posts drop constraint posts_a_fkey; ${insert("a", `'${person}'`)}`,
    after: { a: { type: "relationship", to: "users" } },
    says: ['"posts_a_fkey"', '"users"'],
  },
  {
    what: "an index over another column",
    before: { a: { type: "text" }, b: { type: "text" } },
    sql: "create index posts_a_idx on posts (b)",
    after: { a: { type: "text", index: true }, b: { type: "text" } },
    says: ['"posts_a_idx"'],
  },
  {
    what: "an index that is not unique",
    before: { a: { type: "text" } },
    sql: "create index posts_a_key on posts (a)",
    after: { a: { type: "text", unique: true } },
    says: ['"posts_a_key"'],
  },
  {
    what: "a partial index",
    before: { a: { type: "text" } },
    sql: "create unique index posts_a_key on posts (a) where a <> ''",
    after: { a: { type: "text", unique: true } },
    says: ['"posts_a_key"'],
  },
  {
    what: "an index over an expression",
    before: { a: { type: "text" } },
    sql: "create unique index posts_a_key on posts (lower(a))",
    after: { a: { type: "text", unique: true } },
    says: ['"posts_a_key"'],
  },
  {
    what: "an index in the other direction",
    before: { a: { type: "text" } },
    sql: "create unique index posts_a_key on posts (a desc)",
    after: { a: { type: "text", unique: true } },
    says: ['"posts_a_key"'],
  },
  {
    what: "a unique index for which nulls are equal",
    before: { a: { type: "text" } },
    sql: "create unique index posts_a_key on posts (a) nulls not distinct",
    after: { a: { type: "text", unique: true } },
    says: ['"posts_a_key"'],
  },
  {
    what: "an index of another method",
    before: { a: { type: "text" } },
    sql: "create index posts_a_idx on posts using hash (a)",
    after: { a: { type: "text", index: true } },
    says: ['"posts_a_idx"'],
  },
  {
    what: "an index with another operator class",
    before: { a: { type: "text" } },
    sql: "create index posts_a_idx on posts (a text_pattern_ops)",
    after: { a: { type: "text", index: true } },
    says: ['"posts_a_idx"'],
  },
  {
    what: "an index that is not valid",
    before: { a: { type: "text" } },
    sql: "create unique index posts_a_key on posts (a); update pg_index set indisvalid = false where indexrelid = 'posts_a_key'::regclass",
    after: { a: { type: "text", unique: true } },
    says: ['"posts_a_key"', "not valid"],
  },
  {
    what: "an index of another table by that name",
    before: { a: { type: "text" } },
    sql: "create index posts_a_idx on users (id)",
    after: { a: { type: "text", index: true } },
    says: ['"posts_a_idx"', "an index"],
  },
  {
    what: "a generated column",
    before: {},
    sql: "alter table posts add a text generated always as ('x') stored",
    after: { a: { type: "text" } },
    says: ['"posts"."a"', "generated"],
  },
  {
    what: "a table without its primary key",
    before: {},
    sql: "alter table posts drop constraint posts_pkey",
    after: {},
    says: ['"posts"', "primary key"],
  },
  {
    what: "a lost default",
    before: {},
    sql: "alter table stamps alter created_at drop default",
    after: {},
    says: ['"stamps"."created_at"', "default"],
  },
  {
    what: "a view in the place of a table",
    before: {},
    sql: "drop table posts; create view posts as select 1 as id",
    after: {},
    says: ['"posts"', "a view"],
  },
  {
    what: "a partitioned table in the place of a table",
    before: {},
    sql: "drop table posts; create table posts (id uuid primary key) partition by hash (id)",
    after: {},
    says: ['"posts"', "a partitioned table"],
  },
  {
    what: "a type in the place of a table",
    before: {},
    sql: "drop table posts; create domain posts as int",
    after: {},
    says: ['"posts"', "a type"],
  },
  {
    what: "a table in the place of an index",
    before: { a: { type: "text" } },
    sql: "create table posts_a_idx ()",
    after: { a: { type: "text", index: true } },
    says: ['"posts_a_idx"', "a table"],
  },
];

const stamps = defineCollection({ slug: "stamps", fields: {}, timestamps: true });
// What could be made stands beside what can't: a refusal must keep both from happening.
const wanted = defineCollection({ slug: "wanted", fields: {} });

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

describe("lucent migrate refuses by name, before the first statement,", () => {
  it.each(cases)("$what", async ({ before, sql, after, says }) => {
    expect((await here.command([users, stamps, collection(before)])).code).toBe(0);
    if (sql !== undefined) await here.sql(sql);
    await here.forbidDdl();
    const dump = await here.dump();
    for (const args of [[], ["--dry-run"]]) {
      const run = await here.command([wanted, users, stamps, collection(after)], ...args);
      expect(run).toMatchObject({ code: 3, out: [] });
      expect(run.errors).toHaveLength(2);
      for (const part of says) expect(run.errors[0]).toContain(part);
      expect(run.errors[1]).toBe("Nothing was changed.");
    }
    expect(await here.dump()).toEqual(dump);
  });

  it("and shows no value of a row", async () => {
    await here.command([users, collection({ a: { type: "text" } })]);
    await here.sql(insert("a", "'a very private value'"));
    const { errors } = await here.command([users, collection({ a: { type: "select", options: ["x"] } })]);
    expect(errors.join("\n")).not.toContain("private");
  });

  it("everything at once", async () => {
    await here.command([users, collection({ a: { type: "text" }, b: { type: "text" } })]);
    const { code, errors } = await here.command([
      users,
      collection({ a: { type: "integer" }, b: { type: "boolean" } }),
    ]);
    expect(code).toBe(3);
    expect(errors).toEqual([
      expect.stringContaining('"a"'),
      expect.stringContaining('"b"'),
      "Nothing was changed.",
    ]);
  });
});
