import { defineCollection } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { choice, reference, unique } from "../world/parts.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const everything = defineCollection({
  slug: "everything",
  fields: {
    text: { type: "text", unique: true, default: "it's \\ a 'default'" },
    long: { type: "textarea", required: true, searchable: true },
    email: { type: "email", required: true, unique: true },
    choice: { type: "select", options: ["draft", "it's", "a\\b"], default: "draft" },
    several: { type: "multiselect", options: ["a", "b"], index: true, default: ["a"] },
    number: { type: "number", default: 0.1 },
    whole: { type: "integer", index: true, default: -1 },
    price: { type: "decimal", precision: 10, scale: 2, default: "1.50" },
    any: { type: "decimal" },
    flag: { type: "boolean", required: true, default: true },
    moment: { type: "date", index: true, default: "2026-01-02T03:04:05.678Z" },
    data: { type: "json", default: { b: [1, "x"], a: null } },
    items: { type: "array", fields: { name: { type: "text" } }, default: [] },
    parent: { type: "relationship", to: "everything", onDelete: "setNull" },
    others: { type: "relationship", to: "everything", hasMany: true },
  },
  indexes: [{ fields: ["whole", "moment"] }],
  timestamps: true,
  softDelete: true,
});

describe("nothing to do", () => {
  it("A01 makes only what it keeps for itself, and that once", async () => {
    await scenario(here, { to: [], expect: { steps: [] } });
    expect(
      await here.sql(
        "select relname from pg_class where relkind = 'r' and relname like 'lucent%' order by 1",
      ),
    ).toEqual([["lucent_managed"], ["lucent_migration_steps"], ["lucent_migrations"]]);
    const before = await here.dump();
    await here.forbidDdl();
    expect(await here.apply([])).toMatchObject({ kind: "current" });
    expect(await here.dump()).toEqual(before);
  });

  it("A02 A06 knows every kind of field, index and relationship again", async () => {
    expect(await here.command([everything])).toMatchObject({ code: 0, errors: [] });
    const before = await here.dump();
    await here.forbidDdl();
    expect(await here.command([everything])).toMatchObject({ code: 0, errors: [] });
    expect(await here.command([everything], "--check")).toMatchObject({ code: 0, errors: [] });
    expect(await here.dump()).toEqual(before);
  });

  it("A03 knows defaults again that somebody spelled otherwise", async () => {
    const posts = tableOf("posts", {
      columns: [
        id,
        column("a", { default: { value: "x" } }),
        column("b", { type: "bigint", default: { value: "0" } }),
        column("c", { type: "bigint", default: { value: "-1" } }),
        column("d", { type: "double precision", default: { value: "0.1" } }),
        column("e", { type: "boolean", default: { value: "true" } }),
        column("f", { type: "jsonb", default: { value: "{}" } }),
        column("g", { type: "jsonb", default: { value: "[]" } }),
        column("h", { type: "text[]", default: { value: "{}" } }),
        column("i", { type: "timestamp(3) with time zone", default: { call: "now" } }),
        column("j", { type: "numeric(10,2)", default: { value: "1.5" } }),
      ],
    });
    await scenario(here, {
      start: [posts],
      data: `alter table posts
        alter a set default 'x'::text, alter b set default 0, alter c set default -1, alter d set default 0.1,
        alter e set default 't', alter f set default '{ }'::jsonb, alter g set default '[ ]'::jsonb,
        alter h set default array[]::text[], alter i set default current_timestamp, alter j set default 1.50`,
      to: [posts],
      expect: "current",
    });
  });

  it("A04 keeps types with a precision, its own and others'", async () => {
    const posts = tableOf("posts", {
      columns: [
        id,
        column("price", { type: "numeric(10,2)" }),
        column("any", { type: "numeric" }),
        column("at", { type: "timestamp(3) with time zone" }),
      ],
    });
    await scenario(here, {
      start: [posts],
      data: `alter table posts add v varchar(30) default 'x', add c char(3), add b bit(4), add t timestamp(3), add i interval day`,
      to: [posts],
      expect: "current",
    });
  });

  it("A05 knows checks again that somebody spelled otherwise, and leaves others' alone", async () => {
    const posts = tableOf("posts", {
      columns: [id, column("status"), column("kind"), column("tags", { type: "text[]" })],
      checks: [
        choice("posts", "status", ["draft", "it's", "a\\b"]),
        choice("posts", "kind", ["one"]),
        choice("posts", "tags", ["x", "y"]),
      ],
    });
    await scenario(here, {
      start: [posts],
      data: `alter table posts
        drop constraint posts_status_check, drop constraint posts_kind_check, drop constraint posts_tags_check,
        add constraint posts_status_check check (status in ('it''s', 'draft', E'a\\\\b')),
        add constraint posts_kind_check check (kind = 'one'),
        add constraint posts_tags_check check (tags <@ array['y', 'x']),
        add constraint range check (length(status) between 1 and 20 and status ~ '^[a-z]'),
        add check (kind is not null or status in ('draft'))`,
      to: [posts],
      expect: "current",
    });
  });

  it("A08 does not mind the order of columns", async () => {
    const few = tableOf("posts", { columns: [id, column("b")] });
    const more = tableOf("posts", { columns: [id, column("b"), column("a")] });
    await here.apply([few]);
    await scenario(here, {
      start: [more],
      to: [tableOf("posts", { columns: [column("a"), column("b"), id] })],
      expect: "current",
    });
  });

  it("A13 knows long names again", async () => {
    const long = defineCollection({
      slug: "a-collection-with-a-name-that-goes-on-and-on",
      fields: {
        aFieldWithANameAsLongAsThatOfItsCollection: { type: "text", unique: true, index: true },
        anotherWithANameAsLongAsThatOfItsCollection: { type: "select", options: ["a"] },
        aReferenceWithANameAsLongAsItsCollection: {
          type: "relationship",
          to: "a-collection-with-a-name-that-goes-on-and-on",
          hasMany: true,
        },
      },
    });
    expect(await here.command([long])).toMatchObject({ code: 0, errors: [] });
    const before = await here.dump();
    await here.forbidDdl();
    expect(await here.command([long], "--check")).toMatchObject({ code: 0, errors: [] });
    expect(await here.dump()).toEqual(before);
  });

  it("A15 validates what was never validated, and makes nothing anew", async () => {
    const users = tableOf("users");
    const posts = tableOf("posts", {
      columns: [id, column("status"), column("author", { type: "uuid" })],
      indexes: [indexOn("posts_author_idx", ["author"]), unique("posts", "status")],
      checks: [choice("posts", "status", ["a", "b"])],
      foreignKeys: [reference("posts", "author", { references: "users" })],
    });
    await here.apply([users, posts]);
    await here.sql(`alter table posts
      drop constraint posts_status_check, drop constraint posts_author_fkey,
      add constraint posts_status_check check (status in ('a', 'b')) not valid,
      add constraint posts_author_fkey foreign key (author) references users (id) on delete restrict not valid`);
    const identity = `select conname, oid::text, convalidated from pg_constraint
      where conname in ('posts_status_check', 'posts_author_fkey') order by 1`;
    const before = await here.sql(identity);
    await scenario(here, {
      to: [users, posts],
      expect: { steps: ["validate posts.posts_status_check", "validate posts.posts_author_fkey"] },
    });
    expect(await here.sql(identity)).toEqual(before.map(([name, oid]) => [name, oid, true]));
  });
});
