import type { Json } from "@lucent/core";
import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { type CollectionFacts, type FieldFacts, options } from "./collections.ts";
import { json } from "./json-values.ts";
import { decimal, instant, integer, number, peopleIds, rowIds, smallDecimal, text } from "./values.ts";

/** A row as it is put into the database, by field name. */
export type StoredRow = Readonly<Record<string, Json>>;

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
        fc.array(rowWithoutId(collection), { minLength: length, maxLength: length }),
      ),
    )
    .map(([ids, found]) => found.map((row, at) => ({ ...row, id: ids[at] ?? "" })));
}

function rowWithoutId({ fields }: CollectionFacts): Arbitrary<StoredRow> {
  return fc.record(
    Object.fromEntries(
      fields.filter(({ name }) => name !== "id").map((field) => [field.name, stored(field)]),
    ),
  );
}

function stored(field: FieldFacts): Arbitrary<Json> {
  const value = storedValue(field);
  return field.nullable
    ? fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 3, arbitrary: value })
    : value;
}

function storedValue({ kind, scale }: FieldFacts): Arbitrary<Json> {
  switch (kind) {
    case "text":
      return text;
    case "number":
      return number;
    case "integer":
      return integer;
    case "decimal":
      return scale === undefined ? decimal : smallDecimal;
    case "boolean":
      return fc.boolean();
    case "date":
      return instant.map((at) => new Date(at).toISOString());
    case "select":
      return fc.constantFrom(...options);
    case "json":
      return json;
    case "relationship":
      return fc.constantFrom(...peopleIds);
    case "id":
      return fc.constantFrom(...rowIds);
  }
}
