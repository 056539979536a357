import { expect, test } from "vitest";

import { everything, nothing } from "../../src/filter/tree.ts";
import { noViews } from "../../src/filter/view.ts";
import { hasEmptyPart, parseWhere } from "../../src/filter/where.ts";
import { everyKind, modelOf, viewOf } from "../world/collection-model.ts";
import { fastest } from "../world/fastest.ts";
import { outcomeOf } from "../world/refusal.ts";

const view = viewOf(modelOf(everyKind));

/** The code and the entries of a refusal, or the tree. */
const outcome = (where: unknown): unknown => outcomeOf(() => parseWhere(where, view, noViews));

const branches = (count: number) => Array.from({ length: count }, () => ({ text: "a" }));
const nested = (levels: number, inner: unknown, key = "not"): unknown =>
  levels === 0
    ? inner
    : { [key]: key === "not" ? nested(levels - 1, inner, key) : [nested(levels - 1, inner, key)] };

test("a bare value is short for eq, and several keys or operators are all required", () => {
  expect(outcome({ text: "a" })).toStrictEqual(outcome({ text: { eq: "a" } }));
  expect(outcome({ text: "a", integer: { gt: 1, lt: 5 } })).toMatchObject({
    kind: "and",
    of: [
      { kind: "comparison", operator: "eq", value: "a" },
      {
        kind: "and",
        of: [
          { operator: "gt", value: 1 },
          { operator: "lt", value: 5 },
        ],
      },
    ],
  });
});

test("and, or and not nest", () => {
  expect(outcome({ or: [{ text: "a" }, { not: { and: [{ text: "b" }, { integer: 1 }] } }] })).toMatchObject({
    kind: "or",
    of: [{ value: "a" }, { kind: "not", of: { kind: "and", of: [{ value: "b" }, { value: 1 }] } }],
  });
});

test("T-ACL-05 an empty object asks for nothing in particular", () => {
  expect(outcome({})).toBe(everything);
  expect(outcome({ not: {} })).toBe(nothing);
});

test.each([null, undefined, "text", 1, true, [], [{ text: "a" }]])(
  "T-INJ-07 %o is no where object",
  (where) => {
    expect(outcome(where)).toStrictEqual(["BAD_REQUEST", "where type"]);
  },
);

test.each<[unknown, string]>([
  [{ or: [] }, "where.or required"],
  [{ and: [] }, "where.and required"],
  [{ or: { text: "a" } }, "where.or type"],
  [{ or: { 0: { text: "a" }, length: 1 } }, "where.or type"],
  [{ and: "a" }, "where.and type"],
  [{ or: ["a"] }, "where type"],
  [{ or: [null] }, "where type"],
  [{ not: [{ text: "a" }] }, "where type"],
  [{ not: null }, "where type"],
  [{ or: branches(21) }, "where.or max"],
  [{ and: branches(21) }, "where.and max"],
  [{ text: {} }, "where.text required"],
  [{ "json.a.b": {} }, "where.json.a.b required"],
  [{ [`json.${"a".repeat(59)}`]: {} }, `where.json.${"a".repeat(59)} required`],
  [{ [`json.${"a".repeat(60)}`]: {} }, "where required"],
  [{ text: { unknown: 1 } }, "where.text unknown"],
  [{ text: { eq: "a", $ne: "b" } }, "where.text unknown"],
  [{ text: null }, "where.text type"],
  [{ text: ["a"] }, "where.text type"],
  [JSON.parse('{"text":{"__proto__":1}}'), "where.text unknown"],
])("the where %o is refused", (where, entry) => {
  expect(outcome(where)).toStrictEqual(["BAD_REQUEST", entry]);
});

test("20 branches are taken, and 5 levels", () => {
  expect(outcome({ or: branches(20) })).toMatchObject({ kind: "or" });
  expect(outcome(nested(4, { text: "a" }))).toMatchObject({ kind: "comparison" });
  expect(outcome(nested(5, { text: "a" }))).toStrictEqual(["BAD_REQUEST", "where max"]);
});

test.each([6, 100, 5_000])("T-DOS-01 %i levels are refused fast", (levels) => {
  for (const key of ["not", "and", "or"]) {
    const where = nested(levels, { text: "a" }, key);
    const time = fastest(() => expect(outcome(where)).toStrictEqual(["BAD_REQUEST", "where max"]));
    expect(time).toBeLessThan(20);
  }
});

test("T-DOS-06 50 conditions are taken, 51 refused, however they are spread", () => {
  const spread = (count: number) => ({
    and: Array.from({ length: 10 }, (_, at) => ({
      or: Array.from({ length: 10 }, (__, inner) => ({ text: "a", at: at * 10 + inner }))
        .filter(({ at: number }) => number < count)
        .map(({ text }) => ({ text })),
    })).filter((branch) => branch.or.length > 0),
  });
  expect(outcome(spread(50))).toMatchObject({ kind: "and" });
  expect(outcome(spread(51))).toStrictEqual(["BAD_REQUEST", "where max"]);
});

test.each([
  "unknown",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "created_at",
  "createdAt",
  "text.a",
  "relationship.text",
  "AND",
])("R-AC-5 the field %o is unknown", (name) => {
  const where: unknown = JSON.parse(`{${JSON.stringify(name)}:{"eq":1}}`);
  expect(outcome(where)).toStrictEqual(["UNKNOWN_FIELD", `${name} unknown`]);
  expect(outcome({ or: [{ text: "a" }, where] })).toStrictEqual(["UNKNOWN_FIELD", `${name} unknown`]);
});

test.each([
  "text.",
  `id"; drop table posts;--`,
  `id' or '1'='1`,
  "`id`",
  "id)",
  "id\u201d",
  "",
  "$where",
  "a".repeat(65),
  "json.a'b",
  'json.a"b',
  "json.a[0]",
  "json.$",
  "json.*",
])("T-INJ-01 T-INJ-02 the name %o is refused and not echoed", (name) => {
  expect(outcome({ [name]: 1 })).toStrictEqual(["UNKNOWN_FIELD"]);
});

test.each(["json..a", "json.a.", "json.a.b.c.d.e.f", "json.1a", `json.${"a".repeat(64)}`])(
  "T-INJ-02 the JSON path %o is refused",
  (name) => {
    expect(outcome({ [name]: 1 })).toContain("UNKNOWN_FIELD");
  },
);

test("a JSON path of five plain keys is taken, inherited names among them", () => {
  expect(outcome({ "json.a.b_1.constructor.__proto__.E": 1 })).toMatchObject({
    path: ["a", "b_1", "constructor", "__proto__", "E"],
  });
});

test("T-INJ-07 no prototype is touched by names that look like one", () => {
  for (const text of ['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}']) {
    outcome(JSON.parse(text));
  }
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test.each<[unknown, boolean]>([
  [{}, true],
  [{ not: {} }, true],
  [{ not: { not: {} } }, true],
  [{ and: [{ text: "a" }, {}] }, true],
  [{ or: [{ text: "a" }, { and: [{ text: "b" }, { not: {} }] }] }, true],
  [{ text: "a", or: [{}] }, true],
  [{ text: "a" }, false],
  [{ text: {} }, false],
  [{ and: [{ text: "a" }], not: { text: "b" } }, false],
  [{ text: { nin: [] } }, false],
  ["text", false],
  [null, false],
])("%j has a part that says nothing: %s", (where, expected) => {
  expect(hasEmptyPart(where)).toBe(expected);
});
