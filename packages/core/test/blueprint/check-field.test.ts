import type { Config } from "@lucent/core";
import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import { BootError } from "../../src/errors.ts";
import { everyKind } from "../world/collection-model.ts";

/** What is said about one field called `f` of the collection `things`. */
function problemsOf(field: unknown): readonly string[] {
  try {
    describe({ collections: [{ slug: "things", fields: { f: field } }] } as unknown as Config);
    return [];
  } catch (error) {
    if (!(error instanceof BootError)) throw error;
    return error.problems.map((problem) => problem.replace('Collection "things": the field "f" ', ""));
  }
}

test.each<[unknown, string]>([
  [
    { type: "varchar" },
    'has the unknown type "varchar"; types are text, textarea, email, number, integer, decimal, boolean, date, select, json, relationship.',
  ],
  [
    { type: "toString" },
    'has the unknown type "toString"; types are text, textarea, email, number, integer, decimal, boolean, date, select, json, relationship.',
  ],
  [
    { type: "email", maxLength: 3 },
    'has the unknown option "maxLength"; a email field takes type, required, unique, index, default.',
  ],
  [
    { type: "text", requierd: true },
    'has the unknown option "requierd"; a text field takes type, required, unique, index, default, minLength, maxLength, pattern.',
  ],
  [{ type: "text", minLength: 5, maxLength: 4 }, "has a lower bound above its upper bound."],
  [{ type: "textarea", maxLength: Number.NaN }, "has a bound that is not a finite number."],
  [{ type: "number", min: 2, max: 1 }, "has a lower bound above its upper bound."],
  [{ type: "integer", max: Number.POSITIVE_INFINITY }, "has a bound that is not a finite number."],
  [{ type: "text", pattern: "(" }, "has a pattern that is not a regular expression in Unicode mode."],
  [{ type: "text", pattern: "\\-" }, "has a pattern that is not a regular expression in Unicode mode."],
  [{ type: "decimal", scale: 2 }, "has a scale without a precision."],
  [{ type: "decimal", precision: 0 }, "needs a precision of 1 to 1000."],
  [{ type: "decimal", precision: 1001 }, "needs a precision of 1 to 1000."],
  [{ type: "decimal", precision: 2.5 }, "needs a precision of 1 to 1000."],
  [{ type: "decimal", precision: 4, scale: 5 }, "needs a scale of 0 to its precision."],
  [{ type: "decimal", precision: 4, scale: -1 }, "needs a scale of 0 to its precision."],
  [{ type: "decimal", min: "1e3" }, "has a bound that is not a decimal."],
  [{ type: "select", options: [] }, "needs at least one option."],
  [{ type: "select", options: "ab" }, "needs at least one option."],
  [{ type: "select", options: ["a", 1] }, "has an option that is not a text."],
  [{ type: "select", options: ["a\0"] }, "has an option that is not a text."],
  [{ type: "select", options: ["a", "a"] }, "has the same option twice."],
  [{ type: "select", options: ["a"], default: "b" }, "has a default that is not one of its options."],
  [
    { type: "relationship", to: "ghosts" },
    'refers to the collection "ghosts", which is not in the configuration.',
  ],
  [{ type: "json", unique: true }, "is json, which can't be unique or indexed."],
  [{ type: "json", index: true }, "is json, which can't be unique or indexed."],
  [{ type: "text", default: 1 }, "has a default that is not a value of its type."],
  [{ type: "text", default: "\ud800" }, "has a default that is not a value of its type."],
  [{ type: "integer", default: 1.5 }, "has a default that is not a value of its type."],
  [{ type: "decimal", default: "1e3" }, "has a default that is not a value of its type."],
  [{ type: "date", default: "2024-02-30" }, "has a default that is not a value of its type."],
])("the field %o is refused", (field, problem) => {
  expect(problemsOf(field)).toStrictEqual([problem]);
});

test("every kind is taken with all of its options", () => {
  const common = { required: true, unique: true, index: true };
  const options: Readonly<Record<string, object>> = {
    text: { ...common, minLength: 1, maxLength: 2, pattern: "^a", default: "a" },
    textarea: { ...common, minLength: 1, maxLength: 2, pattern: "^a", default: "a" },
    email: { ...common, default: "a@b.example" },
    number: { ...common, min: -1.5, max: 1.5, default: 0 },
    integer: { ...common, min: -1, max: 1, default: 0 },
    decimal: { ...common, precision: 4, scale: 2, min: "-1.5", max: "99.99", default: "1.50" },
    boolean: { ...common, default: false },
    date: { ...common, default: "2026-11-23" },
    select: { ...common, default: "b" },
    json: { required: true, maxBytes: 10, default: { a: [1] } },
    relationship: common,
  };
  const fields = Object.entries(everyKind).map(([name, field]) => ({ ...field, ...options[name] }));
  expect(fields.flatMap(problemsOf)).toStrictEqual([]);
});

test("one field can have several problems", () => {
  expect(problemsOf({ type: "decimal", scale: 1, size: 2, min: "x", default: "y" })).toStrictEqual([
    'has the unknown option "size"; a decimal field takes type, required, unique, index, default, precision, scale, min, max.',
    "has a scale without a precision.",
    "has a bound that is not a decimal.",
    "has a default that is not a value of its type.",
  ]);
});
