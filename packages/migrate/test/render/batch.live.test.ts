import type { ColumnType, Table } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { batchRows, batchSql } from "../../src/render/batch.ts";
import { column, tableOf } from "../world/tables.ts";
import { type Ground, ground } from "./ground.ts";

let here: Ground;
beforeAll(async () => {
  here = await ground();
});
afterAll(() => here.end());
beforeEach(() => here.sql("drop table if exists t"));

const fill = (table: Table, value: string): string =>
  batchSql({
    table,
    qualified: '"public"."t"',
    change: (page, key) =>
      `update "public"."t" as t set "v" = ${value} from ${page} as p where ${key} and t."v" is null returning 1`,
  });

/** Rows changed by each batch. */
async function walk(
  text: string,
  between: () => Promise<unknown> = async () => undefined,
): Promise<number[]> {
  const batches: number[] = [];
  let cursor: string | null = null;
  do {
    const [[next, changed] = []]: readonly (readonly unknown[])[] = await here.database.run({
      text,
      values: [cursor],
    });
    batches.push(Number(changed));
    cursor = typeof next === "string" ? next : null;
    await between();
  } while (cursor !== null);
  return batches;
}

const keyed = (...types: readonly ColumnType[]): Table =>
  tableOf("t", {
    columns: [...types.map((type, at) => column(`k${at}`, { type, nullable: false })), column("v")],
    primaryKey: { name: "t_pkey", columns: types.map((_, at) => `k${at}`) },
  });

describe("a batched statement", () => {
  it.each<[string, readonly ColumnType[], string]>([
    ["a uuid", ["uuid"], "gen_random_uuid()"],
    ["two uuids", ["uuid", "uuid"], "md5((n % 7)::text)::uuid, gen_random_uuid()"],
    ["a text", ["text"], `case when n = 1 then '' else 'it''s "' || n || '" \\' end`],
    ["a number", ["bigint"], "n * (case when n % 2 = 0 then 1 else -1 end)"],
    [
      "a moment and a truth",
      ["timestamp(3) with time zone", "boolean"],
      "now() + n * interval '1 ms', n % 2 = 0",
    ],
    ["a decimal", ["numeric"], "n / 7.0"],
    ["a list and json", ["text[]", "jsonb"], "array['a', n::text], to_jsonb(n)"],
  ])("reaches each row once, by a key of %s", async (_, types, keys) => {
    const columns = types.map((type, at) => `k${at} ${type}`).join(", ");
    await here.sql(
      `create table t (${columns}, v text, primary key (${types.map((__, at) => `k${at}`).join(", ")}))`,
    );
    await here.sql(`insert into t select ${keys} from generate_series(1, ${2 * batchRows + 1}) n`);
    const text = fill(keyed(...types), "'x'");
    expect(await walk(text)).toEqual([batchRows, batchRows, 1]);
    expect(await here.sql("select count(*)::integer from t where v = 'x'")).toEqual([[2 * batchRows + 1]]);
    expect(await walk(text)).toEqual([0, 0, 0]);
  });

  it("ends where the rows end, and with none at once", async () => {
    await here.sql("create table t (k0 uuid primary key, v text)");
    const text = fill(keyed("uuid"), "'x'");
    expect(await walk(text)).toEqual([0]);
    await here.sql(`insert into t select gen_random_uuid() from generate_series(1, ${batchRows})`);
    expect(await walk(text)).toEqual([batchRows]);
  });

  it("leaves rows that have a value, and goes on when others delete the row where it is", async () => {
    await here.sql("create table t (k0 uuid primary key, v text)");
    await here.sql(
      `insert into t select gen_random_uuid(), case when n % 2 = 0 then 'own' end from generate_series(1, ${3 * batchRows}) n`,
    );
    let isFirst = true;
    const deleteNext = async (): Promise<void> => {
      if (!isFirst) return;
      isFirst = false;
      await here.sql(`delete from t where k0 = (select k0 from t order by k0 offset ${batchRows} limit 1)`);
    };
    const batches = await walk(fill(keyed("uuid"), "'x'"), deleteNext);
    expect(batches).toHaveLength(3);
    expect(await here.sql("select count(*)::integer from t where v is null")).toEqual([[0]]);
    expect(await here.sql("select count(*)::integer from t where v = 'own'")).not.toEqual([[0]]);
  });

  it("goes on from its cursor by the key's index", async () => {
    await here.sql("create table t (k0 uuid, k1 uuid, v text, primary key (k0, k1))");
    await here.sql(
      "insert into t select gen_random_uuid(), gen_random_uuid() from generate_series(1, 20000)",
    );
    await here.sql("analyze t");
    const cursor = JSON.stringify([
      "f0000000-0000-0000-0000-000000000000",
      "00000000-0000-0000-0000-000000000000",
    ]);
    const plan = await here.database.run({
      text: `explain ${fill(keyed("uuid", "uuid"), "'x'")}`,
      values: [cursor],
    });
    expect(plan.flat().join("\n")).toMatch(/Index Cond: \(ROW\(k0, k1\) >= ROW\(/);
  });
});
