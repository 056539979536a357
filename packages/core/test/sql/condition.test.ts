import { expect, test } from "vitest";

import { allOf, anyOf, everything, type Filter, nothing } from "../../src/filter/tree.ts";
import { noViews } from "../../src/filter/view.ts";
import { parseWhere } from "../../src/filter/where.ts";
import { comparedType, filterSql } from "../../src/sql/condition.ts";
import { writer } from "../../src/sql/writer.ts";
import { everyKind, modelOf, viewOf } from "../world/collection-model.ts";

const model = modelOf({ ...everyKind, authorName: { type: "text" } });
const { fields } = model;
const where = (given: unknown): Filter => parseWhere(given, viewOf(model), noViews);
const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

function written(filter: Filter): readonly [string, readonly unknown[]] {
  const to = writer();
  return [filterSql(filter, "t", to), to.values];
}

test.each<[object, string, readonly unknown[]]>([
  [{ text: "a" }, 't."text" = $1::text', ["a"]],
  [{ authorName: "a" }, 't."author_name" = $1::text', ["a"]],
  [{ text: { neq: "a" } }, 't."text" is distinct from $1::text', ["a"]],
  [{ number: { gt: 1.5 } }, 't."number" > $1::double precision', [1.5]],
  [{ integer: { gte: 1 } }, 't."integer" >= $1::bigint', [1]],
  [{ decimal: { lt: "1.5" } }, 't."decimal" < $1::numeric', ["1.5"]],
  [{ date: { lte: "2026-11-23" } }, 't."date" <= $1::timestamptz', ["2026-11-23T00:00:00.000Z"]],
  [{ boolean: true }, 't."boolean" = $1::boolean', [true]],
  [{ select: "a" }, 't."select" = $1::text', ["a"]],
  [{ relationship: id }, 't."relationship" = $1::uuid', [id]],
  [{ id }, 't."id" = $1::uuid', [id]],
  [{ integer: { between: [1, 2] } }, 't."integer" between $1::bigint and $2::bigint', [1, 2]],
  [{ integer: { in: [1, 2] } }, 't."integer" = any($1::bigint[])', ['{"1","2"}']],
  [{ text: { nin: ["a,b", '"'] } }, '((t."text" = any($1::text[])) is not true)', ['{"a,b","\\""}']],
  [{ text: { exists: true } }, 't."text" is not null', []],
  [{ json: { exists: false } }, 't."json" is null', []],
  [{ text: { like: "50%_\\" } }, 't."text" ilike $1::text', ["%50\\%\\_\\\\%"]],
  [{ email: { startsWith: "a%" } }, 't."email" ilike $1::text', ["a\\%%"]],
  [
    { "json.a.b": "x" },
    `nullif(t."json" #> $1::text[], 'null'::jsonb) = $2::text::jsonb`,
    ['{"a","b"}', '"x"'],
  ],
  [
    { "json.a": { neq: 1 } },
    `nullif(t."json" #> $1::text[], 'null'::jsonb) is distinct from $2::text::jsonb`,
    ['{"a"}', "1"],
  ],
  [
    { "json.a": { in: [true, 'x"'] } },
    `nullif(t."json" #> $1::text[], 'null'::jsonb) = any($2::jsonb[])`,
    ['{"a"}', '{"true","\\"x\\\\\\"\\""}'],
  ],
  [{ "json.a": { exists: true } }, `nullif(t."json" #> $1::text[], 'null'::jsonb) is not null`, ['{"a"}']],
  [{ not: { text: "a" } }, '((t."text" = $1::text) is not true)', ["a"]],
  [
    { or: [{ text: "a" }, { and: [{ text: "b" }, { integer: 1 }] }] },
    '(t."text" = $1::text or (t."text" = $2::text and t."integer" = $3::bigint))',
    ["a", "b", 1],
  ],
])("the where %o is written as SQL", (given, text, values) => {
  expect(written(where(given))).toStrictEqual([text, values]);
});

test("every row is true and no row is false, inside another filter too", () => {
  expect(written(everything)).toStrictEqual(["true", []]);
  expect(written(nothing)).toStrictEqual(["false", []]);
  expect(written({ kind: "not", of: nothing })).toStrictEqual(["((false) is not true)", []]);
  expect(written({ kind: "and", of: [everything, nothing] })).toStrictEqual(["(true and false)", []]);
});

test("T-ACL-03 a caller's or stays inside its parentheses beside the rule's filter", () => {
  const rule = where({ text: "own" });
  const asked = where({ or: [{ text: "other" }, { id: { exists: true } }] });
  expect(written(allOf([rule, asked]))).toStrictEqual([
    '(t."text" = $1::text and (t."text" = $2::text or t."id" is not null))',
    ["own", "other"],
  ]);
  expect(written(allOf([rule, anyOf([])]))[0]).toBe("false");
});

test("the length of a list does not change the text, so it is one prepared statement", () => {
  const text = (count: number) =>
    written(where({ integer: { in: Array.from({ length: count }, (_, at) => at) } }))[0];
  expect(text(100)).toBe(text(1));
});

test("the alias is the one that was asked for", () => {
  expect(filterSql(where({ text: "a" }), "n", writer())).toBe('n."text" = $1::text');
});

test("a value is compared as the type of its column", () => {
  const types = [...fields.values()].map(({ kind, links }) =>
    links === undefined ? comparedType(kind) : "uuid[]",
  );
  expect(types).toStrictEqual([
    "uuid",
    "text",
    "text",
    "text",
    "double precision",
    "bigint",
    "numeric",
    "boolean",
    "timestamptz",
    "text",
    "jsonb",
    "text[]",
    "jsonb",
    "jsonb",
    "text",
    "uuid",
    "uuid[]",
    "text",
  ]);
});
