import type { LucentError } from "@lucent/core";
import { expect, test } from "vitest";

import { isLucentError } from "../../src/errors.ts";
import { parseOperator } from "../../src/filter/operator.ts";
import { everything, nothing, type Operand } from "../../src/filter/tree.ts";
import { everyKind, fieldOf, modelOf } from "../world/collection-model.ts";

const model = modelOf(everyKind, { timestamps: true, softDelete: true });
const operand = (name: string, ...path: string[]): Operand => ({ field: fieldOf(model, name), path });
const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

function refusalOf(work: () => unknown): Pick<LucentError, "code" | "errors"> | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!isLucentError(error)) throw error;
    return { code: error.code, errors: error.errors };
  }
}

const equality = ["eq", "neq", "in", "nin", "exists"];
const order = [...equality, "gt", "gte", "lt", "lte", "between"];
const match = [...order, "like", "startsWith"];
const containment = ["contains", "notContains", "any", "all", "exists"];
const every = [
  ...new Set([...match, ...containment]),
  "$eq",
  "EQ",
  "toString",
  "constructor",
  "__proto__",
  "",
];
const values: Readonly<Record<string, unknown>> = {
  text: "a",
  textarea: "a",
  email: "a@b",
  number: 1.5,
  integer: 1,
  decimal: "1.5",
  boolean: true,
  date: "2026-11-23",
  select: "a",
  relationship: id,
  id,
  createdAt: "2026-11-23",
  deletedAt: "2026-11-23",
  multiselect: "a",
  references: id,
  richtext: "a",
  array: "a",
  password: "a",
};

const uncompared = ["multiselect", "references", "richtext", "array", "password"];

/** A value that an operator takes on a field. */
const valueFor = (name: string, operator: string): unknown => {
  if (operator === "exists") return true;
  if (operator === "in" || operator === "nin" || operator === "any" || operator === "all")
    return [values[name]];
  return operator === "between" ? [values[name], values[name]] : values[name];
};

test.each<[string, readonly string[]]>([
  ["text", match],
  ["textarea", match],
  ["email", match],
  ["number", order],
  ["integer", order],
  ["decimal", order],
  ["date", order],
  ["createdAt", order],
  ["boolean", equality],
  ["select", equality],
  ["relationship", equality],
  ["id", equality],
  ["deletedAt", order],
  ["multiselect", containment],
  ["references", containment],
  ["richtext", ["exists"]],
  ["array", ["exists"]],
  ["password", []],
])("the field %s understands exactly the operators of its kind", (name, known) => {
  for (const operator of every) {
    const refusal = refusalOf(() => parseOperator(operand(name), operator, valueFor(name, operator)));
    expect([operator, refusal?.errors]).toStrictEqual([
      operator,
      known.includes(operator) ? undefined : [{ path: `where.${name}`, rule: "unknown" }],
    ]);
  }
});

test("a JSON field itself only knows whether it is set, a path inside it knows equality", () => {
  const known = (target: Operand) =>
    every.filter((operator) => {
      return refusalOf(() => parseOperator(target, operator, valueFor("text", operator))) === undefined;
    });
  expect(known(operand("json"))).toStrictEqual(["exists"]);
  expect(known(operand("json", "a", "b"))).toStrictEqual(equality);
});

test("a comparison keeps the value in its stored form", () => {
  const upper = id.toUpperCase();
  expect(parseOperator(operand("id"), "eq", upper)).toMatchObject({
    kind: "comparison",
    operator: "eq",
    value: id,
  });
  expect(parseOperator(operand("date"), "lt", "2026-11-23")).toMatchObject({
    operator: "lt",
    value: "2026-11-23T00:00:00.000Z",
  });
});

test("T-ACL-05 an empty in matches nothing, an empty nin everything", () => {
  expect(parseOperator(operand("integer"), "in", [])).toBe(nothing);
  expect(parseOperator(operand("integer"), "nin", [])).toBe(everything);
});

test("in and nin take 100 values, T-DOS-06 not 101", () => {
  const hundred = Array.from({ length: 100 }, (_, at) => at);
  expect(parseOperator(operand("integer"), "in", hundred)).toMatchObject({ negated: false, values: hundred });
  expect(parseOperator(operand("integer"), "nin", hundred)).toMatchObject({ negated: true });
  for (const operator of ["in", "nin"]) {
    expect(
      refusalOf(() => parseOperator(operand("integer"), operator, [...hundred, 100]))?.errors,
    ).toStrictEqual([{ path: "where.integer", rule: "max" }]);
  }
});

test.each(["a", null, 1, { 0: 1, length: 1 }, undefined])("in does not take %o", (value) => {
  expect(refusalOf(() => parseOperator(operand("integer"), "in", value))?.errors).toStrictEqual([
    { path: "where.integer", rule: "type" },
  ]);
});

test("between keeps both ends, and T-ACL-05 takes exactly two values", () => {
  expect(parseOperator(operand("integer"), "between", [1, 2])).toMatchObject({
    kind: "between",
    low: 1,
    high: 2,
  });
  for (const wrong of [[], [1], [1, 2, 3], 1, "1,2", null, { 0: 1, 1: 2, length: 2 }, [1, null], [1, "2"]]) {
    expect(refusalOf(() => parseOperator(operand("integer"), "between", wrong))?.errors).toStrictEqual([
      { path: "where.integer", rule: "type" },
    ]);
  }
});

test.each([1, 0, "true", null, [], {}])("exists does not take %o", (value) => {
  expect(refusalOf(() => parseOperator(operand("text"), "exists", value))).toStrictEqual({
    code: "BAD_REQUEST",
    errors: [{ path: "where.text", rule: "type" }],
  });
});

test("a search text has 1 to 200 characters and can be stored", () => {
  const rule = (value: unknown) =>
    refusalOf(() => parseOperator(operand("text"), "like", value))?.errors?.[0]?.rule;
  expect(rule("%_\\")).toBeUndefined();
  expect(rule("a".repeat(200))).toBeUndefined();
  expect(rule("a".repeat(201))).toBe("maxLength");
  expect(rule("")).toBe("minLength");
  expect([null, 1, ["a"], { a: 1 }, "a\0", "\ud800"].map(rule)).toStrictEqual(Array(6).fill("type"));
  expect(parseOperator(operand("text"), "startsWith", "a")).toMatchObject({ anchored: true, text: "a" });
  expect(parseOperator(operand("text"), "like", "a")).toMatchObject({ anchored: false });
});

test("R-QI-4 nothing is compared with null, an object, or a value of another type", () => {
  const compared = Object.entries(values).filter(([name]) => !uncompared.includes(name));
  expect(compared.length).toBe(13);
  for (const [name, value] of compared) {
    for (const wrong of [null, undefined, {}, [], [value], { queryChunks: ["1"] }, { getSQL: "x" }]) {
      expect(refusalOf(() => parseOperator(operand(name), "eq", wrong))?.errors).toStrictEqual([
        { path: `where.${name}`, rule: "type" },
      ]);
    }
  }
});

test("a select may be compared with any text, which then matches no row", () => {
  expect(parseOperator(operand("select"), "eq", "not an option")).toMatchObject({ value: "not an option" });
});

test("inside JSON, texts, numbers and booleans are compared as JSON", () => {
  const value = (wanted: unknown) => parseOperator(operand("json", "a"), "eq", wanted);
  expect([`a"b`, 1.5, true].map(value)).toMatchObject([
    { value: '"a\\"b"' },
    { value: "1.5" },
    { value: "true" },
  ]);
  for (const wrong of [null, {}, [], Number.POSITIVE_INFINITY, "a\0", "\ud800"]) {
    expect(refusalOf(() => value(wrong))?.errors).toStrictEqual([{ path: "where.json.a", rule: "type" }]);
  }
});

test("a list holds values in their stored form, each once", () => {
  const held = (name: string, operator: string, value: unknown) =>
    parseOperator(operand(name), operator, value);
  const upper = id.toUpperCase();
  expect(held("references", "contains", upper)).toStrictEqual({
    kind: "containment",
    field: fieldOf(model, "references"),
    mode: "any",
    values: [id],
  });
  expect(held("references", "all", [id, upper, id])).toMatchObject({ mode: "all", values: [id] });
  expect(held("multiselect", "any", ["a", "b", "a"])).toMatchObject({ mode: "any", values: ["a", "b"] });
  expect(held("multiselect", "notContains", "a")).toStrictEqual({
    kind: "not",
    of: held("multiselect", "contains", "a"),
  });
  expect(held("multiselect", "contains", "no option")).toMatchObject({ values: ["no option"] });
});

test.each(["multiselect", "references"])(
  "a list of %s values is neither empty nor longer than 100",
  (name) => {
    const rule = (operator: string, value: unknown) =>
      refusalOf(() => parseOperator(operand(name), operator, value))?.errors;
    const many = (count: number) => Array.from({ length: count }, () => values[name]);
    for (const operator of ["any", "all"]) {
      expect(rule(operator, many(100))).toBeUndefined();
      expect(rule(operator, many(101))).toStrictEqual([{ path: `where.${name}`, rule: "max" }]);
      expect(rule(operator, [])).toStrictEqual([{ path: `where.${name}`, rule: "required" }]);
      for (const wrong of [
        values[name],
        null,
        undefined,
        {},
        { 0: values[name], length: 1 },
        [null],
        [1],
        [[]],
      ]) {
        expect(rule(operator, wrong)).toStrictEqual([{ path: `where.${name}`, rule: "type" }]);
      }
    }
    for (const operator of ["contains", "notContains"]) {
      for (const wrong of [null, undefined, 1, {}, [], [values[name]], "a\0", { getSQL: "x" }]) {
        expect(rule(operator, wrong)).toStrictEqual([{ path: `where.${name}`, rule: "type" }]);
      }
    }
  },
);

test("T-INJ-12 a list of references holds ids and nothing else", () => {
  for (const wrong of ["1", "../users/1", "null", `${id}'`, ` ${id}`]) {
    expect(refusalOf(() => parseOperator(operand("references"), "contains", wrong))?.errors).toStrictEqual([
      { path: "where.references", rule: "type" },
    ]);
  }
});

test("a refusal names a path inside JSON as far as it is short", () => {
  const path = (...keys: string[]) =>
    refusalOf(() => parseOperator(operand("json", ...keys), "gt", 1))?.errors?.map((issue) => issue.path);
  expect(path("a", "b")).toStrictEqual(["where.json.a.b"]);
  expect(path("a".repeat(59))).toStrictEqual([`where.json.${"a".repeat(59)}`]);
  expect(path("a".repeat(60))).toStrictEqual(["where.json"]);
});
