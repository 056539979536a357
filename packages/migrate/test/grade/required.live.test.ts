import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { onlineRows } from "../../src/model/graded.ts";
import { column, indexOn, liveOf, tableOf, withIndex } from "../world/tables.ts";
import { type Scratch, scratch } from "./database.ts";
import { gradeOn } from "./grading.ts";

let world: Scratch;
beforeAll(async () => {
  world = await scratch();
});
afterAll(() => world.end());

const idOf = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`;
const ids = (...digits: readonly number[]): readonly string[] => digits.map(idOf);

beforeEach(async () => {
  await world.sql("create table public.posts (id uuid primary key, title text)");
});
afterEach(async () => {
  await world.sql("drop table public.posts");
});

/** Posts with ids of their own, from their titles. */
async function posts(...titles: readonly (string | null)[]): Promise<void> {
  for (const [at, title] of titles.entries()) {
    const value = title === null ? "null" : `'${title}'`;
    await world.sql(`insert into public.posts (id, title) values ('${idOf(at + 1)}', ${value})`);
  }
}

const required = column("title", { nullable: false });
const table = tableOf("posts", { columns: [column("id", { type: "uuid", nullable: false }), required] });
const notNull = { kind: "setNotNull", table, column: required, leftover: undefined } as const;

describe("NOT NULL", () => {
  it("is refused with the rows that are empty, and how to fill them", async () => {
    await posts("a", null, null, null, null);
    const { changes, refusals } = await gradeOn(world, { tables: [table], changes: [notNull] });
    expect(changes).toEqual([]);
    expect(refusals).toMatchObject([
      { code: "NULLS_PRESENT", object: "posts.title", count: 4, samples: ids(2, 3, 4) },
    ]);
    expect(refusals[0]?.message).toBe(
      '"posts"."title" is required, and 4 rows of "posts" would have no value in it.',
    );
    expect(refusals[0]?.ways).toHaveLength(3);
  });

  it("is set where no row is empty", async () => {
    await posts("a", "b");
    expect(await gradeOn(world, { tables: [table], changes: [notNull] })).toEqual({
      changes: [{ change: notNull, hazard: "safe", rows: 2, online: false }],
      refusals: [],
      warnings: [],
    });
  });

  it("fills empty rows only where that was decided and there is a default", async () => {
    await posts("a", null);
    const filled = { ...required, default: { value: "untitled" } };
    const change = { ...notNull, column: filled };
    const decisions = { backfill: new Set(["posts.title"]) };
    const situation = { tables: [{ ...table, columns: [filled] }], changes: [change] };
    const refused = await gradeOn(world, situation);
    expect(refused.refusals[0]?.ways[0]).toContain("--backfill posts.title");
    expect((await gradeOn(world, { ...situation, decisions })).changes).toMatchObject([
      { backfill: true, rows: 2 },
    ]);
    const without = await gradeOn(world, { tables: [table], changes: [notNull], decisions });
    expect(without.refusals).toMatchObject([{ code: "NULLS_PRESENT", count: 1 }]);
  });

  it.each([
    ["of ours", {}],
    ["of somebody else with an expression", { columns: [], expression: "lower(title)" }],
    ["of somebody else with a condition", { predicate: "(title IS NOT NULL)" }],
  ])("fills nothing where a unique index %s would then have the same twice", async (_, changes) => {
    await posts("a", null, null);
    const filled = { ...required, default: { value: "A" } };
    const posted = { ...table, columns: [...table.columns.slice(0, 1), filled] };
    const live = withIndex(liveOf(posted), "posts", {
      posts_title_key: { ...indexOn("posts_title_key", ["title"], { unique: true }), ...changes },
    });
    const situation = {
      tables: [posted],
      live,
      changes: [{ ...notNull, table: posted, column: filled }],
      decisions: { backfill: new Set(["posts.title"]) },
    };
    expect((await gradeOn(world, situation)).refusals).toMatchObject([
      { code: "DUPLICATES", object: "posts.title", count: 1 },
    ]);
    await world.sql(`delete from public.posts where id = '${idOf(3)}'`);
    const isLower = "expression" in changes;
    expect((await gradeOn(world, situation)).refusals).toHaveLength(isLower ? 1 : 0);
    const fill = { ...situation, changes: [{ kind: "fillColumn", table: posted, column: filled } as const] };
    expect((await gradeOn(world, fill)).refusals).toHaveLength(isLower ? 1 : 0);
  });

  it("asks under the name that the column has now", async () => {
    await posts("a", null);
    const renamed = column("headline", { nullable: false, previousName: "title" });
    const articles = tableOf("articles", { columns: [required, renamed], previousName: "posts" });
    const { refusals } = await gradeOn(world, {
      tables: [articles],
      live: liveOf(table),
      changes: [{ ...notNull, table: articles, column: renamed }],
      names: { articles: "posts", "articles.headline": "title" },
    });
    expect(refusals).toMatchObject([{ code: "NULLS_PRESENT", object: "articles.headline", count: 1 }]);
  });

  it("goes the way in several steps above a number of rows", async () => {
    await world.sql(
      `insert into public.posts (id, title) select gen_random_uuid(), 'x' from generate_series(0, ${onlineRows})`,
    );
    const { changes } = await gradeOn(world, { tables: [table], changes: [notNull] });
    expect(changes).toMatchObject([{ hazard: "slow", rows: onlineRows + 1, online: true }]);
  });
});

describe("a new column", () => {
  it("that is required needs a default where there are rows", async () => {
    const slug = column("slug", { nullable: false });
    const change = { kind: "addColumn", table, column: slug } as const;
    const situation = { tables: [table], changes: [change], names: { "posts.slug": "" } };
    expect(await gradeOn(world, situation)).toMatchObject({
      changes: [{ hazard: "safe", rows: 0 }],
      refusals: [],
    });
    await posts("a", "b");
    const { refusals } = await gradeOn(world, situation);
    expect(refusals).toMatchObject([{ code: "NULLS_PRESENT", object: "posts.slug", count: 2 }]);
    expect(refusals[0]?.ways).toHaveLength(3);
    const constant = { ...change, column: { ...slug, default: { value: "x" } } };
    expect((await gradeOn(world, { ...situation, changes: [constant] })).changes).toMatchObject([
      { hazard: "safe" },
    ]);
  });

  it("is filled row by row where each gets a value of its own", async () => {
    const token = column("token", { type: "uuid", nullable: false, default: { call: "gen_random_uuid" } });
    const change = { kind: "addColumn", table, column: token } as const;
    const situation = { tables: [table], changes: [change], names: { "posts.token": "" } };
    expect((await gradeOn(world, situation)).changes[0]?.backfill).toBeUndefined();
    await posts("a");
    expect((await gradeOn(world, situation)).changes).toMatchObject([{ backfill: true, rows: 1 }]);
  });
});

it("warns when a required column loses its default", async () => {
  const change = { kind: "dropDefault", table, column: required } as const;
  const { changes, warnings } = await gradeOn(world, { tables: [table], changes: [change] });
  expect(changes).toHaveLength(1);
  expect(warnings).toEqual([expect.stringContaining('"posts"."title"')]);
  const optional = { ...change, column: column("title") };
  expect((await gradeOn(world, { tables: [table], changes: [optional] })).warnings).toEqual([]);
});
