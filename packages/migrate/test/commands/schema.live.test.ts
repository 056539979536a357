import { defineCollection } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { planMigration, runMigration } from "../../src/run.ts";
import { type World, world } from "../world/database.ts";
import { applicationOf } from "./application.ts";

const posts = defineCollection({ slug: "posts", fields: { title: { type: "text" } } });
const longer = defineCollection({
  slug: "posts",
  fields: { title: { type: "text" }, subtitle: { type: "text" } },
});
const renamed = defineCollection({
  slug: "posts",
  fields: { headline: { type: "text", previousName: "title" } },
});
const bare = defineCollection({ slug: "posts", fields: {} });

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const upToDate = { code: 0, out: ["The database is up to date."], errors: [] };

describe("lucent migrate", () => {
  it("brings the database to the configuration, and then has nothing to do", async () => {
    const app = applicationOf(here.url, [posts]);
    const first = await app.call();
    expect(first).toMatchObject({ code: 0, errors: [] });
    expect(first.out.at(-1)).toMatch(/^\d+ steps done\.$/);
    expect(await app.call()).toEqual(upToDate);
  });

  it("Q01 T-MG-05 --dry-run prints and --check tells by its code, without any DDL", async () => {
    const app = applicationOf(here.url, [posts]);
    await here.forbidDdl();
    const dry = await app.call("--dry-run");
    expect(dry).toMatchObject({ code: 0, errors: [] });
    expect(dry.out).toContainEqual(expect.stringContaining('create table "public"."posts"'));
    expect(dry.out.at(-1)).toBe("Nothing was changed.");
    expect(await app.call("--check")).toMatchObject({ code: 2 });
    await here.allowDdl();
    await app.call();
    await here.forbidDdl();
    expect(await app.call("--dry-run")).toEqual(upToDate);
    expect(await app.call("--check")).toEqual(upToDate);
  });

  it("prints one line of JSON, and nothing else, for a program", async () => {
    const app = applicationOf(here.url, [posts]);
    const dry = await app.json("--dry-run");
    expect(dry).toMatchObject({
      code: 0,
      result: { success: true, dryRun: true, applied: [], errors: [], planned: expect.any(Array) },
    });
    expect(await app.json("--check")).toMatchObject({ code: 2, result: { success: true, dryRun: true } });
    const done = await app.json();
    expect(done).toMatchObject({ code: 0, result: { success: true, dryRun: false, planned: [] } });
    expect(Reflect.get(Object(done.result), "applied")).toEqual(Reflect.get(Object(dry.result), "planned"));
    expect(await app.json()).toMatchObject({ code: 0, result: { success: true, applied: [], steps: [] } });
  });

  it("Q07: refuses with the ways out instead of asking", async () => {
    await applicationOf(here.url, [posts]).call();
    await here.sql("alter table posts add column headline text");
    const { code, out, errors } = await applicationOf(here.url, [renamed]).call();
    expect({ code, out }).toEqual({ code: 3, out: [] });
    expect(errors.find((line) => !line.startsWith("Warning: "))).toMatch(
      /^(?:AMBIGUOUS_RENAME|NAME_TAKEN) posts\.headline: /,
    );
    expect(errors).toContainEqual(expect.stringMatching(/^ {2}- /));
    expect(errors.at(-1)).toBe("Refused: nothing was changed.");
  });

  it("Q08: a statement that fails is named, with its code and with what was kept", async () => {
    const app = applicationOf(here.url, [posts]);
    await app.call();
    // Somebody's trigger that the plan can't know.
    await here.sql(`create function no() returns event_trigger language plpgsql as
      $$ begin raise exception 'secret value' using errcode = '22023'; end $$`);
    await here.sql(
      "create event trigger no on ddl_command_start when tag in ('ALTER TABLE') execute function no()",
    );
    const { code, out, errors } = await applicationOf(here.url, [longer]).call();
    expect({ code, out }).toEqual({ code: 1, out: [] });
    const said = errors.join("\n");
    expect(said).toMatch(/"posts"\."subtitle".*22023/);
    expect(said).toContain("nothing was changed");
    expect(said).not.toContain("secret");
    expect(said).not.toContain(new URL(here.url).password || "postgres://");
  });

  it("waits for a lock no longer than it is told, and exits with 4", async () => {
    const app = applicationOf(here.url, [posts]);
    await app.call();
    const taken = Promise.withResolvers<undefined>();
    const free = Promise.withResolvers<undefined>();
    const holder = here.database.transaction(async (tx) => {
      await tx.run({ text: "lock table posts in access share mode", values: [] });
      taken.resolve(undefined);
      await free.promise;
    });
    await taken.promise;
    const { code, errors } = await applicationOf(here.url, [longer]).call("--wait", "0");
    free.resolve(undefined);
    await holder;
    expect(code).toBe(4);
    expect(errors.join("\n")).toContain('"posts"');
  });

  it("drops what was named, and only that", async () => {
    await applicationOf(here.url, [longer]).call();
    await here.sql("insert into posts (id, title, subtitle) values (gen_random_uuid(), 'a', 'b')");
    const cautious = applicationOf(here.url, [bare]);
    await expect(cautious.call("--drop", "posts.title")).rejects.toMatchObject({ name: "BootError" });
    const kept = await cautious.call();
    expect(kept.errors).toContainEqual(expect.stringMatching(/^Warning: .*title/));
    const app = applicationOf(here.url, [bare], { dropOrphaned: true });
    const refused = await app.call();
    expect(refused.code).toBe(3);
    expect(refused.errors).toContainEqual(expect.stringMatching(/^DATA_LOSS posts\.title: /));
    expect((await app.call("--drop", "posts.title")).code).toBe(3);
    const both = await app.call(
      "--drop",
      "posts.title",
      "--drop",
      "posts.subtitle",
      "--drop",
      "posts.nothing",
    );
    expect(both.code).toBe(0);
    expect(both.errors).toContainEqual("Warning: --drop posts.nothing met no orphan of that name.");
    expect(await app.call()).toEqual(upToDate);
  });

  it("D09: an older release drops nothing of a newer one, unless it is named", async () => {
    await applicationOf(here.url, [posts]).call();
    await applicationOf(here.url, [longer]).call();
    const older = applicationOf(here.url, [posts], { dropOrphaned: true });
    const before = await here.dump();
    const { code, errors } = await older.call();
    expect(code).toBe(3);
    expect(errors.find((line) => !line.startsWith("Warning: "))).toMatch(/^NEWER_SCHEMA posts\.subtitle: /);
    expect(await here.dump()).toEqual(before);
    expect((await older.call("--drop", "posts.subtitle")).code).toBe(0);
  });

  it("tries the plan on a copy first, where that is asked", { timeout: 60_000 }, async () => {
    const app = applicationOf(here.url, [posts]);
    const { code, errors } = await app.call("--verify", "--check");
    expect(code).toBe(2);
    expect(errors).toContainEqual(expect.stringMatching(/^(?:Verified: |Warning: not verified\. )/));
    await applicationOf(here.url, [posts]).call();
    expect((await applicationOf(here.url, [longer]).call("--verify")).code).toBe(0);
    expect(await app.call("--check")).toMatchObject({ code: 0 });
  });

  it("draws progress where there is a terminal", async () => {
    const drawn: string[] = [];
    const app = applicationOf(here.url, [posts]);
    await app.callWith({ progress: (line) => void drawn.push(line) });
    expect(drawn).toContainEqual(expect.stringContaining("posts"));
  });

  it("stops when it is asked to, before it has changed anything", async () => {
    const app = applicationOf(here.url, [posts]);
    const { code, errors } = await app.callWith({ signal: AbortSignal.abort() });
    expect(code).toBe(1);
    expect(errors.join("\n")).toContain("Stopped");
    expect(await app.call("--check")).toMatchObject({ code: 2 });
  });

  it("refuses arguments that it does not understand", async () => {
    const { code, out, errors } = await applicationOf(here.url, [posts]).call("--force");
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(errors).toHaveLength(1);
  });
});

describe("from a program", () => {
  it("plans and runs with what the configuration decides", async () => {
    const { config } = applicationOf(here.url, [longer], { dropOrphaned: true });
    const environment = {};
    const plan = await planMigration(config, { environment });
    expect(plan).toMatchObject({ success: true, dryRun: true, applied: [] });
    const lines: string[] = [];
    const done = await runMigration(config, { environment, onProgress: (line) => void lines.push(line) });
    expect(done).toMatchObject({ success: true, dryRun: false, planned: [], applied: plan.planned });
    expect(lines.length).toBeGreaterThan(0);
    await here.sql("insert into posts (id, title, subtitle) values (gen_random_uuid(), 'a', 'b')");
    const less = applicationOf(here.url, [posts], { dropOrphaned: true }).config;
    const refused = await runMigration(less, { environment });
    expect(refused).toMatchObject({
      success: false,
      errors: [{ code: "DATA_LOSS", object: "posts.subtitle", count: 1 }],
    });
    expect(await runMigration(less, { environment, drop: ["posts.subtitle"] })).toMatchObject({
      success: true,
    });
  });
});
