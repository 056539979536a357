import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Collection, defineCollection } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { defineDataMigration } from "../../src/data.ts";
import type { MigrateOptions } from "../../src/plugin/options.ts";
import { type World, world } from "../world/database.ts";
import { applicationOf } from "./application.ts";

const first = defineCollection({ slug: "posts", fields: { title: { type: "text" } } });
const left = defineCollection({ slug: "posts", fields: { ...first.fields, left: { type: "text" } } });
const right = defineCollection({ slug: "posts", fields: { ...first.fields, right: { type: "text" } } });
const both = defineCollection({
  slug: "posts",
  fields: { ...left.fields, ...right.fields },
});
const indexed = defineCollection({
  slug: "posts",
  fields: { title: { type: "text", index: true } },
});

let here: World;
let there: World;
let folder: string;
beforeEach(async () => {
  [here, there] = await Promise.all([world(), world()]);
  folder = await mkdtemp(join(tmpdir(), "lucent-files-"));
});
afterEach(async () => {
  await Promise.all([here.end(), there.end()]);
  await rm(folder, { recursive: true });
});

const app = (of: World, collection: Collection, options: MigrateOptions = {}) =>
  applicationOf(of.url, [collection], options);
const path = (name: string): string => join(folder, `${name}.sql`);
const shape = async (of: World): Promise<readonly unknown[]> =>
  (
    await of.sql(
      `select concat_ws(' ', c.relname, a.attname, a.attnotnull) from pg_attribute a
        join pg_class c on c.oid = a.attrelid where c.relname = 'posts' and a.attnum > 0 order by 1`,
    )
  ).flat();

async function written(of: World, collection: Collection, name: string): Promise<void> {
  const { code, errors } = await app(of, collection).call("sql", folder, "--name", name);
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
}

describe("a folder of SQL files", () => {
  it("brings another database to the same schema, with what is managed, and once", async () => {
    await written(here, first, "first");
    expect(await shape(here)).toEqual([]);
    const applied = await app(there, first).call("apply", folder);
    expect(applied).toMatchObject({ code: 0, errors: [] });
    expect(await app(there, first).call("--check")).toMatchObject({ code: 0 });
    expect(await app(there, first).call("apply", folder)).toEqual({
      code: 0,
      out: ["The database is up to date."],
      errors: [],
    });
    // What a file made is ours: it can be changed like everything else.
    expect(await app(there, both).call()).toMatchObject({ code: 0 });
  });

  it("is not written while a file of it is still to be applied, nor over a file", async () => {
    await written(here, first, "first");
    const second = await app(here, left).call("sql", folder, "--name", "second");
    expect(second.code).toBe(3);
    expect(second.errors[0]).toContain("first.sql is not applied");
    await app(here, first).call("apply", folder);
    const again = await app(here, left).call("sql", folder, "--name", "first");
    expect(again.code).toBe(3);
    expect(again.errors[0]).toContain("is there already");
    expect((await app(here, left).call("sql", folder)).code).toBe(0);
    expect(await readdir(folder)).toContainEqual(
      expect.stringMatching(/^add-column-posts-left-[0-9a-f]{8}\.sql$/),
    );
  });

  it("writes nothing where nothing is to be done or something stands in the way", async () => {
    await app(here, first).call();
    expect(await app(here, first).call("sql", folder)).toMatchObject({ code: 0 });
    await here.sql('alter table posts add column "left" integer');
    expect((await app(here, left).call("sql", folder)).code).toBe(3);
    expect(await readdir(folder)).toEqual([]);
  });

  it("Q05: files of two branches are both applied, whatever their names say", async () => {
    await written(here, first, "m-first");
    await app(here, first).call("apply", folder);
    await app(there, first).call("apply", folder);
    await written(here, left, "z-left");
    // The other branch does not know it.
    const text = await readFile(path("z-left"), "utf8");
    await rm(path("z-left"));
    await written(there, right, "a-right");
    await app(there, right).call("apply", folder);
    await writeFile(path("z-left"), text);
    for (const database of [here, there]) {
      expect(await app(database, both).call("apply", folder)).toMatchObject({ code: 0 });
      expect(await app(database, both).call("--check")).toMatchObject({ code: 0 });
    }
    expect(await shape(here)).toEqual(await shape(there));
  });

  it("Q06: a file that was changed after it was applied is refused by name", async () => {
    await written(here, first, "first");
    await app(here, first).call("apply", folder);
    await writeFile(path("first"), `${await readFile(path("first"), "utf8")}-- more\n`);
    const { code, out, errors } = await app(here, first).call("apply", folder);
    expect({ code, out }).toEqual({ code: 3, out: [] });
    expect(errors[0]).toMatch(/^STALE_PLAN first\.sql: first\.sql was changed/);
  });

  it("says what still differs, and exits with 2", async () => {
    await written(here, first, "first");
    const { code, errors } = await app(here, left).call("apply", folder);
    expect(code).toBe(2);
    expect(errors.join("\n")).toMatch(/do not lead to the configuration.*\n.*"left"/);
    expect(await app(here, left).json("apply", folder)).toMatchObject({
      code: 2,
      result: { success: true, applied: [], planned: [expect.stringContaining("left")] },
    });
  });

  it("runs the data migrations behind files that lead to the configuration", async () => {
    const data = [
      defineDataMigration({
        id: "first-post",
        up: ({ tx }) =>
          tx(async (transaction) => {
            await transaction.run({ text: "insert into posts (id) values (gen_random_uuid())", values: [] });
          }),
      }),
    ];
    await written(here, first, "first");
    expect((await app(here, left, { data }).call("apply", folder)).code).toBe(2);
    expect(await here.sql("select count(*)::int from posts")).toEqual([[0]]);
    expect((await app(here, first, { data }).call("apply", folder)).code).toBe(0);
    expect((await app(here, first, { data }).call("apply", folder)).code).toBe(0);
    expect(await here.sql("select count(*)::int from posts")).toEqual([[1]]);
  });

  it("shows in a dry run what would be run, without any DDL", async () => {
    await written(here, first, "first");
    await there.forbidDdl();
    const { code, out } = await app(there, first).call("apply", folder, "--dry-run");
    expect(code).toBe(0);
    expect(out).toContainEqual(expect.stringContaining("create table"));
  });

  it("a statement that fails undoes its group, and the file may be mended", async () => {
    await app(here, first).call();
    await here.sql("insert into posts (id) values (gen_random_uuid())");
    await written(here, left, "left");
    const text = await readFile(path("left"), "utf8");
    await writeFile(
      path("left"),
      text.replace("-- lucent: transaction", "$&\nalter table public.posts alter title set not null;"),
    );
    const failed = await app(here, left).call("apply", folder);
    expect(failed.code).toBe(1);
    expect(failed.errors.join("\n")).toMatch(/left\.sql, statement 1.*23502/);
    await writeFile(path("left"), text);
    expect(await app(here, left).call("apply", folder)).toMatchObject({ code: 0 });
  });

  it("goes on behind the groups that were done, and removes what was left of an index", async () => {
    await app(here, first).call();
    await here.sql(
      "insert into posts (id, title) select gen_random_uuid(), n::text from generate_series(1, 12000) n",
    );
    await here.sql("analyze posts");
    await written(here, indexed, "indexed");
    const text = await readFile(path("indexed"), "utf8");
    expect(text).toMatch(/-- lucent: alone\n-- lucent: builds index \w+ of posts\n/);
    const [, index = ""] = /builds index (\w+)/.exec(text) ?? [];
    await writeFile(
      path("indexed"),
      text.replace("-- lucent: alone", "-- lucent: transaction\ncreate table public.beside ();\n\n$&"),
    );
    await here.sql(
      `create function no() returns event_trigger language plpgsql as $$ begin raise exception 'no'; end $$`,
    );
    await here.sql(
      "create event trigger no on ddl_command_start when tag in ('CREATE INDEX') execute function no()",
    );
    expect((await app(here, indexed).call("apply", folder)).code).toBe(1);
    // As a process that was killed would leave it.
    await here.sql("drop event trigger no");
    await here.sql(`create index ${index} on posts (title)`);
    await here.sql(`update pg_index set indisvalid = false where indexrelid = '${index}'::regclass`);
    await here.sql(
      `update lucent_managed set objects = objects || 'index ${index}'::text where id = 'posts'`,
    );
    expect(await app(here, indexed).call("apply", folder)).toMatchObject({ code: 0 });
    expect(await here.sql(`select indisvalid from pg_index where indexrelid = '${index}'::regclass`)).toEqual(
      [[true]],
    );
    expect(await app(here, indexed).call("--check")).toMatchObject({ code: 0 });
  });
});
