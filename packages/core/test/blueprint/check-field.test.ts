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

const common =
  "type, required, unique, index, hidden, access, writable, normalise, validate, previousName, description, deprecated";
const inArrays =
  "text, textarea, email, number, integer, decimal, boolean, date, select, multiselect, json, richtext, array";
const line = { sku: { type: "text", required: true }, count: { type: "integer" } } as const;

test.each<[unknown, string]>([
  [
    { type: "varchar" },
    'has the unknown type "varchar"; types are text, textarea, email, number, integer, decimal, boolean, date, select, multiselect, json, richtext, array, password, relationship.',
  ],
  [
    { type: "toString" },
    'has the unknown type "toString"; types are text, textarea, email, number, integer, decimal, boolean, date, select, multiselect, json, richtext, array, password, relationship.',
  ],
  [
    { type: "email", maxLength: 3 },
    'has the unknown option "maxLength"; a email field takes type, required, unique, index, hidden, access, writable, normalise, validate, previousName, description, deprecated, default, searchable.',
  ],
  [
    { type: "text", requierd: true },
    'has the unknown option "requierd"; a text field takes type, required, unique, index, hidden, access, writable, normalise, validate, previousName, description, deprecated, default, minLength, maxLength, pattern, searchable.',
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
  [{ type: "richtext", unique: true }, "is richtext, which can't be unique or indexed."],
  [{ type: "password", index: true }, "is password, which can't be unique or indexed."],
  [{ type: "array", fields: line, index: true }, "is array, which can't be unique or indexed."],
  [{ type: "multiselect", options: ["a"], unique: true }, "is multiselect, which can't be unique."],
  [
    { type: "relationship", to: "things", hasMany: true, unique: true },
    "is a list of references, which can't be unique or indexed.",
  ],
  [{ type: "text", hidden: true, searchable: true }, "is hidden, so it can't be searchable."],
  [{ type: "text", description: 1 }, "has a description without a text."],
  [{ type: "text", description: " " }, "has a description without a text."],
  [{ type: "text", deprecated: "yes" }, "has a deprecated that is neither true nor false."],
  [
    { type: "password", searchable: true },
    `has the unknown option "searchable"; a password field takes ${common}, minLength, maxLength.`,
  ],
  [
    { type: "password", default: "correct horse" },
    `has the unknown option "default"; a password field takes ${common}, minLength, maxLength.`,
  ],
  [
    { type: "integer", searchable: true },
    `has the unknown option "searchable"; a integer field takes ${common}, default, min, max.`,
  ],
  [{ type: "text", validate: "yes" }, "has a validate that is not a function."],
  [
    { type: "text", access: { write: true } },
    'access has the unknown key "write"; it takes read, create, update.',
  ],
  [{ type: "multiselect", options: [] }, "needs at least one option."],
  [{ type: "multiselect", options: ["a"], minItems: -1 }, "needs a minItems that is a whole number from 0."],
  [{ type: "multiselect", options: ["a"], maxItems: 0.5 }, "needs a maxItems that is a whole number from 1."],
  [
    { type: "multiselect", options: ["a"], minItems: 2, maxItems: 1 },
    "has a lower bound above its upper bound.",
  ],
  [{ type: "richtext", maxBytes: 0 }, "needs a maxBytes that is a whole number from 1."],
  [{ type: "json", maxBytes: Number.NaN }, "needs a maxBytes that is a whole number from 1."],
  [{ type: "array" }, "needs at least one field for its entries."],
  [{ type: "array", fields: {} }, "needs at least one field for its entries."],
  [
    { type: "array", fields: { a: { type: "relationship", to: "things" } } },
    `has an entry whose field "a" has the type "relationship", which has no place in an array; types are ${inArrays}.`,
  ],
  [
    { type: "array", fields: { a: { type: "password" } } },
    `has an entry whose field "a" has the type "password", which has no place in an array; types are ${inArrays}.`,
  ],
  ...["unique", "index", "searchable", "hidden", "access", "validate", "previousName"].map(
    (option): [unknown, string] => [
      { type: "array", fields: { a: { type: "text", [option]: option === "validate" ? () => true : true } } },
      `has an entry whose field "a" has the unknown option "${option}"; in an array a text field takes type, required, description, deprecated, default, minLength, maxLength, pattern.`,
    ],
  ),
  [
    { type: "array", fields: { A: { type: "text" } } },
    'has an entry whose field name "A" must match ^[a-z][A-Za-z0-9]{0,47}$.',
  ],
  [{ type: "array", fields: { id: { type: "text" } } }, 'has an entry whose field name "id" is reserved.'],
  [
    {
      type: "array",
      fields: { a: { type: "array", fields: { b: { type: "text", minLength: 3, maxLength: 2 } } } },
    },
    'has an entry whose field "a" has an entry whose field "b" has a lower bound above its upper bound.',
  ],
  [
    { type: "relationship", to: "things", onDelete: "ignore" },
    'needs an onDelete of "restrict", "setNull" or "cascade".',
  ],
  [
    { type: "relationship", to: "things", required: true, onDelete: "setNull" },
    "is required, so onDelete can't set it to null.",
  ],
  [
    { type: "relationship", to: "things", hasMany: true, onDelete: "cascade" },
    'is a list of references, which can\'t cascade; onDelete "setNull" takes the target from the list.',
  ],
  [{ type: "relationship", to: "things", hasMany: true, maxItems: 1001 }, "takes at most 1000 items."],
  [
    { type: "relationship", to: "things", maxItems: 3 },
    "has maxItems, which only a list of references (hasMany) takes.",
  ],
  [
    { type: "relationship", to: "things", hasMany: false, minItems: 3 },
    "has minItems, which only a list of references (hasMany) takes.",
  ],
  [{ type: "text", default: null }, "has a default of null; leave it out instead."],
  [{ type: "text", maxLength: 2, default: "abc" }, "has a default that breaks its own rules (maxLength)."],
  [{ type: "text", pattern: "^a", default: "b" }, "has a default that breaks its own rules (pattern)."],
  [{ type: "integer", min: 1, default: 0 }, "has a default that breaks its own rules (min)."],
  [{ type: "decimal", max: "1", default: "1.01" }, "has a default that breaks its own rules (max)."],
  [{ type: "email", default: "nobody" }, "has a default that is not a value of its type."],
  [{ type: "json", maxBytes: 3, default: { a: 1 } }, "has a default that breaks its own rules (maxLength)."],
  [{ type: "richtext", default: "text" }, "has a default that is not a value of its type."],
  [
    { type: "multiselect", options: ["a", "b"], default: ["a", "c"] },
    "has a default that is not one of its options.",
  ],
  [
    { type: "multiselect", options: ["a", "b"], minItems: 2, default: ["a"] },
    "has a default that breaks its own rules (min).",
  ],
  [
    { type: "array", fields: line, default: [{ count: 1 }] },
    "has a default that breaks its own rules (required).",
  ],
  [
    { type: "array", fields: line, default: [{ sku: "a", size: 1 }] },
    "has a default that breaks its own rules (unknown).",
  ],
  [{ type: "array", fields: line, default: [null] }, "has a default that is not a value of its type."],
  [{ type: "text", default: 1 }, "has a default that is not a value of its type."],
  [{ type: "text", default: "\ud800" }, "has a default that is not a value of its type."],
  [{ type: "integer", default: 1.5 }, "has a default that is not a value of its type."],
  [{ type: "decimal", default: "1e3" }, "has a default that is not a value of its type."],
  [{ type: "date", default: "2024-02-30" }, "has a default that is not a value of its type."],
])("the field %o is refused", (field, problem) => {
  expect(problemsOf(field)).toStrictEqual([problem]);
});

test("every kind is taken with all of its options", () => {
  const access = { read: true, create: () => false, update: () => ({ f: true }) };
  const own = { required: true, hidden: false, access, validate: () => true, previousName: "g" };
  const column = { ...own, unique: true, index: true };
  const options: Readonly<Record<string, object>> = {
    text: { ...column, minLength: 1, maxLength: 2, pattern: "^a", searchable: true, default: "a" },
    textarea: { ...column, minLength: 1, maxLength: 2, pattern: "^a", searchable: true, default: "a" },
    email: { ...column, searchable: true, default: "a@b.example" },
    number: { ...column, min: -1.5, max: 1.5, default: 0 },
    integer: { ...column, min: -1, max: 1, default: 0 },
    decimal: { ...column, precision: 4, scale: 2, min: "-1.5", max: "99.99", default: "1.50" },
    boolean: { ...column, default: false },
    date: { ...column, default: "2026-11-23" },
    select: { ...column, default: "b" },
    json: { ...own, maxBytes: 10, default: { a: [1] } },
    multiselect: { ...own, index: true, minItems: 0, maxItems: 2, default: ["b", "a"] },
    richtext: { ...own, maxBytes: 10, default: [] },
    array: { ...own, minItems: 0, maxItems: 2, default: [{ label: "a" }, {}] },
    password: { ...own, minLength: 1, maxLength: 2 },
    relationship: { ...column, onDelete: "cascade" },
    references: { ...own, minItems: 1, maxItems: 1000, onDelete: "setNull" },
  };
  const fields = Object.entries(everyKind).map(([name, field]) => ({ ...field, ...options[name] }));
  expect(fields.flatMap(problemsOf)).toStrictEqual([]);
});

test("one field can have several problems", () => {
  expect(problemsOf({ type: "decimal", scale: 1, size: 2, min: "x", default: "y" })).toStrictEqual([
    'has the unknown option "size"; a decimal field takes type, required, unique, index, hidden, access, writable, normalise, validate, previousName, description, deprecated, default, precision, scale, min, max.',
    "has a scale without a precision.",
    "has a bound that is not a decimal.",
  ]);
});
