import type { ColumnType } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { failuresOf } from "../src/grade/attempts.ts";
import { type Obstacle, typeChange, type TypeChange } from "../src/type-changes.ts";
import { type Scratch, scratch } from "./grade/database.ts";
import { toFraction, toWhole } from "./grade/number-type-cases.ts";
import { toOthers, toText, toTexts } from "./grade/text-type-cases.ts";

const zoned = "timestamp(3) with time zone";

let world: Scratch;
beforeAll(async () => {
  world = await scratch();
});
afterAll(() => world.end());

describe("typeChange", () => {
  it.each([...toText, ...toTexts, ...toWhole, ...toFraction, ...toOthers])(
    "says what $from becomes as $to: the file is $file",
    async ({ from, to, file, good, bad = [], code }) => {
      const change = possible(typeChange(from, to, world.server));
      await world.sql(`create table public.t (id uuid primary key default gen_random_uuid(), v ${from})`);
      try {
        const inputs = Object.keys(good);
        await fill([...inputs, ...bad]);
        if (code !== undefined) {
          expect(await objection(change.obstacles)).toEqual({ kind: code, count: bad.length });
          for (const value of bad)
            await world.sql(`delete from public.t where v::text = ${quoted(value)}::${from}::text`);
        }
        await world.sql("insert into public.t (v) values (null)");
        expect(await objection(change.obstacles)).toBeUndefined();

        const before = await fileNumber();
        const using = change.using === undefined ? "" : ` using ${change.using('"v"')}`;
        await world.sql(`alter table public.t alter column "v" type ${to}${using}`);
        expect((await fileNumber()) === before ? "stays" : "rewritten").toBe(file);
        expect(change.verdict).toBe(file === "stays" ? "none" : "rewrite");
        const stored = await world.sql("select v::text from public.t order by v::text nulls last");
        expect(new Set(stored.map(([value]) => value))).toEqual(new Set([...Object.values(good), null]));
        expect(stored).toHaveLength(inputs.length + 1);
      } finally {
        await world.sql("drop table public.t");
      }
    },
  );

  it.each<[string, ColumnType]>([
    ["text", "boolean"],
    ["double precision", "boolean"],
    ["integer", "uuid"],
    ["bytea", "uuid"],
    ["text[]", "uuid"],
    ["uuid[]", "text"],
    ["integer", "text[]"],
    ["integer", zoned],
    ["time without time zone", zoned],
    ["date", "bigint"],
    ["jsonb", "text[]"],
    ["jsonb", "double precision"],
    ["integer[]", "integer"],
    ["text[]", "bigint"],
    ["bytea", "jsonb"],
    ["timestamp(3) with time zone[]", zoned],
    ["constructor", "bigint"],
  ])("leaves %s as %s to a declared conversion", (from, to) => {
    expect(typeChange(from, to, world.server)).toEqual({ verdict: "impossible" });
  });

  it("says when blanks at the end go", () => {
    const trims = ["character(5)", "character varying(5)", "text"].map(
      (from) => possible(typeChange(from, from === "text" ? "jsonb" : "text", world.server)).trims,
    );
    expect(trims).toEqual([true, undefined, undefined]);
  });
});

function possible(change: TypeChange): Exclude<TypeChange, { readonly verdict: "impossible" }> {
  if (change.verdict === "impossible") throw new Error("impossible");
  return change;
}

async function fill(values: readonly string[]): Promise<void> {
  for (const value of values) await world.sql(`insert into public.t (v) values (${quoted(value)})`);
}

/** The first obstacle that there is. */
async function objection(
  obstacles: readonly Obstacle[],
): Promise<{ readonly kind: string; readonly count: number } | undefined> {
  for (const obstacle of obstacles) {
    const count = await world.snapshot(async (runner) => {
      if ("attempt" in obstacle) {
        const expression = obstacle.attempt('"v"');
        return (await failuresOf(runner, { relation: "public.t", expression, key: "r.id::text" })).count;
      }
      const text = `select count(*)::integer from public.t r where ${obstacle.affected('r."v"')}`;
      const [[found] = []] = await runner.run({ text, values: [] });
      return Number(found);
    });
    if (count > 0) return { kind: obstacle.kind, count };
  }
  return undefined;
}

async function fileNumber(): Promise<unknown> {
  const [[file] = []] = await world.sql("select pg_relation_filenode('public.t')");
  return file;
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
