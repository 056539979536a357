import { expect, test } from "vitest";

import { storedValue } from "../../src/body/stored.ts";
import type { Field } from "../../src/contract/field.ts";

test("null is stored where the field may be unset, and breaks required elsewhere", () => {
  for (const type of ["text", "integer", "json"] as const) {
    expect(storedValue({ type }, null)).toStrictEqual({ value: null });
    expect(storedValue({ type, required: true }, null)).toStrictEqual({ rule: "required" });
  }
});

test.each<[Field, unknown, string]>([
  [{ type: "text" }, "a\0b", "format"],
  [{ type: "textarea" }, "\ud800", "format"],
  [{ type: "email" }, "a\0@b", "format"],
  [{ type: "date" }, "2024-02-30", "format"],
  [{ type: "decimal" }, "1e3", "format"],
  [{ type: "relationship", to: "a" }, "1", "relationship"],
  [{ type: "relationship", to: "a" }, { id: "1" }, "relationship"],
])("T-INJ-04 T-INJ-05 the field %o does not store %o", (field, value, rule) => {
  expect(storedValue(field, value)).toStrictEqual({ rule });
});

test("T-INJ-05 texts are stored exactly as they were sent", () => {
  for (const value of ["", " a ", "\u202e\ufeff", "😀", "e\u0301", "\u00e9", "' or 1=1 --", "\\u0000"]) {
    expect(storedValue({ type: "text" }, value)).toStrictEqual({ value });
  }
});

test.each<[unknown, string]>([
  [{ a: [1, "é", null, true] }, '{"a":[1,"é",null,true]}'],
  ["\\u0000", '"\\\\u0000"'],
  ["\\\\u0000", '"\\\\\\\\u0000"'],
  ["\\ud800", '"\\\\ud800"'],
  ["\u0001\u001f", '"\\u0001\\u001f"'],
  ["😀", '"😀"'],
  [false, "false"],
  [0, "0"],
  [JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
  [{ queryChunks: ["x"], getSQL: "x" }, '{"queryChunks":["x"],"getSQL":"x"}'],
])("T-INJ-08 T-INJ-16 the JSON value %o is stored as data", (value, text) => {
  expect(storedValue({ type: "json" }, value)).toStrictEqual({ value: text });
});

test.each<[unknown]>([
  ["\0"],
  ["a\\\0"],
  ["\\\\\0"],
  [{ "\0": 1 }],
  [["a", { b: "x\0" }]],
  ["\ud800"],
  ["\udfff"],
  ["\ud83d\ud83d\ude00"],
  [{ "\udc00": 1 }],
])("T-INJ-04 the JSON value %o can't be stored", (value) => {
  expect(storedValue({ type: "json" }, value)).toStrictEqual({ rule: "format" });
});

test("T-INJ-06 a number that JSON can't carry is refused in a JSON field, not stored as null", () => {
  for (const text of ["1e999", '{"a":[-1e999]}']) {
    expect(storedValue({ type: "json", required: true }, JSON.parse(text))).toStrictEqual({ rule: "format" });
  }
});

test("a JSON value is measured in bytes of its text", () => {
  const field = { type: "json", maxBytes: 6 } as const;
  expect(storedValue(field, "éé")).toStrictEqual({ value: '"éé"' });
  expect(storedValue(field, "ééé")).toStrictEqual({ rule: "maxLength" });
  expect(storedValue({ type: "json" }, "a".repeat(65_534))).toHaveProperty("value");
  expect(storedValue({ type: "json" }, "a".repeat(65_535))).toStrictEqual({ rule: "maxLength" });
});

test.each([
  ["123.45", { value: "123.45" }],
  ["-123.45", { value: "-123.45" }],
  ["000123.4", { value: "000123.4" }],
  ["123.456", { rule: "format" }],
  ["1234", { rule: "max" }],
  ["0001234", { rule: "max" }],
  ["123.450", { rule: "format" }],
  ["0", { value: "0" }],
])("a decimal of 5 digits, 2 behind the point, takes %s: %o", (value, expected) => {
  expect(storedValue({ type: "decimal", precision: 5, scale: 2 }, value)).toStrictEqual(expected);
});

test("the bounds of a decimal are compared exactly", () => {
  const field = { type: "decimal", min: "-0.1", max: "12345678901234567890.12" } as const;
  expect(storedValue(field, "-0.10")).toStrictEqual({ value: "-0.10" });
  expect(storedValue(field, "-0.1000000000000000000001")).toStrictEqual({ rule: "min" });
  expect(storedValue(field, "12345678901234567890.12")).toHaveProperty("value");
  expect(storedValue(field, "12345678901234567890.1200000000001")).toStrictEqual({ rule: "max" });
  expect(storedValue(field, "-0")).toHaveProperty("value");
});

test.each([Number.POSITIVE_INFINITY, { deep: [Number.NaN] }, { a: undefined }, [() => 1], 1n])(
  "a JSON field does not store %o, which JSON would turn into null or drop",
  (value) => {
    expect(storedValue({ type: "json" }, value)).toStrictEqual({ rule: "format" });
  },
);

test("a list of texts is stored as an array's literal, each once", () => {
  const field = { type: "multiselect", options: ["a", 'b"\\{},', "null", ""] } as const;
  expect(storedValue(field, ["null", 'b"\\{},', "", "null"])).toStrictEqual({
    value: '{"null","b\\"\\\\{},",""}',
  });
  expect(storedValue(field, [])).toStrictEqual({ value: "{}" });
  expect(storedValue(field, ["c"])).toStrictEqual({ rule: "options" });
  expect(storedValue(field, "a")).toStrictEqual({ rule: "type" });
});

test("rich text is an object or an array, within its size, and stored as it is", () => {
  const field = { type: "richtext", maxBytes: 12 } as const;
  expect(storedValue(field, { a: "<b>" })).toStrictEqual({ value: '{"a":"<b>"}' });
  expect(storedValue(field, [])).toStrictEqual({ value: "[]" });
  expect(storedValue(field, { a: "<b>__" })).toStrictEqual({ rule: "maxLength" });
  expect(storedValue(field, ["\0"])).toStrictEqual({ rule: "format" });
  for (const value of ["text", 1, true]) expect(storedValue(field, value)).toStrictEqual({ rule: "type" });
  expect(storedValue({ type: "richtext" }, ["a".repeat(262_140)])).toHaveProperty("value");
  expect(storedValue({ type: "richtext" }, ["a".repeat(262_141)])).toStrictEqual({ rule: "maxLength" });
});

test("an array is stored as JSON whose entries have every field, in their stored form", () => {
  const field = {
    type: "array",
    fields: {
      on: { type: "date" },
      price: { type: "decimal", precision: 4, scale: 2 },
      tags: { type: "multiselect", options: ["a", "b"] },
      meta: { type: "json" },
      toString: { type: "text" },
    },
  } as const;
  expect(
    storedValue(field, [{ on: "2026-11-23", price: "1.50", tags: ["b"], meta: { b: 1 } }, {}]),
  ).toStrictEqual({
    value:
      '[{"on":"2026-11-23T00:00:00.000Z","price":"1.50","tags":["b"],"meta":{"b":1},"toString":null},' +
      '{"on":null,"price":null,"tags":null,"meta":null,"toString":null}]',
  });
  expect(storedValue(field, [{ price: "100.00" }])).toStrictEqual({ rule: "max" });
  expect(storedValue(field, [{ meta: "\0" }])).toStrictEqual({ rule: "format" });
  expect(storedValue(field, [{ toString: "a\0" }])).toStrictEqual({ rule: "format" });
});
