import { afterAll, beforeAll, expect, inject, test } from "vitest";

import type { Database } from "../../src/contract/database.ts";
import { parseArray } from "../../src/postgres/arrays.ts";
import { type Pools, pools, statement } from "./pools.ts";

let world: Pools;
let database: Database;

beforeAll(async () => {
  world = await pools(inject("databaseUrl"));
  database = world.open({ max: 1 });
});

afterAll(() => world.close());

const id = "0190a1b2-0000-7000-8000-000000000000";

const cases: readonly [string, unknown][] = [
  ["array[]::text[]", []],
  ["array['a', 'b']", ["a", "b"]],
  [
    "array['', ' ', ',', '{', '}', '\"', '\\', 'NULL', 'null', null]",
    ["", " ", ",", "{", "}", '"', "\\", "NULL", "null", null],
  ],
  ["array[E'\\n', E'\\t', 'é', '𝒳', 'a b', 'a\\\"b']", ["\n", "\t", "é", "𝒳", "a b", 'a\\"b']],
  [
    "array[['a', 'b'], ['c', null]]",
    [
      ["a", "b"],
      ["c", null],
    ],
  ],
  ["'[0:1]={a,b}'::text[]", ["a", "b"]],
  ["array['a']::varchar[]", ["a"]],
  ["array['a']::name[]", ["a"]],
  ["array[1, -2, null]", [1, -2, null]],
  ["array[1]::int2[]", [1]],
  ["array[9007199254740993]::int8[]", ["9007199254740993"]],
  ["array[0.5, 'NaN', '-Infinity']::float8[]", [0.5, Number.NaN, -Infinity]],
  ["array[true, false, null]", [true, false, null]],
  [`array['${id}']::uuid[]`, [id]],
  ["array['{\"a\": [1, \"x\"]}', 'null']::jsonb[]", [{ a: [1, "x"] }, null]],
];

test.each(cases)("%s is read as an array", async (text, expected) => {
  const query = statement(`select ${text} as a`);
  expect(await database.run(query)).toEqual([[expected]]);
  expect(await database.objects(query)).toEqual([{ a: expected }]);
});

test.each(["", "a", "{", "{a", '{"a', '{"a"b}', "{{a}"])("%o is refused", (text) => {
  expect(() => parseArray(text, String)).toThrow(TypeError);
});
