import type { Json } from "@lucent/core";
import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { options } from "./collections.ts";
import type { CollectionFacts, FieldFacts, Stock, StoredRow } from "./facts.ts";
import { maxLinks, tags } from "./graph.ts";
import { json } from "./json-values.ts";
import {
  decimal,
  fewDays,
  fewNumbers,
  fewTexts,
  instant,
  integer,
  maxRelated,
  number,
  peopleIds,
  relatedIds,
  rowIds,
  smallDecimal,
  text,
} from "./values.ts";

/** Rows of one collection. Many nulls, many equal values. */
export function rows(collection: CollectionFacts): Arbitrary<readonly StoredRow[]> {
  return fc
    .oneof(
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }) },
      { weight: 4, arbitrary: fc.integer({ min: 20, max: rowIds.length }) },
    )
    .chain((length) =>
      fc.tuple(
        fc.shuffledSubarray([...rowIds], { minLength: length, maxLength: length }),
        fc.array(
          rowWithoutId(collection, () => peopleIds),
          { minLength: length, maxLength: length },
        ),
      ),
    )
    .map(([ids, found]) => found.map((row, at) => ({ ...row, id: ids[at] ?? "" })));
}

/** Rows of collections that lead to each other. Few of each, so that most things lead somewhere and often to the same. */
export function relatedRows(collections: readonly CollectionFacts[]): Arbitrary<Stock> {
  const counts = fc.tuple(
    ...collections.map(() =>
      fc.oneof(
        { weight: 1, arbitrary: fc.constant(0) },
        { weight: 6, arbitrary: fc.integer({ min: 3, max: maxRelated }) },
      ),
    ),
  );
  return counts.chain((lengths) => {
    const ids = new Map(collections.map(({ slug }, at) => [slug, relatedIds(slug, lengths[at] ?? 0)]));
    const parts = collections.map((collection) => {
      const own = ids.get(collection.slug) ?? [];
      const row = rowWithoutId(collection, ({ to = "" }) => ids.get(to) ?? []);
      const found = fc.array(row, { minLength: own.length, maxLength: own.length });
      return found.map((each) => each.map((values, at): StoredRow => ({ ...values, id: own[at] ?? "" })));
    });
    return fc
      .tuple(...parts)
      .map((found): Stock => new Map(collections.map(({ slug }, at) => [slug, found[at] ?? []])));
  });
}

function rowWithoutId(
  { fields }: CollectionFacts,
  idsOf: (field: FieldFacts) => readonly string[],
): Arbitrary<StoredRow> {
  return fc.record(
    Object.fromEntries(
      fields.filter(({ name }) => name !== "id").map((field) => [field.name, stored(field, idsOf(field))]),
    ),
  );
}

function stored(field: FieldFacts, ids: readonly string[]): Arbitrary<Json> {
  // A relationship to a collection without rows leads nowhere.
  if (field.to !== undefined && ids.length === 0) return fc.constant(field.kind === "list" ? [] : null);
  const value = storedValue(field, ids);
  if (field.name === "deletedAt") return mostlyNull(value);
  return field.nullable
    ? fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 3, arbitrary: value })
    : value;
}

function mostlyNull(value: Arbitrary<Json>): Arbitrary<Json> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });
}

function storedValue(
  { kind, scale, hasFewValues = false }: FieldFacts,
  ids: readonly string[],
): Arbitrary<Json> {
  switch (kind) {
    case "text":
      return hasFewValues ? fewTexts : text;
    case "number":
      return number;
    case "integer":
      return hasFewValues ? fewNumbers : integer;
    case "decimal":
      return scale === undefined ? decimal : smallDecimal;
    case "boolean":
      return fc.boolean();
    case "date":
      return hasFewValues ? fewDays : instant.map((at) => new Date(at).toISOString());
    case "select":
      return fc.constantFrom(...options);
    case "json":
      return json;
    case "relationship":
      return fc.constantFrom(...ids);
    case "list":
      return fc.shuffledSubarray([...ids], { maxLength: Math.min(maxLinks, ids.length) });
    case "multiselect":
      return fc.shuffledSubarray([...tags]);
    case "richtext":
      return fc.oneof(fc.constant([]), fc.constant({ type: "doc" }), json);
    case "array":
      return fc.array(
        fewNumbers.map((qty) => ({ qty })),
        { maxLength: 2 },
      );
    case "id":
      return fc.constantFrom(...rowIds);
  }
}
