import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Collection, defineCollection } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { applicationOf } from "./application.ts";

const posts = defineCollection({ slug: "posts", fields: { title: { type: "text" }, old: { type: "text" } } });
const changed = defineCollection({
  slug: "posts",
  fields: { title: { type: "text", index: true }, subtitle: { type: "text" }, slug: { type: "text" } },
});

let here: World;
let folder: string;
let path: string;
beforeEach(async () => {
  here = await world();
  folder = await mkdtemp(join(tmpdir(), "lucent-apply-"));
  path = join(folder, "plan.json");
  await applicationOf(here.url, [posts]).call();
  await here.sql("insert into posts (id, title, old) values (gen_random_uuid(), 'a', 'b')");
});
afterEach(async () => {
  await here.end();
  await rm(folder, { recursive: true });
});

const app = (collection: Collection = changed) =>
  applicationOf(here.url, [collection], { dropOrphaned: true });
const columns = async (): Promise<readonly unknown[]> =>
  (
    await here.sql(
      `select attname::text from pg_attribute where attrelid = 'posts'::regclass and attnum > 0
        and not attisdropped order by 1`,
    )
  ).flat();

const problems = (errors: readonly string[]): readonly string[] =>
  errors.filter((line) => !line.startsWith("Warning: "));

async function save(): Promise<void> {
  const saved = await app().call("--plan", path, "--drop", "posts.old");
  expect(saved.code).toBe(0);
  expect(saved.out).toContain(`The plan is in ${path}.`);
}

describe("lucent migrate apply FILE", () => {
  it("writing the plan changes nothing", async () => {
    const before = await here.dump();
    await save();
    expect(await here.dump()).toEqual(before);
  });

  it("writes no file for a plan that is refused, or that has nothing to do", async () => {
    expect((await app().call("--plan", path)).code).toBe(3);
    expect((await app(posts).call("--plan", path)).code).toBe(0);
    await expect(readFile(path)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("carries out what was reviewed, the drop with it, and once", async () => {
    await save();
    expect((await app().call("apply", path, "--dry-run")).code).toBe(0);
    expect(await columns()).toContain("old");
    expect(await app().call("apply", path)).toMatchObject({ code: 0 });
    expect(await columns()).toEqual(expect.arrayContaining(["slug", "subtitle", "title"]));
    expect(await columns()).not.toContain("old");
    expect((await app().call("apply", path)).code).toBe(0);
  });

  it.each([
    ["alter table posts add column subtitle text", "subtitle"],
    ["alter table posts drop column title", "posts.title"],
  ])("Q02: refuses when somebody changed the database meanwhile: %s", async (sql, object) => {
    await save();
    await here.sql(sql);
    const before = await here.dump();
    const { code, errors } = await app().call("apply", path);
    expect(code).toBe(3);
    expect(problems(errors)[0]).toMatch(/^STALE_PLAN /);
    expect(errors.join("\n")).toContain(object);
    expect(await here.dump()).toEqual(before);
  });

  it("refuses when the configuration went on", async () => {
    await save();
    const more = defineCollection({
      slug: "posts",
      fields: { ...changed.fields, more: { type: "text" } },
    });
    const { code, errors } = await app(more).call("apply", path);
    expect(code).toBe(3);
    expect(problems(errors)[0]).toMatch(/^STALE_PLAN posts\.more: .*another configuration/);
  });

  it("refuses a file that was edited, and one whose drop the configuration does not allow", async () => {
    await save();
    expect((await applicationOf(here.url, [changed]).call("apply", path)).code).toBe(3);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace('"posts.old"', '"posts.title"'));
    const { code, errors } = await app().call("apply", path);
    expect(code).toBe(3);
    expect(errors[0]).toContain("was changed after it was made");
    expect(await columns()).toContain("old");
  });

  it("never runs SQL from the file", async () => {
    await save();
    const read = JSON.parse(await readFile(path, "utf8")) as {
      readonly groups: readonly { readonly steps: readonly { statements: string[] }[] }[];
      hash?: string;
      createdAt?: string;
    };
    for (const { steps } of read.groups) for (const step of steps) step.statements = ["create table evil ()"];
    const { sha256 } = await import("../../src/hash.ts");
    const { hash: _, createdAt: __, ...body } = read;
    await writeFile(path, JSON.stringify({ ...body, hash: sha256(JSON.stringify(body)) }));
    await app().call("apply", path);
    expect(await here.sql("select to_regclass('evil')::text")).toEqual([[null]]);
  });

  it("a run that was interrupted half way is continued", async () => {
    // Enough rows for an index to be built by itself, behind the columns.
    await here.sql(`insert into posts (id, title, old)
      select gen_random_uuid(), n::text, 'x' from generate_series(1, 12000) n`);
    await here.sql("analyze posts");
    await save();
    await here.sql(`create function no() returns event_trigger language plpgsql as
      $$ begin raise exception 'no'; end $$`);
    await here.sql(
      "create event trigger no on ddl_command_start when tag in ('CREATE INDEX') execute function no()",
    );
    expect((await app().call("apply", path)).code).toBe(1);
    expect(await columns()).toContain("subtitle");
    await here.sql("drop event trigger no");
    // As a process that was killed would leave it.
    await here.script(`
      create index posts_title_idx on posts (title);
      update pg_index set indisvalid = false where indexrelid = 'posts_title_idx'::regclass;
      update lucent_managed set objects = objects || 'index posts_title_idx'::text where id = 'posts'`);
    expect(await app().call("apply", path)).toMatchObject({ code: 0 });
    expect(await columns()).not.toContain("old");
    expect(await app().call("--check")).toMatchObject({ code: 0 });
  });

  it("says so when there is no such file, and exits with 1", async () => {
    expect(await app().call("apply", join(folder, "none.json"))).toEqual({
      code: 1,
      out: [],
      errors: [expect.stringContaining("There is no file or folder")],
    });
  });
});
