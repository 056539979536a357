import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { Decisions } from "../../src/model/decisions.ts";
import { column, id, liveOf, tableOf } from "../world/tables.ts";
import { type Scratch, scratch } from "./database.ts";
import { gradeOn } from "./grading.ts";

let world: Scratch;
beforeAll(async () => {
  world = await scratch();
  await world.sql(
    "create table public.posts (id uuid primary key default gen_random_uuid(), subtitle text, empty text)",
  );
  await world.sql("insert into public.posts (subtitle) values ('a'), ('b'), (null)");
  await world.sql("create table public.tags (id uuid primary key default gen_random_uuid())");
  await world.sql("create table public.gone (id uuid primary key)");
});
afterAll(() => world.end());

const posts = tableOf("posts", { columns: [id] });
const full = tableOf("posts", { columns: [id, column("subtitle"), column("empty")] });
const live = liveOf(full, tableOf("tags"), tableOf("gone"));

const orphan = {
  kind: "orphanColumn",
  table: posts,
  column: "subtitle",
  type: "text",
  blocksInserts: false,
  constraints: [],
  indexes: [],
} as const;
const table = { kind: "orphanTable", name: "tags", foreignKeys: [] } as const;
const dropping = (...names: readonly string[]): Partial<Decisions> => ({
  dropOrphaned: true,
  drop: new Set(names),
});

beforeEach(async () => {
  await world.sql("delete from public.tags");
  await world.sql("insert into public.tags default values");
});

describe("an orphaned column", () => {
  it("is kept with a warning that counts its values", async () => {
    expect(await gradeOn(world, { tables: [posts], live, changes: [orphan] })).toEqual({
      changes: [],
      refusals: [],
      warnings: ['Column "posts.subtitle" belongs to nothing any more and is kept, with a value in 2 rows.'],
    });
  });

  it("is kept though it is named, as long as no orphan may go", async () => {
    const decisions = { drop: new Set(["posts.subtitle"]) };
    const { changes, refusals } = await gradeOn(world, {
      tables: [posts],
      live,
      changes: [orphan],
      decisions,
    });
    expect([changes, refusals]).toEqual([[], []]);
  });

  it.each([
    { blocksInserts: true },
    { constraints: ["posts_subtitle_check"] },
    { indexes: ["posts_subtitle_key"] },
  ])("is a change when it would hurt: %j", async (hurt) => {
    const { changes } = await gradeOn(world, { tables: [posts], live, changes: [{ ...orphan, ...hurt }] });
    expect(changes).toMatchObject([{ hazard: "safe" }]);
    expect(changes[0]?.drop).toBeUndefined();
  });

  it("is dropped with what it holds only when it is named", async () => {
    const refused = await gradeOn(world, {
      tables: [posts],
      live,
      changes: [orphan],
      decisions: dropping("posts"),
    });
    expect(refused.changes).toEqual([]);
    expect(refused.refusals).toMatchObject([{ code: "DATA_LOSS", object: "posts.subtitle", count: 2 }]);
    expect(refused.refusals[0]?.ways[0]).toContain("--drop posts.subtitle");
    const decisions = dropping("posts.subtitle");
    const { changes, warnings } = await gradeOn(world, {
      tables: [posts],
      live,
      changes: [orphan],
      decisions,
    });
    expect(changes).toMatchObject([{ drop: true, hazard: "destructive", rows: 2 }]);
    expect(warnings).toHaveLength(1);
  });

  it("that is empty is dropped without being named", async () => {
    const empty = { ...orphan, column: "empty" };
    const { changes, warnings } = await gradeOn(world, {
      tables: [posts],
      live,
      changes: [empty],
      decisions: dropping(),
    });
    expect(changes).toMatchObject([{ drop: true, rows: 0 }]);
    expect(warnings).toEqual([expect.stringContaining("without a value")]);
  });
});

describe("an orphaned table", () => {
  it("is kept with a warning, and its foreign keys are let go", async () => {
    expect(await gradeOn(world, { tables: [], live, changes: [table] })).toMatchObject({
      changes: [],
      warnings: [expect.stringContaining("with 1 row")],
    });
    const holding = { ...table, foreignKeys: ["tags_post_fkey"] };
    expect((await gradeOn(world, { tables: [], live, changes: [holding] })).changes).toMatchObject([
      { hazard: "safe" },
    ]);
  });

  it("is dropped with its rows only when it is named, and without when it is empty", async () => {
    const gone = { ...table, name: "gone" };
    const { changes, refusals } = await gradeOn(world, {
      tables: [],
      live,
      changes: [table, gone],
      decisions: dropping(),
    });
    expect(refusals).toMatchObject([{ code: "DATA_LOSS", object: "tags", count: 1 }]);
    expect(changes).toMatchObject([{ change: gone, drop: true }]);
    const named = await gradeOn(world, { tables: [], live, changes: [table], decisions: dropping("tags") });
    expect(named.changes).toMatchObject([{ drop: true, rows: 1 }]);
  });
});

describe("an older release than the one that migrated last", () => {
  const newer = { ...live, history: { configurations: ["of-a-test", "of-tomorrow"], production: true } };

  it("drops nothing, not even what is empty", async () => {
    const changes = [orphan, { ...orphan, column: "empty" }, table];
    const { changes: made, refusals } = await gradeOn(world, {
      tables: [posts],
      live: newer,
      changes,
      decisions: dropping(),
    });
    expect(made).toEqual([]);
    expect(refusals.map(({ code, object }) => [code, object])).toEqual([
      ["NEWER_SCHEMA", "posts.subtitle"],
      ["NEWER_SCHEMA", "posts.empty"],
      ["NEWER_SCHEMA", "tags"],
    ]);
  });

  it("drops what is named, and keeps all without dropOrphaned", async () => {
    const situation = { tables: [posts], live: newer, changes: [orphan] };
    expect(
      (await gradeOn(world, { ...situation, decisions: dropping("posts.subtitle") })).changes,
    ).toHaveLength(1);
    expect(await gradeOn(world, situation)).toMatchObject({ changes: [], refusals: [] });
  });

  it.each([[["of-a-test"]], [["of-yesterday", "of-a-test"]], [["of-yesterday"]], [[]]])(
    "is not one whose configuration is the last or not known: %j",
    async (configurations) => {
      const history = { configurations, production: false };
      const situation = {
        tables: [posts],
        live: { ...live, history },
        changes: [orphan],
        decisions: dropping(),
      };
      expect((await gradeOn(world, situation)).refusals).toMatchObject([{ code: "DATA_LOSS" }]);
    },
  );
});
