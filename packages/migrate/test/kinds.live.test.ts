import { type Collection, defineCollection, describe as blueprintOf, type Fields } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "./world/database.ts";

const person = "00000000-0000-7000-8000-000000000001";
const other = "00000000-0000-7000-8000-000000000002";
const options = [`'); drop table posts; --`, "\\", `"`, "{}", "null", "a,b", ""];
const users = defineCollection({ slug: "users", fields: {} });
const every = {
  tags: { type: "multiselect", options, index: true },
  story: { type: "richtext" },
  lines: { type: "array", fields: { sku: { type: "text" } } },
  secret: { type: "password" },
  title: { type: "text", searchable: true, unique: true },
  body: { type: "textarea", searchable: true },
  order: { type: "email", searchable: true },
  kept: { type: "relationship", to: "users" },
  cleared: { type: "relationship", to: "users", onDelete: "setNull" },
  taken: { type: "relationship", to: "users", onDelete: "cascade" },
  readers: { type: "relationship", to: "users", hasMany: true },
  likedBy: { type: "relationship", to: "users", hasMany: true, onDelete: "setNull" },
} as const satisfies Fields;
const collection = (fields: Fields, more: Partial<Collection> = {}): Collection => ({
  slug: "posts",
  fields,
  ...more,
});
const posts = collection(every, {
  timestamps: true,
  softDelete: true,
  indexes: [{ fields: ["title", "createdAt"], unique: true }, { fields: ["order", "title"] }],
});

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const insertPost = (id: string, columns: string, values: string): string =>
  `insert into posts (id, ${columns}) values ('${id}', ${values})`;

describe("every kind and option", () => {
  it("is created once, and recognised from then on", async () => {
    const run = await here.command([users, posts]);
    expect(run).toMatchObject({ code: 0, errors: [] });
    await here.forbidDdl();
    expect(await here.command([users, posts])).toEqual({
      code: 0,
      out: ["The database is up to date."],
      errors: [],
    });
  });

  it("is added to a table that has rows", async () => {
    await here.command([users, collection({})]);
    await here.sql(`insert into posts (id) values ('${person}')`);
    const later = collection(every, { softDelete: true });
    expect(await here.command([users, later])).toMatchObject({ code: 0, errors: [] });
    expect(await here.command([users, later])).toMatchObject({ out: ["The database is up to date."] });
  });

  it("keeps a list within its options", async () => {
    await here.command([users, posts]);
    for (const option of options) {
      await here.database.run({
        text: "insert into posts (id, tags) values (gen_random_uuid(), array[$1::text])",
        values: [option],
      });
    }
    for (const wrong of ["array['other']", `array['', null]`]) {
      await expect(here.sql(insertPost(person, "tags", wrong))).rejects.toMatchObject({ code: "VALIDATION" });
    }
    await here.sql(insertPost(person, "tags", "'{}'"));
  });

  it("keeps links in order, once each, and takes them away with either end", async () => {
    await here.command([users, posts]);
    await here.sql(`insert into users (id) values ('${person}'), ('${other}')`);
    await here.sql(insertPost(person, "title", "'a'"));
    const link = (table: string, target: string): string =>
      `insert into ${table} (owner_id, target_id, position) values ('${person}', '${target}', 1)`;
    await here.sql(link("posts_liked_by_links", person));
    await here.sql(link("posts_readers_links", other));
    await expect(here.sql(link("posts_readers_links", other))).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(here.sql(`delete from users where id = '${other}'`)).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await here.sql(`delete from users where id = '${person}'`);
    expect(await here.sql("select count(*)::int from posts_liked_by_links")).toEqual([[0]]);
    await here.sql("delete from posts");
    expect(await here.sql("select count(*)::int from posts_readers_links")).toEqual([[0]]);
  });

  it("does with a document what its reference says when the target goes", async () => {
    await here.command([users, posts]);
    await here.sql(`insert into users (id) values ('${person}'), ('${other}')`);
    await here.sql(insertPost(person, "cleared", `'${person}'`));
    await here.sql(insertPost(other, "taken", `'${person}'`));
    await here.sql(`delete from users where id = '${person}'`);
    expect(await here.sql("select id::text, cleared from posts")).toEqual([[person, null]]);
    await here.sql(`update posts set kept = '${other}'`);
    await expect(here.sql("delete from users")).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("lets a deleted row's unique value be used again", async () => {
    await here.command([users, posts]);
    await here.sql(insertPost(person, "title", "'a'"));
    await expect(here.sql(insertPost(other, "title", "'a'"))).rejects.toMatchObject({ code: "CONFLICT" });
    await here.sql("update posts set deleted_at = now()");
    await here.sql(insertPost(other, "title", "'a'"));
    await expect(here.sql("update posts set deleted_at = null")).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("stores the longest texts that its fields allow, of words that take the most room", async () => {
    await here.command([users, posts]);
    // One-letter parts of compounds, each part and each compound a word of its own, in letters of four bytes.
    const words = `select string_agg(chr(131072 + n) || '-' || chr(131072 + n + 20000), ' ') from generate_series(1, 20000) n`;
    await here.sql(insertPost(person, "title, body", `'a', (${words})`));
    const long = `select string_agg(md5(n::text) || '@' || md5(n::text) || '.example', ' ') from generate_series(1, 2000) n`;
    await here.sql(insertPost(other, "title, body", `'b', (${long})`));
    expect(await here.sql("select count(*)::int from posts")).toEqual([[2]]);
  });
});

describe("rows that stand in the way", () => {
  it("of options for a list are found, and rows that have none are not", async () => {
    const field = (own: readonly string[]): Collection =>
      collection({ tags: { type: "multiselect", options: own } });
    await here.command([field(["a", "b"])]);
    await here.sql(
      `insert into posts (id, tags) select gen_random_uuid(), v from (values (array['a', 'b']), ('{}'), (null)) v (v)`,
    );
    await here.sql("alter table posts drop constraint posts_tags_check");
    expect((await here.command([field(["a"])])).errors.join()).toContain("CHECK_VIOLATED posts.tags");
    expect(await here.command([field(["b", "a"])])).toMatchObject({ code: 0, errors: [] });
  });

  it("of a unique index are those that it will hold", async () => {
    const plain = collection({ code: { type: "text" } }, { softDelete: true });
    const unique = collection({ code: { type: "text", unique: true } }, { softDelete: true });
    await here.command([plain]);
    await here.sql(
      "insert into posts (id, code, deleted_at) values (gen_random_uuid(), 'x', null), (gen_random_uuid(), 'x', now()), (gen_random_uuid(), 'x', now())",
    );
    expect(await here.command([unique])).toMatchObject({ code: 0, errors: [] });
  });

  it("of a unique index include all rows where none could be deleted before", async () => {
    await here.command([collection({ code: { type: "text" } })]);
    await here.sql("insert into posts (id, code) select gen_random_uuid(), 'x' from generate_series(1, 2)");
    const { errors } = await here.command([
      collection({ code: { type: "text", unique: true } }, { softDelete: true }),
    ]);
    expect(errors.join()).toContain('"posts_code_key"');
  });
});

const definitions = `
  select pg_get_indexdef(indexrelid) as line from pg_index where indrelid::regclass::text like 'posts%'
  union all select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint
    where conrelid::regclass::text like 'posts%' and contype <> 'n'
  union all select concat_ws(' ', attname, format_type(atttypid, atttypmod)) from pg_attribute
    where attrelid = 'posts'::regclass and attnum > 0 and not attisdropped
  order by line`;

describe("what somebody else changed of ours", () => {
  it.each([
    "drop index posts_search; create index posts_search on posts (title)",
    "drop index posts_search; create index posts_search on posts using gin (to_tsvector('english'::regconfig, title))",
    "drop index posts_tags_idx; create index posts_tags_idx on posts (tags)",
    "drop index posts_title_key; create unique index posts_title_key on posts (title)",
    "drop index posts_title_key; create unique index posts_title_key on posts (title) where deleted_at is not null",
    "alter table posts drop constraint posts_tags_check; alter table posts add constraint posts_tags_check check (tags <@ array['a'])",
    "alter table posts alter secret type varchar(90)",
  ])("becomes again what it should be: %s", async (sql) => {
    await here.command([users, posts]);
    const before = await here.sql(definitions);
    await here.sql(sql);
    expect(await here.sql(definitions)).not.toEqual(before);
    expect(await here.command([users, posts])).toMatchObject({ code: 0, errors: [] });
    expect(await here.sql(definitions)).toEqual(before);
  });

  it("stays as it is where it is a primary key, and is refused", async () => {
    await here.command([users, posts]);
    await here.sql(
      "alter table posts_readers_links drop constraint posts_readers_links_pkey; alter table posts_readers_links add primary key (target_id, owner_id)",
    );
    const { code, errors } = await here.command([users, posts]);
    expect(code).toBe(3);
    expect(errors.join("\n")).toContain("UNSUPPORTED posts_readers_links");
  });

  it("and the blueprint is the same data each time", () => {
    expect(blueprintOf({ collections: [users, posts] }).tables).toEqual(
      blueprintOf({ collections: [users, posts] }).tables,
    );
  });
});
