import type { Column, ColumnType } from "@lucent/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { Change } from "../../src/model/change.ts";
import type { Conversion, Decisions } from "../../src/model/decisions.ts";
import { rewriteRows } from "../../src/model/graded.ts";
import { column, id, indexOn, liveOf, tableOf, withColumn, withIndex } from "../world/tables.ts";
import { type Scratch, scratch } from "./database.ts";
import { gradeOn } from "./grading.ts";

let world: Scratch;
beforeAll(async () => {
  world = await scratch();
});
afterAll(() => world.end());

const idOf = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`;

beforeEach(() => world.sql("create table public.posts (id uuid primary key)"));
afterEach(() => world.sql("drop table public.posts"));

async function values(type: string, ...texts: readonly (string | null)[]): Promise<void> {
  await world.sql(`alter table public.posts add column v ${type}`);
  for (const [at, text] of texts.entries()) {
    const value = text === null ? "null" : `'${text}'`;
    await world.sql(`insert into public.posts (id, v) values ('${idOf(at + 1)}', ${value})`);
  }
}

function situationOf(
  from: string,
  wanted: Column,
  decisions: Partial<Decisions> = {},
): Parameters<typeof gradeOn>[1] {
  const table = tableOf("posts", { columns: [id, wanted] });
  const change: Change = {
    kind: "changeType",
    table,
    column: wanted,
    from,
    default: undefined,
    constraints: [],
    indexes: [],
  };
  return {
    tables: [table],
    live: withColumn(liveOf(table), "posts", { v: { type: from } }),
    changes: [change],
    decisions,
  };
}

const to = (type: ColumnType): Column => column("v", { type });
const declared = (conversion: Conversion): Partial<Decisions> => ({
  conversions: new Map([["posts.v", conversion]]),
});

describe("a change of type", () => {
  it("is refused for values that would be cut, and no value is named", async () => {
    await values("numeric(10,2)", "1.25", "1.50", null);
    const { refusals } = await gradeOn(world, situationOf("numeric(10,2)", to("numeric(10,1)")));
    expect(refusals).toEqual([
      {
        code: "LOSSY_CAST",
        object: "posts.v",
        message:
          '"posts"."v" is numeric(10,2) and has 1 row with a value that numeric(10,1) would cut or round.',
        count: 1,
        samples: [idOf(1)],
        ways: [expect.stringContaining("Correct"), expect.stringContaining("posts.v"), expect.any(String)],
      },
    ]);
  });

  it("says how to find out again, under the lock, whether a value would be cut", async () => {
    await values("bigint", "7");
    const { changes } = await gradeOn(world, situationOf("bigint", to("integer")));
    expect(changes).toMatchObject([{ hazard: "rewrite", rows: 1, online: false }]);
    const [{ loses = "", using } = {}] = changes;
    expect(using).toBeUndefined();
    expect(await world.sql(`select id from public.posts where ${loses}`)).toEqual([]);
    await world.sql("update public.posts set v = 5000000000");
    expect(await world.sql(`select id from public.posts where ${loses}`)).toHaveLength(1);
  });

  it("is refused for values that can't be read as the new type", async () => {
    await values("text", '{"a": 1}', "no", "[", null);
    const { refusals } = await gradeOn(world, situationOf("text", to("jsonb")));
    expect(refusals).toMatchObject([{ code: "CAST_FAILS", count: 2, samples: [idOf(2), idOf(3)] }]);
  });

  it("reads texts as the new type where all of them can be", async () => {
    await values("text", "{}", null);
    const { changes } = await gradeOn(world, situationOf("text", to("jsonb")));
    expect(changes).toMatchObject([{ hazard: "rewrite", using: '"v"::text::jsonb' }]);
  });

  it("writes its expression over the name that the column gets", async () => {
    await values("text", "1");
    const wanted = column("w", { type: "bigint" });
    const situation = situationOf("text", wanted);
    const { changes } = await gradeOn(world, { ...situation, names: { "posts.w": "v" } });
    expect(changes).toMatchObject([{ using: '"w"::text::bigint' }]);
  });

  it("costs nothing where the values stay as they are", async () => {
    await values("varchar(50)", "a");
    const { changes } = await gradeOn(world, situationOf("character varying(50)", to("text")));
    expect(changes).toMatchObject([{ hazard: "safe" }]);
  });

  it("is refused where a unique index that is there would then have the same twice", async () => {
    const token = "0F8FAD5B-D9CB-469F-A165-70867728950E";
    await values("text", token, token.toLowerCase());
    await world.sql("create unique index posts_v_key on public.posts (v)");
    const situation = situationOf("text", to("uuid"));
    const live = withIndex(situation.live ?? liveOf(), "posts", {
      posts_v_key: indexOn("posts_v_key", ["v"], { unique: true }),
    });
    const { refusals } = await gradeOn(world, { ...situation, live });
    expect(refusals).toMatchObject([
      { code: "DUPLICATES", object: "posts.v", count: 1, samples: [idOf(1), idOf(2)] },
    ]);
    await expect(world.sql("alter table public.posts alter v type uuid using v::uuid")).rejects.toThrow();
    expect((await gradeOn(world, situation)).refusals).toEqual([]);
  });

  it("says when blanks go", async () => {
    await values("char(5)", "a");
    const { warnings } = await gradeOn(world, situationOf("character(5)", to("text")));
    expect(warnings).toEqual([expect.stringContaining('"posts.v"')]);
  });

  it("of a large table needs consent", async () => {
    await world.sql("alter table public.posts add column v integer");
    await world.sql(
      `insert into public.posts select gen_random_uuid(), n from generate_series(0, ${rewriteRows}) n`,
    );
    const situation = situationOf("integer", to("bigint"));
    const { changes, refusals } = await gradeOn(world, situation);
    expect(changes).toEqual([]);
    expect(refusals).toMatchObject([
      { code: "REWRITE_TOO_LARGE", object: "posts.v", count: rewriteRows + 1 },
    ]);
    expect(refusals[0]?.ways.join(" ")).toMatch(/--rewrite posts\.v.*--expand posts\.v/);
    const consented = await gradeOn(world, { ...situation, decisions: { rewrite: new Set(["posts.v"]) } });
    expect(consented.changes).toMatchObject([{ hazard: "rewrite", online: true }]);
    const free = situationOf("integer", to("text"));
    expect((await gradeOn(world, free)).refusals).toMatchObject([{ code: "REWRITE_TOO_LARGE" }]);
  });

  it("asks nothing more about a column that keeps its type", async () => {
    await values("text", "x", "x", null);
    const situation = situationOf("text", column("v", { type: "uuid", nullable: false }));
    const [table] = situation.tables;
    if (table === undefined) throw new TypeError("no table");
    const { refusals } = await gradeOn(world, {
      ...situation,
      changes: [
        { kind: "setNotNull", table, column: column("v"), leftover: undefined },
        {
          kind: "createIndex",
          table,
          index: indexOn("posts_v_key", ["v"], { unique: true }),
          leftover: undefined,
        },
        ...situation.changes,
      ],
    });
    expect(refusals.map(({ code }) => code)).toEqual(["CAST_FAILS"]);
  });

  it("counts values that become none in a required column", async () => {
    await values("text[]", "{a}", "{}");
    const wanted = column("v", { nullable: false });
    const { refusals } = await gradeOn(world, situationOf("text[]", wanted));
    expect(refusals).toMatchObject([{ code: "NULLS_PRESENT", count: 1, samples: [idOf(2)] }]);
    expect((await gradeOn(world, situationOf("text[]", to("text")))).refusals).toEqual([]);
  });
});

describe("a conversion", () => {
  const yesNo: Conversion = (name) =>
    `case ${name} when 'yes' then true when 'no' then false else ${name}::boolean end`;

  it("must be declared where nothing makes the one out of the other", async () => {
    await values("text", "yes", "no");
    const { refusals } = await gradeOn(world, situationOf("text", to("boolean")));
    expect(refusals).toMatchObject([{ code: "UNSUPPORTED", object: "posts.v" }]);
    expect(refusals[0]?.ways[0]).toContain("Declare a conversion");
  });

  it("is not needed where there is no value", async () => {
    await values("double precision", null);
    const { changes } = await gradeOn(world, situationOf("double precision", to("uuid")));
    expect(changes).toMatchObject([{ using: '"v"::text::uuid' }]);
    await world.sql(`alter table public.posts alter v type uuid using ${changes[0]?.using ?? ""}`);
  });

  it("is tried on every row before", async () => {
    await values("text", "yes", "no", "perhaps", null);
    const situation = situationOf("text", to("boolean"), declared(yesNo));
    const { refusals } = await gradeOn(world, situation);
    expect(refusals).toMatchObject([{ code: "CAST_FAILS", count: 1, samples: [idOf(3)] }]);
    await world.sql("delete from public.posts where v = 'perhaps'");
    const { changes } = await gradeOn(world, situation);
    await world.sql(`alter table public.posts alter v type boolean using ${changes[0]?.using ?? ""}`);
    expect(await world.sql("select v from public.posts order by id")).toEqual([[true], [false], [null]]);
  });

  it("may lose what it likes, and counts for more than what would be done without it", async () => {
    await values("numeric(10,2)", "1.25");
    const decisions = declared((name) => `pg_catalog.trunc(${name}, 1)`);
    const { changes } = await gradeOn(world, situationOf("numeric(10,2)", to("numeric(10,1)"), decisions));
    expect(changes).toMatchObject([{ using: '(pg_catalog.trunc("v", 1))::numeric(10,1)' }]);
  });

  it.each(["no sql (", "no_such_function(v)", "'x' + 1; drop table posts", "(select no_such from posts)"])(
    "that is no SQL for it is said to be wrong in itself: %s",
    async (text) => {
      await values("text", "a");
      const { refusals } = await gradeOn(
        world,
        situationOf(
          "text",
          to("boolean"),
          declared(() => text),
        ),
      );
      expect(refusals).toMatchObject([{ code: "CAST_FAILS", object: "posts.v" }]);
      expect(refusals[0]?.message).toMatch(/declared .*\(SQLSTATE 42/);
      expect(refusals[0]?.count).toBeUndefined();
    },
  );
});

describe("a change in two phases", () => {
  const wanted = to("bigint");
  const table = tableOf("posts", {
    columns: [id, wanted],
    indexes: [indexOn("posts_v_key", ["v"], { unique: true })],
  });
  const live = withColumn(liveOf(table), "posts", { v: { type: "text" }, next: { type: "bigint" } });
  const from = { name: "v", type: "text", next: "next" };

  it("begins only with values that can be converted, and not for keys", async () => {
    await values("text", "1", "x");
    const change = { kind: "expand", table, column: wanted, from } as const;
    const situation = { tables: [table], live, changes: [change] };
    expect((await gradeOn(world, situation)).refusals).toMatchObject([{ code: "CAST_FAILS", count: 1 }]);
    await world.sql("delete from public.posts where v = 'x'");
    expect((await gradeOn(world, situation)).changes).toMatchObject([
      { hazard: "slow", using: '"v"::text::bigint' },
    ]);
    const key = { ...change, column: id, from: { name: "id", type: "text", next: "next" } };
    expect((await gradeOn(world, { ...situation, changes: [key] })).refusals).toMatchObject([
      { code: "UNSUPPORTED", object: "posts.id" },
    ]);
  });

  it("ends only when the two agree in every row, and fit what waits for them", async () => {
    await values("text", "1", "01", "3");
    await world.sql("alter table public.posts add column next bigint");
    const situation = {
      tables: [table],
      live,
      changes: [{ kind: "contract", table, column: wanted, from }],
    } as const;
    await world.sql("update public.posts set next = v::bigint where v <> '3'");
    expect((await gradeOn(world, situation)).refusals).toMatchObject([
      { code: "DATA_LOSS", object: "posts.v", count: 1, samples: [idOf(3)] },
    ]);
    await world.sql("update public.posts set next = v::bigint");
    expect((await gradeOn(world, situation)).refusals).toMatchObject([{ code: "DUPLICATES", count: 1 }]);
    await world.sql("delete from public.posts where v = '01'");
    expect((await gradeOn(world, situation)).changes).toMatchObject([{ hazard: "destructive", rows: 2 }]);
  });

  it("of a rename compares the two columns, and needs every row filled where it is required", async () => {
    await values("text", "1", null);
    await world.sql("alter table public.posts add column w text");
    const renamed = column("w", { nullable: false });
    const posts = tableOf("posts", { columns: [id, renamed] });
    const change = {
      kind: "contract",
      table: posts,
      column: renamed,
      from: { name: "v", type: "text", next: "w" },
    } as const;
    const situation = { tables: [posts], changes: [change] };
    expect((await gradeOn(world, situation)).refusals).toMatchObject([{ code: "DATA_LOSS", count: 1 }]);
    await world.sql("update public.posts set w = v");
    expect((await gradeOn(world, situation)).refusals).toMatchObject([{ code: "NULLS_PRESENT", count: 1 }]);
    await world.sql("delete from public.posts where v is null");
    expect((await gradeOn(world, situation)).refusals).toEqual([]);
  });

  it("of a rename is not refused for the rest of the column", async () => {
    await values("text", "1");
    const renamed = column("w");
    const posts = tableOf("posts", { columns: [id, renamed] });
    const { changes } = await gradeOn(world, {
      tables: [posts],
      changes: [
        { kind: "expand", table: posts, column: renamed, from: { name: "v", type: "text", next: "w" } },
      ],
      names: { "posts.w": "" },
    });
    expect(changes).toHaveLength(1);
    expect(changes[0]?.using).toBeUndefined();
  });
});
