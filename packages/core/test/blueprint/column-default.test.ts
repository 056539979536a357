import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";

type Fields = Parameters<typeof describe>[0]["collections"][number]["fields"];

function defaultsOf(fields: Fields): Record<string, unknown> {
  const [table] = describe({ collections: [{ slug: "things", fields }] }).tables;
  return Object.fromEntries((table?.columns ?? []).map((column) => [column.name, column.default]));
}

test("a field's default is its column's, in the form that Postgres reads", () => {
  const found = defaultsOf({
    text: { type: "text", default: "it's \\ $1" },
    email: { type: "email", default: "a@example.org" },
    number: { type: "number", default: -0.5 },
    integer: { type: "integer", default: 0 },
    decimal: { type: "decimal", default: "1.50" },
    boolean: { type: "boolean", default: false },
    date: { type: "date", default: "2026-01-01T01:00:00+01:00" },
    select: { type: "select", options: ["a", "b"], default: "a" },
    json: { type: "json", default: { deep: ["x"] } },
    tags: { type: "multiselect", options: ['a "b"', "c\\d"], default: ['a "b"', "c\\d"] },
    none: { type: "text" },
  });
  expect(found).toStrictEqual({
    id: undefined,
    text: { value: "it's \\ $1" },
    email: { value: "a@example.org" },
    number: { value: "-0.5" },
    integer: { value: "0" },
    decimal: { value: "1.50" },
    boolean: { value: "false" },
    date: { value: "2026-01-01T00:00:00.000Z" },
    select: { value: "a" },
    json: { value: '{"deep":["x"]}' },
    tags: { value: String.raw`{"a \"b\"","c\\d"}` },
    none: undefined,
  });
});

test("the entries of an array's default have all their fields, as those of a request have", () => {
  const fields: Fields = {
    lines: {
      type: "array",
      fields: { label: { type: "text" }, count: { type: "integer", default: 1 } },
      default: [{ label: "x" }],
    },
  };
  expect(defaultsOf(fields)["lines"]).toStrictEqual({ value: '[{"label":"x","count":1}]' });
});
