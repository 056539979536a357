import { expect, test } from "vitest";

import {
  allOf,
  anyOf,
  complement,
  everything,
  type Filter,
  isOverRelations,
  nothing,
} from "../../src/filter/tree.ts";
import { fieldOf, modelOf } from "../world/collection-model.ts";
import { fieldIn, modelIn } from "../world/relations.ts";

const field = fieldOf(modelOf({ title: { type: "text" } }), "title");
const a: Filter = { kind: "existence", field, path: [], exists: true };
const b: Filter = { kind: "existence", field, path: [], exists: false };

test("all of no filters is every row, any of no filters is no row", () => {
  expect(allOf([])).toBe(everything);
  expect(anyOf([])).toBe(nothing);
});

test("one filter stays itself", () => {
  expect(allOf([a])).toBe(a);
  expect(anyOf([a])).toBe(a);
});

test("every row is neutral for and, no row ends it", () => {
  expect(allOf([everything, everything])).toBe(everything);
  expect(allOf([everything, a])).toBe(a);
  expect(allOf([a, nothing, b])).toBe(nothing);
  expect(allOf([everything, nothing])).toBe(nothing);
  expect(allOf([a, everything, b])).toStrictEqual({ kind: "and", of: [a, b] });
});

test("no row is neutral for or, every row ends it", () => {
  expect(anyOf([nothing, nothing])).toBe(nothing);
  expect(anyOf([nothing, a])).toBe(a);
  expect(anyOf([a, everything, b])).toBe(everything);
  expect(anyOf([a, nothing, b])).toStrictEqual({ kind: "or", of: [a, b] });
});

test("the complement of every row is no row, and twice is the filter again", () => {
  expect(complement(everything)).toBe(nothing);
  expect(complement(nothing)).toBe(everything);
  expect(complement(a)).toStrictEqual({ kind: "not", of: a });
  expect(complement(complement(a))).toBe(a);
});

test("a filter is over relations where any part of it follows one", () => {
  const related: Filter = {
    kind: "related",
    field: fieldIn("posts", "mainAuthor"),
    target: modelIn("authors"),
    of: everything,
  };
  const search: Filter = { kind: "search", fields: [field], text: "a" };
  for (const filter of [everything, nothing, a, search, allOf([a, b]), complement(anyOf([a, search]))]) {
    expect(isOverRelations(filter)).toBe(false);
  }
  for (const filter of [related, allOf([a, related]), anyOf([a, allOf([b, complement(related)])])]) {
    expect(isOverRelations(filter)).toBe(true);
    expect(isOverRelations(complement(filter))).toBe(true);
  }
});
