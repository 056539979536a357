import { type Database, openDatabase } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { defineDataMigration } from "../src/data.ts";
import type { Refusal } from "../src/model/refusal.ts";
import { applyTo, type World, world } from "./world/database.ts";
import { column, id, indexOn, tableOf } from "./world/tables.ts";

const users = tableOf("users", { indexes: [indexOn("users_title_key", ["title"], { unique: true })] });
const posts = tableOf("posts", {
  columns: [id, column("title", { default: { value: "it's" } }), column("author", { type: "uuid" })],
  indexes: [indexOn("posts_author_idx", ["author"])],
  foreignKeys: [{ name: "posts_author_fkey", column: "author", references: "users", onDelete: "restrict" }],
  checks: [{ name: "posts_title_check", column: "title", options: ["it's", "b"] }],
});
const notes = tableOf("notes");
const longer = tableOf("notes", { columns: [id, column("title"), column("text")] });

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const runs = "select kind, outcome, production from lucent_migrations order by started_at";

describe("apply", () => {
  it("creates everything from nothing and writes it down", async () => {
    const steps: string[] = [];
    const outcome = await here.apply([posts, users], {
      production: true,
      onStep: ({ title }) => void steps.push(title),
    });
    expect(outcome).toMatchObject({ kind: "applied", data: [] });
    expect(steps.length).toBeGreaterThan(4);
    expect(await here.sql(runs)).toEqual([["plan", "done", true]]);
    const written = await here.sql("select title, outcome from lucent_migration_steps order by position");
    expect(written).toEqual(steps.map((title) => [title, "done"]));
    const [[hash, length] = []] = await here.sql("select hash, length(configuration) from lucent_migrations");
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(length).toBe(64);
  });

  it("finds nothing to do the second time, and runs no DDL", async () => {
    await here.apply([users, posts]);
    await here.forbidDdl();
    const before = await here.dump();
    expect(await here.apply([users, posts])).toMatchObject({ kind: "current" });
    expect(await here.dump()).toEqual(before);
    expect(await here.sql(runs)).toHaveLength(1);
  });

  it("settles it in few round trips and on one connection", async () => {
    await here.apply([users, posts]);
    const sent: string[] = [];
    let sessions = 0;
    const counting: Database = {
      ...here.database,
      session(work) {
        sessions += 1;
        return here.database.session((runner) =>
          work({
            run(statement) {
              sent.push(statement.text);
              return runner.run(statement);
            },
          }),
        );
      },
    };
    expect(await applyTo(counting, [users, posts])).toMatchObject({ kind: "current" });
    expect(sessions).toBe(1);
    expect(sent.length).toBeLessThanOrEqual(12);
  });

  it("only plans on a dry run", async () => {
    await here.forbidDdl();
    const before = await here.dump();
    const data = [defineDataMigration({ id: "one", up: async () => undefined })];
    const outcome = await here.apply([notes], { dryRun: true, data });
    expect(outcome).toMatchObject({ kind: "planned", data: ["one"] });
    expect(await here.dump()).toEqual(before);
  });

  it("adds to what is there and leaves the rows alone", async () => {
    await here.apply([notes]);
    await here.sql("insert into notes select gen_random_uuid(), n::text from generate_series(1, 3) n");
    const file = "select 'notes'::regclass::oid, pg_relation_filenode('notes')";
    const before = await here.sql(file);
    expect(await here.apply([longer, users])).toMatchObject({ kind: "applied" });
    expect(await here.sql(file)).toEqual(before);
    expect(await here.sql("select count(*)::int, min(title), max(title) from notes")).toEqual([
      [3, "1", "3"],
    ]);
    expect(await here.apply([longer, users])).toMatchObject({ kind: "current" });
  });

  it("works in a schema whose name needs quoting, and leaves the others alone", async () => {
    const [[name] = []] = await here.sql("select current_database()");
    await here.sql(`create schema "My ""Schema"""`);
    await here.sql(`alter database "${String(name)}" set search_path = "My ""Schema""", public`);
    await here.sql("create table public.notes (unrelated int)");
    expect(await here.apply([notes])).toMatchObject({ kind: "applied" });
    expect(await here.apply([notes])).toMatchObject({ kind: "current" });
    const schemas = await here.sql(
      "select relnamespace::regnamespace::text from pg_class where relname = 'notes' order by 1",
    );
    expect(schemas).toEqual([['"My ""Schema"""'], ["public"]]);
  });

  it("creates the schema that the search path names", async () => {
    const [[name] = []] = await here.sql("select current_database()");
    await here.sql(`alter database "${String(name)}" set search_path = app`);
    expect(await here.apply([notes])).toMatchObject({ kind: "applied" });
    expect(await here.apply([notes])).toMatchObject({ kind: "current" });
    expect(await here.sql("select 'app.notes'::regclass::text is not null")).toEqual([[true]]);
  });

  it("P11 is not held back by what the role or the database sets", async () => {
    const [[name] = []] = await here.sql("select current_database()");
    const settings = [
      "statement_timeout = 1",
      "lock_timeout = 1",
      "default_transaction_isolation = serializable",
    ];
    for (const setting of settings) await here.sql(`alter database "${String(name)}" set ${setting}`);
    expect(await here.apply([users, posts])).toMatchObject({ kind: "applied" });
  });

  it("P12 refuses a database that may only be read, before the lock", async () => {
    const [[name] = []] = await here.sql("select current_database()");
    await here.sql(`alter database "${String(name)}" set default_transaction_read_only = on`);
    expect(await here.apply([notes])).toMatchObject({
      kind: "refused",
      plan: { groups: [], refusals: [{ code: "READ_ONLY" }] },
    });
  });
});

describe("a run that fails", () => {
  it("Q08 names the step and the SQLSTATE, keeps what was done, and is continued by the next run", async () => {
    await here.apply([notes]);
    await here.sql("create schema watch");
    await here.sql(`create function watch.forbid() returns event_trigger language plpgsql as
      $$ begin raise exception 'a value: %', current_query(); end $$`);
    await here.sql(
      "create event trigger forbid on ddl_command_start when tag in ('ALTER TABLE') execute function watch.forbid()",
    );
    const outcome = await here.apply([longer, tableOf("fresh")]);
    expect(outcome).toMatchObject({
      kind: "failed",
      reason: expect.stringMatching(
        /^Failed at "[^;]*notes[^;]*" \(P0001\); what was done before stays: .*"fresh".*\.$/,
      ),
    });
    expect(JSON.stringify(outcome)).not.toContain("a value");
    expect(await here.sql(runs)).toEqual([
      ["plan", "done", false],
      ["plan", "failed", false],
    ]);
    expect(await here.sql("select code from lucent_migration_steps where outcome = 'failed'")).toEqual([
      ["P0001"],
    ]);
    await here.allowDdl();
    expect(await here.apply([longer, tableOf("fresh")])).toMatchObject({ kind: "applied" });
  });

  it("Q13 fails when what was done did not lead to what was asked for", async () => {
    await here.apply([notes]);
    await here.sql("create schema watch");
    await here.sql(`create function watch.undo() returns event_trigger language plpgsql as
      $$ begin if exists (select from pg_attribute where attrelid = 'public.notes'::regclass and attname = 'text'
        and not attisdropped) then alter table public.notes drop column text; end if; end $$`);
    await here.sql(
      "create event trigger undo on ddl_command_end when tag in ('ALTER TABLE') execute function watch.undo()",
    );
    const outcome = await here.apply([longer]);
    expect(outcome).toMatchObject({
      kind: "failed",
      reason: expect.stringMatching(
        /^Every step was done, but the schema is not what was asked for\. What is left: .*text/,
      ),
    });
    expect(await here.sql(runs)).toContainEqual(["plan", "failed", false]);
  });

  it("says so without the connection string when there is no server", async () => {
    const url = "postgres://me:hidden@127.0.0.1:1/x";
    const lost = openDatabase({ collections: [], database: { url } }, {});
    expect(await applyTo(lost.database, [notes])).toEqual({
      kind: "failed",
      reason: "Failed while reading the schema (ECONNREFUSED: nothing listens there); nothing was changed.",
      done: [],
    });
    await lost.close();
  });

  it("does not hide a defect", async () => {
    const nowhere = { ...here.database, session: () => Promise.reject(new TypeError("a defect")) };
    await expect(applyTo(nowhere, [notes])).rejects.toThrow("a defect");
  });

  it("does not begin when it was asked to stop before", async () => {
    const before = await here.dump();
    const stop = new AbortController();
    stop.abort();
    expect(await here.apply([notes], { signal: stop.signal })).toEqual({
      kind: "failed",
      reason: "Stopped, as was asked for; nothing was changed.",
      done: [],
    });
    expect(await here.dump()).toEqual(before);
  });
});

describe("a plan that was agreed on", () => {
  const stale: Refusal = {
    code: "STALE_PLAN",
    object: "notes",
    message: "It differs.",
    ways: ["Plan again."],
  };

  it("is refused when it is another one now, and nothing is changed", async () => {
    const before = await here.dump();
    const outcome = await here.apply([notes], { expected: () => [stale] });
    expect(outcome).toMatchObject({ kind: "refused", plan: { groups: [], refusals: [stale] } });
    expect(await here.dump()).toEqual(before);
  });

  it("is asked for again under the lock, with the steps that were ever done", async () => {
    await here.apply([notes]);
    const asked: number[] = [];
    const outcome = await here.apply([longer], {
      expected: (_, done) => {
        asked.push(done.size);
        return asked.length === 2 ? [stale] : [];
      },
    });
    expect(outcome).toMatchObject({ kind: "refused" });
    const [[count] = []] = await here.sql("select count(distinct hash)::int from lucent_migration_steps");
    expect(asked).toEqual([count, count]);
  });
});

describe("data migrations of a run", () => {
  const fill = defineDataMigration({
    id: "fill-text",
    up: ({ tx }) =>
      tx(
        async (transaction) =>
          void (await transaction.run({ text: "update notes set text = title", values: [] })),
      ),
  });

  it("come behind the schema, once", async () => {
    await here.apply([notes]);
    await here.sql("insert into notes values (gen_random_uuid(), 'x')");
    expect(await here.apply([longer], { data: [fill] })).toMatchObject({
      kind: "applied",
      data: ["fill-text"],
    });
    expect(await here.sql("select text from notes")).toEqual([["x"]]);
    expect(await here.apply([longer], { data: [fill] })).toMatchObject({ kind: "current" });
    expect(await here.sql(runs)).toEqual([
      ["plan", "done", false],
      ["plan", "done", false],
      ["data", "done", false],
    ]);
  });

  it("run alone where the schema is as it should be, once among five runners", async () => {
    let calls = 0;
    const count = defineDataMigration({ id: "count", up: async () => void (calls += 1) });
    await here.apply([notes]);
    const ended = await Promise.all(Array.from({ length: 5 }, () => here.apply([notes], { data: [count] })));
    expect(ended.map(({ kind }) => kind).toSorted()).toEqual([
      "applied",
      "current",
      "current",
      "current",
      "current",
    ]);
    expect(calls).toBe(1);
  });

  it("say what stays when one fails", async () => {
    const bad = defineDataMigration({ id: "bad", up: () => Promise.reject(new RangeError("a value")) });
    const outcome = await here.apply([notes], { data: [bad, fill] });
    expect(outcome).toMatchObject({
      kind: "failed",
      reason: expect.stringMatching(
        /^Failed in the data migration "bad" \(RangeError\); its finished steps stay/,
      ),
    });
    expect(await here.sql(runs)).toEqual([
      ["plan", "done", false],
      ["data", "failed", false],
    ]);
  });
});
