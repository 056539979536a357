import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Plan } from "../../src/model/plan.ts";
import type { Step } from "../../src/model/step.ts";
import { type World, world } from "../world/database.ts";
import { fingerprints } from "../world/fingerprints.ts";
import { disturbances, inventory } from "../world/foreign.ts";
import { printedBy } from "../world/quiet.ts";
import { scenario } from "../world/scenario.ts";
import { forbiddenIn } from "../world/statements.ts";
import { tableOf } from "../world/tables.ts";
import { lockFaults, modeOf, rowFaults } from "../world/universal.ts";
import { type SeenLock, watchLocks } from "../world/watched.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const posts = tableOf("posts");
const nothing: Plan = {
  schema: "public",
  configuration: "",
  groups: [],
  refusals: [],
  warnings: [],
  unready: [],
};

function planOf(step: Partial<Step>): Plan {
  const whole: Step = {
    kind: "addColumn",
    object: "posts",
    title: "a step",
    hazard: "safe",
    locks: [],
    statements: [],
    ...step,
  };
  return { ...nothing, groups: [{ mode: "transaction", steps: [whole], before: [], after: [] }] };
}

describe("the checks of every scenario", () => {
  it.each([
    ['drop table "a"."b" cascade', /CASCADE/],
    ['truncate "a"."b"', /TRUNCATE/],
    ['create index if not exists "x" on "a"."b" ("c")', /IF NOT EXISTS/],
    ['alter table "b" add "c" text', /schema/],
    ['create index "x" on "b" ("c")', /schema/],
    ['drop index concurrently "x"', /schema/],
    ['alter table "a"."b" add foreign key ("c") references "d" ("id")', /schema/],
    ['insert into "b" select 1', /schema/],
  ])("see a statement that must not be: %s", (statement, fault) => {
    expect(forbiddenIn(statement).join()).toMatch(fault);
  });

  it.each([
    'create unique index concurrently "x" on "a"."b" ("c")',
    'alter table "a"."b" add constraint "x" foreign key ("c") references "a"."d" ("id") on delete cascade',
    `alter table "a"."b" alter column "c" set default 'truncate "b" cascade'`,
    'alter index "a"."x" rename to "y"',
    'update "a"."b" as t set "c" = null from page as p where t."id" = p."id"',
  ])("have nothing against %s", (statement) => {
    expect(forbiddenIn(statement)).toEqual([]);
  });

  const foreign = `insert into posts (id, title) values (gen_random_uuid(), 'x');
    create view shown as select title from posts; create materialized view kept as select title from posts;
    create function touched() returns trigger language plpgsql as $f$ begin return new; end $f$;
    create trigger touch before update on posts for each row execute function touched();
    create policy mine on posts using (true); create statistics pair on id, title from posts;
    create publication some_posts for table posts (id); create index by_hand on posts (title);
    alter table posts add by_hand int, add constraint by_hand_check check (by_hand > 0);
    create table others (id int primary key, name text default 'x'); create type letters as enum ('a');
    grant select on posts to public; comment on table posts is 'a'; comment on column posts.title is 'a'`;

  it.each([
    "drop view shown",
    "create or replace view shown as select title, 1 as one from posts",
    "drop materialized view kept",
    "create or replace function touched() returns trigger language plpgsql as $f$ begin return null; end $f$",
    "drop trigger touch on posts",
    "alter table posts disable trigger touch",
    "drop policy mine on posts",
    "alter table posts enable row level security",
    "drop statistics pair",
    "alter publication some_posts set table posts (id, title)",
    "drop index by_hand",
    "drop index by_hand; create index by_hand on posts (title)",
    "alter table posts drop by_hand",
    "alter table posts alter by_hand set default 1",
    "alter table posts drop constraint by_hand_check",
    "drop table others",
    "alter table others alter name drop default",
    "alter table others rename to more",
    "drop type letters",
    "revoke select on posts from public",
    "grant update (title) on posts to public",
    "comment on table posts is null",
    "comment on column posts.title is 'b'",
    "create index new on posts (title)",
    "create table new (id int)",
    "alter default privileges grant select on tables to public",
  ])("U4 see that somebody else's things change: %s", async (change) => {
    await here.apply([posts]);
    await here.script(foreign);
    const before = await inventory(here);
    expect(disturbances(before, await inventory(here))).toEqual([]);
    await here.script(change);
    expect(disturbances(before, await inventory(here))).not.toEqual([]);
  });

  it.each([
    "update posts set title = 'y' where title = 'x'",
    "update posts a set title = b.title from posts b where a.id <> b.id",
    "delete from posts where title = 'x'",
    "insert into posts (id) values (gen_random_uuid())",
    "alter table posts alter title type varchar(1) using title::varchar(1)",
    "alter table posts drop title",
    "drop table posts",
    "truncate posts",
    "alter table posts drop title; alter table posts add title text",
  ])("U2 U3 see that rows change: %s", async (change) => {
    await here.apply([posts]);
    await here.sql(
      "insert into posts (id, title) values (gen_random_uuid(), 'x'), (gen_random_uuid(), 'zz')",
    );
    const before = await fingerprints(here);
    expect(rowFaults(nothing, before, await fingerprints(here))).toEqual([]);
    await here.script(change);
    expect(rowFaults(nothing, before, await fingerprints(here))).not.toEqual([]);
  });

  it("U5 U7 see the locks of a session, and which step says too little", async () => {
    await here.apply([posts]);
    const seen: SeenLock[] = [];
    const statement = "alter table posts add body text";
    await watchLocks(here.database, seen).session(async (runner) => {
      await runner.run({ text: "begin", values: [] });
      await runner.run({ text: statement, values: [] });
      await runner.run({ text: "rollback", values: [] });
    });
    expect(seen.map(({ mode }) => modeOf(mode))).toContain("ACCESS EXCLUSIVE");
    const [oid] = [...(await fingerprints(here)).keys()];
    const names = new Map([[oid ?? 0, ["posts"]]]);
    const said = (mode: "SHARE" | "ACCESS EXCLUSIVE") =>
      lockFaults(planOf({ statements: [statement], locks: [{ table: "posts", mode }] }), seen, names);
    expect(said("SHARE")).toHaveLength(1);
    expect(said("ACCESS EXCLUSIVE")).toEqual([]);
  });

  it("U10 see what is printed", async () => {
    const { printed } = await printedBy(async () => {
      process.stdout.write("one");
      process.stderr.write("two");
    });
    expect(printed).toEqual(["one", "two"]);
  });

  it("fail where the plan is another one", async () => {
    await expect(
      scenario(here, { start: [posts], to: [posts, tableOf("pages")], expect: "current" }),
    ).rejects.toThrow(/to deeply equal/);
  });
});
