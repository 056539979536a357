import { type ColumnType, type Database, openDatabase } from "@lucent/core";
import { createTestDatabase, type TestDatabase } from "@lucent/core/testing";
import { afterAll, beforeAll, expect, inject, it } from "vitest";

import { isSameDefault } from "../src/default-value.ts";
import { literal } from "../src/quote.ts";
import { column } from "./world/tables.ts";

let created: TestDatabase;
let database: Database;
let close: () => Promise<void>;

beforeAll(async () => {
  created = await createTestDatabase({
    url: inject("databaseUrl"),
    template: "migrate_empty",
    prepare: async () => undefined,
  });
  ({ database, close } = openDatabase({ collections: [], database: { url: created.url } }, {}));
});

afterAll(async () => {
  await close();
  await created.drop();
});

/** How the server prints defaults of a type, each given as SQL. */
async function printed(type: string, expressions: readonly string[]): Promise<readonly string[]> {
  return database.session(async (runner) => {
    const run = (text: string): ReturnType<typeof runner.run> => runner.run({ text, values: [] });
    await run("set search_path = pg_catalog");
    const columns = expressions.map((each, at) => `c${at} ${type} default ${each}`);
    await run(`create temporary table t (${columns.join(", ")})`);
    const rows = await run(`select pg_get_expr(adbin, 0) from pg_attrdef
      where adrelid = 'pg_temp.t'::regclass order by adnum`);
    return rows.map(([text]) => String(text));
  });
}

const moment = "timestamp(3) with time zone";
const hostile = [
  "x",
  "",
  " ",
  "it's",
  "''",
  String.raw`a\b`,
  String.raw`\'`,
  "a\nb\tc\r",
  "'; drop table x; --",
  "$$ $1 %s {} NULL null",
  "::text",
  "now()",
  "\u0001",
  "\u00e9\ud83d\ude00",
  '"quoted"',
];

it.each<readonly [ColumnType, readonly string[]]>([
  ["text", hostile],
  [
    "text[]",
    [
      "{}",
      ...hostile.map((each) => `{"${each.replaceAll(/["\\]/g, String.raw`\$&`)}","second"}`),
      '{"a","b"}',
    ],
  ],
  [
    "jsonb",
    ["[]", "{}", "null", "true", "-1.5e+21", '"x"', ...hostile.map((each) => JSON.stringify([each]))],
  ],
  ["jsonb", ['{"b":1,"a":{"d":[1,{"z":null}],"c":""}}', '{"__proto__":{"a":1}}']],
  ["bigint", ["0", "1", "-1", "9007199254740991", "-9007199254740991"]],
  ["integer", ["0", "-2147483648", "2147483647"]],
  ["double precision", ["0", "0.1", "-0.5", "1e+21", "5e-324", "1.7976931348623157e+308", "123456.789"]],
  ["numeric", ["0", "-0.10", "1.50", "100", "0.000000000000000000001", "123456789012345678901234567890.5"]],
  ["numeric(10,2)", ["0.00", "-0.10", "99999999.99"]],
  ["boolean", ["true", "false"]],
  ["uuid", ["0190b0b6-0000-7000-8000-0000000000af"]],
  [moment, ["0001-01-01T00:00:00.000Z", "2026-02-28T23:59:59.999Z", "9999-12-31T23:59:59.999Z"]],
])("knows every default of %s that it has set, and no other", { timeout: 60_000 }, async (type, values) => {
  const found = await printed(type, values.map(literal));
  const same = values.map((value) =>
    found.map((text) => isSameDefault(column("a", { type, default: { value } }), text)),
  );
  expect(same).toEqual(values.map((_, row) => found.map((__, at) => at === row)));
});

it.each<readonly [ColumnType, string, readonly string[]]>([
  ["text", "x", ["'x'::text", "'x'::varchar", "E'x'", "$$x$$", "cast('x' as text)", "U&'x'"]],
  ["bigint", "-1", ["-1", "'-1'", "(-1)::bigint", "(-1)::int", "'-1'::smallint"]],
  ["double precision", "0.1", ["0.1", ".1", "1e-1", "'0.1'", "0.1::numeric", "0.1::float8"]],
  ["double precision", "-2", ["-2", "-2.0", "(-2)::bigint"]],
  ["numeric(10,2)", "1.50", ["1.5", "'1.5'", "1.50::numeric(10,2)", "1.5::numeric"]],
  ["boolean", "true", ["true", "'t'", "'yes'::boolean", "'1'"]],
  ["jsonb", '{"b":1,"a":[]}', [`'{"a":[],"b":1}'`, `'{"b": 1, "a": []}'::jsonb`, `'{"a":[],"b":1}'::json`]],
  ["text[]", "{}", ["'{}'", "array[]::text[]", "'{}'::varchar[]", "'{}'::text[]"]],
  [
    "text[]",
    '{"a","b"}',
    ["'{a,b}'", "array['a','b']", "array['a','b']::varchar[]", '\'{"a", "b"}\'::text[]'],
  ],
  [
    moment,
    "2026-01-01T00:00:00.500Z",
    ["'2026-01-01T00:00:00.5Z'", "'2026-01-01 01:00:00.5+01'::timestamptz"],
  ],
])("knows the %s default %j in another spelling", async (type, value, expressions) => {
  const found = await printed(type, expressions);
  expect(found.filter((text) => !isSameDefault(column("a", { type, default: { value } }), text))).toEqual([]);
});

it("knows the moment of the insert in every spelling", async () => {
  const wanted = column("a", { type: moment, default: { call: "now" } });
  const found = await printed(moment, [
    "now()",
    "current_timestamp",
    "current_timestamp(3)",
    "transaction_timestamp()",
    "now()::timestamptz",
  ]);
  expect(found.filter((text) => !isSameDefault(wanted, text))).toEqual([]);
  const others = await printed(moment, [
    "clock_timestamp()",
    "current_timestamp(0)",
    "now() + '1 day'",
    "current_date",
  ]);
  expect(others.filter((text) => isSameDefault(wanted, text))).toEqual([]);
});

it("takes a default of null for none", async () => {
  // The first one is not even stored.
  const found = await printed("text", ["null", "null::varchar"]);
  expect(found).toHaveLength(1);
  expect(isSameDefault(column("a"), found[0])).toBe(true);
});
