import { createHash } from "node:crypto";

import { BootError, defineCollection } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { desiredSchema } from "../../src/desired.ts";
import { applyTo, type World, world } from "../world/database.ts";
import { reference } from "../world/parts.ts";
import { as, schemaWorld } from "../world/roles.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";
import { stepsOf } from "../world/universal.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const uuid = column("other", { type: "uuid" });

describe("creating", () => {
  it("B01 makes tables that refer to later ones, and their indexes at once", async () => {
    const names = ["f", "e", "d", "c", "b", "a"];
    const tables = names.map((name, at) => {
      const to = names[at + 1];
      return tableOf(name, {
        columns: [id, uuid],
        indexes: [indexOn(`${name}_other_idx`, ["other"])],
        foreignKeys: to === undefined ? [] : [reference(name, "other", { references: to })],
      });
    });
    const { plan } = await scenario(here, {
      to: tables.toReversed(),
      expect: { steps: expect.any(Array) },
    });
    const kinds = stepsOf(plan)
      .filter(({ object }) => !object.startsWith("lucent_"))
      .map(({ kind }) => kind);
    expect(kinds.lastIndexOf("createTable")).toBeLessThan(kinds.indexOf("addForeignKey"));
    const own = plan.groups.filter(({ steps }) => steps.some(({ object }) => /^[a-f]\b/.test(object)));
    expect(own.map(({ mode }) => mode)).toEqual(["transaction"]);
    expect(
      stepsOf(plan)
        .flatMap(({ statements }) => statements)
        .join(),
    ).not.toMatch(/concurrently/i);
    expect(
      await here.sql(
        "select count(*)::int from pg_constraint where contype = 'f' and conrelid::regclass::text ~ '^[a-f]$'",
      ),
    ).toEqual([[5]]);
  });

  it("B02 makes tables that refer to themselves and in a circle, required ones included", async () => {
    const required = column("other", { type: "uuid", nullable: false });
    const to = (from: string, target: string) =>
      tableOf(from, {
        columns: [id, required],
        foreignKeys: [reference(from, "other", { references: target })],
      });
    await scenario(here, {
      to: [to("a", "a"), to("b", "c"), to("c", "b")],
      expect: { steps: expect.any(Array) },
    });
    expect(
      await here.sql(
        "select conname from pg_constraint where contype = 'f' and convalidated and conname like '%other%' order by 1",
      ),
    ).toEqual([["a_other_fkey"], ["b_other_fkey"], ["c_other_fkey"]]);
  });

  it("B03 makes 500 tables, in transactions of at most 200", async () => {
    const tables = Array.from({ length: 500 }, (_, at) =>
      tableOf(`t${at}`, {
        columns: [id, column("title"), uuid],
        indexes: [indexOn(`t${at}_title_idx`, ["title"])],
        foreignKeys: [reference(`t${at}`, "other", { references: `t${(at + 1) % 500}` })],
      }),
    );
    const outcome = await here.apply(tables);
    expect(outcome.kind).toBe("applied");
    const plan = "plan" in outcome ? outcome.plan : undefined;
    const sizes = plan?.groups.map(({ steps }) => steps.filter(({ kind }) => kind === "createTable").length);
    expect(Math.max(...(sizes ?? []))).toBeLessThanOrEqual(200);
    expect(
      await here.sql("select count(*)::int from pg_class where relkind = 'r' and relname ~ '^t\\d+$'"),
    ).toEqual([[500]]);
    expect(await here.apply(tables, { dryRun: true })).toMatchObject({ kind: "current" });
  }, 60_000);

  it("B04 T-MG-04 leaves nothing of tables of which one fails", async () => {
    await here.apply([]);
    await here.sql("create schema guard");
    await here.sql(`create function guard.refuse() returns event_trigger language plpgsql as $$ begin
      if exists (select from pg_event_trigger_ddl_commands() where object_identity = 'public.c') then raise exception 'no'; end if; end $$`);
    await here.sql(
      "create event trigger refuse on ddl_command_end when tag in ('CREATE TABLE') execute function guard.refuse()",
    );
    const before = await here.dump();
    const tables = ["a", "b", "c", "d", "e"].map((name) => tableOf(name));
    const outcome = await here.apply(tables);
    expect(outcome).toMatchObject({ kind: "failed", done: [] });
    expect("reason" in outcome ? outcome.reason : "").toMatch(/"c"/);
    expect(await here.dump()).toEqual(before);
    await here.sql("drop event trigger refuse");
    expect(await here.apply(tables)).toMatchObject({ kind: "applied" });
  });

  it("B05 B06 makes tables and columns of names that are words of SQL or differ by an underscore", async () => {
    const order = defineCollection({
      slug: "order",
      fields: {
        user: { type: "text" },
        select: { type: "text", index: true },
        desc: { type: "integer" },
        limit: { type: "boolean" },
        userName: { type: "text" },
        username: { type: "text" },
      },
    });
    expect(await here.command([order])).toMatchObject({ code: 0, errors: [] });
    await here.sql(`insert into "order" (id, "user", "select", "desc", "limit", user_name, username)
      values (gen_random_uuid(), 'u', 's', 1, true, 'one', 'two')`);
    expect(
      await here.sql(`select "user", "select", "desc"::int, "limit", user_name, username from "order"`),
    ).toEqual([["u", "s", 1, true, "one", "two"]]);
    expect(await here.command([order], "--check")).toMatchObject({ code: 0 });
  });

  it("B07 T-MG-02 stores defaults made of syntax as they are", async () => {
    const values = [
      "'; drop table posts; --",
      "\\",
      "\\'",
      "a\nb",
      "$$",
      "$1",
      "%s",
      "😀",
      '"',
      "E'x'",
      "{}",
      "null",
    ];
    const columns = values.map((value, at) => column(`c${at}`, { default: { value } }));
    const posts = tableOf("posts", { columns: [id, ...columns] });
    await scenario(here, { to: [posts], expect: { steps: ["createTable posts"] } });
    await here.sql("insert into posts (id) values (gen_random_uuid())");
    expect(await here.sql(`select ${columns.map(({ name }) => name).join(", ")} from posts`)).toEqual([
      values,
    ]);
  });

  it("B08 makes the schema that it is to work in, and touches no other", async () => {
    await here.script("create table posts (id int); insert into posts values (1)");
    const app = await schemaWorld(here, "app");
    try {
      const before = await here.sql(
        "select relname, oid::text from pg_class where relnamespace = 'public'::regnamespace order by 1",
      );
      const outcome = await applyTo(app.database, [tableOf("posts")]);
      expect(outcome).toMatchObject({ kind: "applied" });
      expect(await here.sql("select count(*)::int from app.posts")).toEqual([[0]]);
      expect(
        await here.sql(
          "select relname, oid::text from pg_class where relnamespace = 'public'::regnamespace order by 1",
        ),
      ).toEqual(before);
      expect(await applyTo(app.database, [tableOf("posts")], { dryRun: true })).toMatchObject({
        kind: "current",
      });
    } finally {
      await app.close();
    }
  });

  it.each(["xmin", "ctid", "tableoid"])("B09 refuses the field name %s before it connects", (name) => {
    expect(() => desiredSchema({ tables: [tableOf("posts", { columns: [id, column(name)] })] })).toThrow(
      BootError,
    );
  });

  it("B10 refuses names that meet once they are shortened, by both their names", () => {
    const digest = createHash("sha256").update("x").digest("hex").slice(0, 8);
    const shared = `a_name_that_two_have_${digest}`;
    const tables = [
      tableOf("posts", { indexes: [indexOn(shared, ["title"])] }),
      tableOf("pages", { indexes: [indexOn(shared, ["title"])] }),
    ];
    expect(() => desiredSchema({ tables })).toThrow(/collection posts and by collection pages/);
  });

  it("B11 says which privilege is missing before anything is made", async () => {
    await as(here, { grants: [] }, async (database) => {
      const before = await here.dump();
      const outcome = await applyTo(database, [tableOf("posts")]);
      expect(outcome).toMatchObject({ kind: "refused", plan: { refusals: [{ code: "NO_PRIVILEGE" }] } });
      expect("plan" in outcome ? outcome.plan.refusals[0]?.message : "").toMatch(/public/);
      expect(await here.dump()).toEqual(before);
    });
  });

  it.each([
    ["a view", "create view posts as select 1 as id", /view/],
    ["a materialized view", "create materialized view posts as select 1 as id", /view/],
    ["a sequence", "create sequence posts", /sequence/],
    ["a type", "create type posts as enum ('a')", /type/],
    ["an index", "create table x (id int); create index posts on x (id)", /index/],
  ])("B14 does not take the name of %s", async (_what, before, message) => {
    const { plan } = await scenario(here, {
      before,
      to: [tableOf("posts")],
      expect: { refusals: ["NAME_TAKEN posts"] },
    });
    expect(plan.refusals[0]?.message).toMatch(message);
  });

  it("B15 does not take over a table that somebody else made", async () => {
    const { plan } = await scenario(here, {
      before:
        "create table posts (id uuid constraint posts_pkey primary key, title text); insert into posts values (gen_random_uuid(), 'x')",
      to: [tableOf("posts")],
      expect: { refusals: ["NAME_TAKEN posts"] },
    });
    expect(plan.refusals[0]?.ways.join()).toMatch(/lucent migrate baseline/);
  });

  it("B16 makes a table for a list of references", async () => {
    const posts = defineCollection({
      slug: "posts",
      fields: { tags: { type: "relationship", to: "tags", hasMany: true } },
    });
    const tags = defineCollection({ slug: "tags", fields: {} });
    expect(await here.command([posts, tags])).toMatchObject({ code: 0, errors: [] });
    expect(
      await here.sql(
        `select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'posts_tags_links'::regclass and contype in ('p', 'f') order by 1`,
      ),
    ).toEqual([
      ["FOREIGN KEY (owner_id) REFERENCES posts(id) ON DELETE CASCADE"],
      ["FOREIGN KEY (target_id) REFERENCES tags(id) ON DELETE RESTRICT"],
      ["PRIMARY KEY (owner_id, target_id)"],
    ]);
    expect(
      await here.sql("select indexdef from pg_indexes where tablename = 'posts_tags_links' order by 1"),
    ).toHaveLength(2);
    expect(await here.command([posts, tags], "--check")).toMatchObject({ code: 0 });
  });
});
