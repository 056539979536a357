import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { Change } from "../../src/model/change.ts";
import type { ManagedObject } from "../../src/model/managed.ts";
import type { Refusal } from "../../src/model/refusal.ts";
import { column, id, indexOn, liveOf, tableOf, withManaged } from "../world/tables.ts";
import { type Scratch, scratch } from "./database.ts";
import { gradeOn } from "./grading.ts";
import { publication, standing } from "./standing.ts";

let world: Scratch;
beforeAll(async () => {
  world = await scratch();
});
afterAll(() => world.end());

beforeEach(async () => {
  await world.sql("create schema app");
  await world.sql("create table app.posts (id uuid primary key, v integer, w text)");
});
afterEach(async () => {
  await world.sql("drop schema app cascade");
});

const wanted = column("v", { type: "bigint" });
const table = tableOf("posts", { columns: [id, wanted] });

function retype(changes: Partial<Extract<Change, { readonly kind: "changeType" }>> = {}): Change {
  return {
    kind: "changeType",
    table,
    column: wanted,
    from: "integer",
    default: undefined,
    constraints: [],
    indexes: [],
    ...changes,
  };
}

const drop: Change = {
  kind: "orphanColumn",
  table,
  column: "v",
  type: "integer",
  blocksInserts: false,
  constraints: [],
  indexes: [],
};
const dropTable: Change = { kind: "orphanTable", name: "posts", foreignKeys: [] };

/** The refusals of changes of an empty table, which nothing but a dependant could be against. */
async function refusals(
  changes: readonly Change[],
  managed: readonly ManagedObject[] = [],
): Promise<readonly Refusal[]> {
  const live = withManaged({ ...liveOf(table, tableOf("others")), schema: "app" }, "posts", ...managed);
  const decisions = { dropOrphaned: true };
  const graded = await gradeOn(world, { tables: [table], live, changes, decisions });
  return graded.refusals;
}

/** What depends on the change, in words. */
async function blockers(
  changes: readonly Change[],
  managed: readonly ManagedObject[] = [],
): Promise<readonly string[]> {
  const found = await refusals(changes, managed);
  expect(found.map(({ code }) => code)).toEqual(found.map(() => "DEPENDENT_OBJECT"));
  return found.map(({ message }) => message);
}

afterEach(async () => {
  await world.sql("drop publication if exists shown");
});

describe("a change of type", () => {
  beforeEach(async () => {
    await world.sql(
      "create function app.nothing() returns trigger language plpgsql as 'begin return new; end'",
    );
  });

  it.each(standing)("is refused under %s", async (_, statements, words) => {
    for (const statement of statements) await world.sql(statement);
    expect(await blockers([retype()])).toEqual([expect.stringMatching(words)]);
    await expect(world.sql("alter table app.posts alter v type bigint")).rejects.toThrow();
  });

  it("goes on under what the server makes anew by itself", async () => {
    await world.sql("alter table app.posts alter v set default 1, alter v set not null, add unique (v, w)");
    await world.sql("create index on app.posts (v)");
    await world.sql("create statistics app.s on v, w from app.posts");
    await world.sql("comment on column app.posts.v is 'number'");
    await world.sql("create view app.others as select w from app.posts");
    expect(await blockers([retype()])).toEqual([]);
    await world.sql("alter table app.posts alter v type bigint");
  });

  it.each([
    [
      "check",
      "alter table app.posts add constraint small check (v < 10)",
      /constraint small on table app\.posts/,
    ],
    ["partial index", "create index some_idx on app.posts (v) where v > 0", /index app\.some_idx/],
    ["index over an expression", "create index some_idx on app.posts ((v + 1))", /index app\.some_idx/],
  ])(
    "is refused under somebody else's %s, which may mean nothing for the new type",
    async (_, statement, words) => {
      await world.sql(statement);
      expect(await blockers([retype()])).toEqual([expect.stringMatching(words)]);
      expect(await blockers([retype()], ["constraint small", "index some_idx"])).toEqual([]);
    },
  );

  it("that leaves the values as they are keeps somebody else's check", async () => {
    await world.sql(
      "alter table app.posts alter w type varchar(9), add constraint short check (length(w) < 5)",
    );
    const text = column("w");
    expect(await blockers([retype({ column: text, from: "character varying(9)" })])).toEqual([]);
    await world.sql("alter table app.posts alter w type text");
  });

  it("of a foreign key's column goes on only between types that the server can compare", async () => {
    await world.sql("alter table app.posts add constraint posts_v_key unique (v)");
    await world.sql("create table app.others (id uuid primary key, post integer references app.posts (v))");
    expect(await blockers([retype()])).toEqual([]);
    const text = column("v");
    expect(await blockers([retype({ column: text })])).toEqual([
      expect.stringContaining("constraint others_post_fkey on table app.others"),
    ]);
    await expect(world.sql("alter table app.posts alter v type text")).rejects.toThrow();
  });

  it("goes on when the foreign key is let go before", async () => {
    await world.sql("create table app.others (n integer primary key)");
    await world.sql(
      "alter table app.posts add constraint posts_v_fkey foreign key (v) references app.others",
    );
    const text = { column: column("v") };
    expect(await blockers([retype(text)], ["constraint posts_v_fkey"])).toHaveLength(1);
    expect(await blockers([retype({ ...text, constraints: ["posts_v_fkey"] })])).toEqual([]);
  });
});

describe("the drop of a column", () => {
  beforeEach(async () => {
    await world.sql(
      "create function app.nothing() returns trigger language plpgsql as 'begin return new; end'",
    );
  });

  it.each(standing)("is refused under %s", async (_, statements, words) => {
    for (const statement of statements) await world.sql(statement);
    expect(await blockers([drop])).toEqual([expect.stringMatching(words)]);
  });

  it.each([
    ["index over several columns", "create index both_idx on app.posts (w, v)", "index app.both_idx"],
    ["index with a condition", "create index some_idx on app.posts (w) where v > 0", "index app.some_idx"],
    [
      "unique constraint",
      "alter table app.posts add constraint one unique (v, w)",
      "constraint one on table app.posts",
    ],
    [
      "check",
      "alter table app.posts add constraint small check (v < 10)",
      "constraint small on table app.posts",
    ],
    ["statistics", "create statistics app.s on v, w from app.posts", "statistics object app.s"],
    ["sequence", "create sequence app.counter owned by app.posts.v", "sequence app.counter"],
  ])("is refused under somebody else's %s, which would go without a word", async (_, statement, words) => {
    await world.sql(statement);
    expect(await blockers([drop])).toEqual([`"posts"."v" can't be dropped: ${words} depends on it.`]);
  });

  it("takes what is ours, its default and its NOT NULL along", async () => {
    await world.sql("create index posts_v_idx on app.posts (v)");
    await world.sql(
      "alter table app.posts add constraint posts_v_check check (v < 10), alter v set default 1, alter v set not null",
    );
    expect(await blockers([drop], ["index posts_v_idx", "constraint posts_v_check"])).toEqual([]);
    await world.sql("alter table app.posts drop column v");
  });

  it("at the end of a change in two phases is refused likewise; the trigger that keeps both equal is ours", async () => {
    await world.sql("alter table app.posts add column next bigint");
    await world.sql(
      "create trigger lucent_sync_0123abcd before insert or update of v on app.posts for each row execute function app.nothing()",
    );
    const from = { name: "v", type: "integer", next: "next" };
    const contract: Change = { kind: "contract", table, column: wanted, from };
    expect(await blockers([contract])).toEqual([]);
    await world.sql("create index both_idx on app.posts (w, v)");
    expect(await blockers([contract])).toEqual([expect.stringContaining("index app.both_idx")]);
  });

  it("is not asked about while the column is kept", async () => {
    await world.sql("create view app.a as select v from app.posts");
    const live = { ...liveOf(table), schema: "app" };
    expect((await gradeOn(world, { tables: [table], live, changes: [drop] })).refusals).toEqual([]);
  });
});

describe("the drop of a table", () => {
  it("is refused under what is not a part of it", async () => {
    await world.sql(
      "create table app.others (id uuid primary key, post uuid constraint held references app.posts)",
    );
    await world.sql("create view app.a as select w from app.posts");
    await world.sql("create function app.f(app.posts) returns text language sql as 'select $1.w'");
    await world.sql("create table app.child () inherits (app.posts)");
    const [message = "", ...more] = await blockers([dropTable]);
    expect(more).toEqual([]);
    for (const words of [
      "view app.a",
      "constraint held on table app.others",
      "function app.f(app.posts)",
      "table app.child",
    ])
      expect(message).toContain(words);
    await expect(world.sql("drop table app.posts")).rejects.toThrow();
  });

  it("takes all that is a part of it along", async () => {
    await world.sql("create index on app.posts (v) where w is null");
    await world.sql("create policy mine on app.posts using (v > 0)");
    await world.sql(
      "alter table app.posts add constraint small check (v < 10), add column self uuid references app.posts",
    );
    await world.sql("create statistics app.s on v, w from app.posts");
    await world.sql(publication);
    expect(await blockers([dropTable])).toEqual([]);
    await world.sql("drop table app.posts");
  });

  it("goes on with tables that are dropped with it", async () => {
    await world.sql("create table app.others (id uuid primary key, post uuid references app.posts)");
    await world.sql("alter table app.posts add column other uuid references app.others");
    expect(await blockers([dropTable])).toHaveLength(1);
    expect(await blockers([dropTable, { ...dropTable, name: "others" }])).toEqual([]);
  });
});

describe("the drop of an index", () => {
  it("is refused while a foreign key of somebody else needs it", async () => {
    await world.sql("create unique index posts_v_key on app.posts (v)");
    const dropIndex: Change = { kind: "dropIndex", table, name: "posts_v_key" };
    const replace: Change = {
      kind: "replaceIndex",
      table,
      index: indexOn("posts_v_key", ["v"]),
      next: undefined,
    };
    expect(await blockers([dropIndex, replace])).toEqual([]);
    await world.sql("create table app.others (post integer constraint held references app.posts (v))");
    expect(await blockers([dropIndex, replace])).toEqual([
      expect.stringContaining("constraint held on table app.others"),
      expect.stringContaining("constraint held on table app.others"),
    ]);
    await expect(world.sql("drop index app.posts_v_key")).rejects.toThrow();
  });
});

describe("a rename", () => {
  it("names the functions whose body has the old name, and is made", async () => {
    await world.sql(
      "create function app.uses() returns void language plpgsql as 'begin perform headline from app.posts; end'",
    );
    await world.sql(
      "create function app.other() returns void language plpgsql as 'begin perform headlines; end'",
    );
    const renamed = column("title", { previousName: "headline" });
    const { changes, warnings } = await gradeOn(world, {
      tables: [table],
      live: { ...liveOf(table), schema: "app" },
      changes: [{ kind: "renameColumn", table, column: renamed, from: "headline", through: undefined }],
    });
    expect(changes).toHaveLength(1);
    expect(warnings).toEqual([expect.stringMatching(/"posts"\."headline".*: app\.uses\.$/)]);
  });
});
