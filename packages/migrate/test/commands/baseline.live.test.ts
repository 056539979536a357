import { type Collection, defineCollection } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { applicationOf } from "./application.ts";

const posts = defineCollection({
  slug: "posts",
  fields: { title: { type: "text", index: true }, state: { type: "select", options: ["draft", "live"] } },
});

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const app = (collection: Collection = posts) => applicationOf(here.url, [collection]);
const userObjects = async (): Promise<readonly string[]> =>
  (await here.dump()).filter((line) => !line.includes("lucent_"));

/** The tables of the configuration, as if somebody else had made them. */
async function foreign(): Promise<void> {
  await app().call();
  await here.sql("drop table lucent_migration_steps, lucent_migrations, lucent_managed");
}

describe("lucent migrate baseline", () => {
  it("B15: is what a table in the way of a plan offers", async () => {
    await foreign();
    const { code, errors } = await app().call();
    expect(code).toBe(3);
    expect(errors.find((line) => line.startsWith("NAME_TAKEN posts"))).toBeDefined();
    expect(errors.join("\n")).toContain("lucent migrate baseline");
  });

  it("Q03: takes over what is as it should be, without touching it", async () => {
    await foreign();
    const before = await userObjects();
    expect(await app().call("baseline")).toMatchObject({ code: 0, errors: [] });
    expect(await userObjects()).toEqual(before);
    expect(await app().call("--check")).toMatchObject({ code: 0 });
    expect(await here.sql("select kind, outcome from lucent_migrations")).toEqual([["baseline", "done"]]);
    expect(await app().call("baseline")).toMatchObject({
      code: 0,
      out: expect.arrayContaining(["The database is up to date."]),
    });
  });

  it("Q04: only says what differs; an ordinary plan does it later, and drops nothing", async () => {
    await foreign();
    await here.script(`
      alter table posts alter column title type varchar(50);
      alter table posts add column legacy text;
      drop index posts_title_idx;
      insert into posts (id, title, legacy) values (gen_random_uuid(), 'a', 'kept')`);
    const before = await userObjects();
    const { code, out } = await app().call("baseline");
    expect(code).toBe(0);
    expect(await userObjects()).toEqual(before);
    expect(out.join("\n")).toMatch(/What differs[\s\S]*title/);
    expect(await app().call("--check")).toMatchObject({ code: 2 });
    expect(await app().call()).toMatchObject({ code: 0 });
    expect(await here.sql("select title, legacy from posts")).toEqual([["a", "kept"]]);
    expect(await app().call()).toMatchObject({ code: 0, out: ["The database is up to date."] });
  });

  it("shows both in a dry run, and changes nothing at all", async () => {
    await foreign();
    await here.sql("drop index posts_title_idx");
    const before = await here.dump();
    const { code, result } = await app().json("baseline", "--dry-run");
    expect(code).toBe(0);
    expect(result).toMatchObject({
      success: true,
      dryRun: true,
      applied: [],
      planned: [expect.stringContaining("posts_title_idx")],
      steps: expect.arrayContaining([expect.objectContaining({ kind: "adopt", object: "posts" })]),
    });
    expect(await here.dump()).toEqual(before);
  });

  it("refuses a table that can't be ours, and then takes over none", async () => {
    await foreign();
    const notes = defineCollection({ slug: "notes", fields: {} });
    await here.sql("create table notes (id integer primary key)");
    const before = await here.dump();
    const { code, errors } = await applicationOf(here.url, [posts, notes]).call("baseline");
    expect(code).toBe(3);
    expect(errors[0]).toMatch(/^NAME_TAKEN notes: /);
    expect(await here.dump()).toEqual(before);
  });
});
