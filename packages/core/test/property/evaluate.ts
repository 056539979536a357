import type { Json } from "@lucent/core";

import type { CollectionFacts, Kind } from "./collections.ts";
import { compareValues, textOf } from "./compare-values.ts";
import type { StoredRow } from "./rows.ts";

/** A `where` object as a client writes it. */
export interface WhereObject {
  readonly [key: string]: unknown;
}

/**
 * Whether a row matches, in plain JavaScript and from the specification alone. "Is it true?" is all that is ever
 * asked, so two truth values do: and, or and the complement (`IS NOT TRUE`) need no third one.
 */
export function matches(where: WhereObject, row: StoredRow, collection: CollectionFacts): boolean {
  return Object.entries(where).every(([key, value]) => {
    if (key === "and")
      return (value as readonly WhereObject[]).every((each) => matches(each, row, collection));
    if (key === "or") return (value as readonly WhereObject[]).some((each) => matches(each, row, collection));
    if (key === "not") return !matches(value as WhereObject, row, collection);
    const found = operand(key, row, collection);
    const tests = isPlainObject(value) ? Object.entries(value) : [["eq", value] as const];
    return tests.every(([operator, wanted]) => holds(found, operator, wanted as Json));
  });
}

interface Operand {
  readonly kind: Kind;
  readonly value: Json;
}

function operand(key: string, row: StoredRow, { fields }: CollectionFacts): Operand {
  const [name = "", ...path] = key.split(".");
  const field = fields.find((each) => each.name === name);
  if (field === undefined) throw new TypeError(`the generator made up the field ${name}`);
  let value: Json = row[name] ?? null;
  for (const segment of path) value = memberOf(value, segment);
  return { kind: field.kind, value };
}

function memberOf(value: Json, key: string): Json {
  if (!isPlainObject(value) || !Object.hasOwn(value, key)) return null;
  return value[key] ?? null;
}

function holds({ kind, value }: Operand, operator: string, wanted: Json): boolean {
  const list = wanted as readonly Json[];
  switch (operator) {
    case "exists":
      return (value !== null) === wanted;
    case "neq":
      return !isEqual(kind, value, wanted);
    case "in":
      return list.some((each) => isEqual(kind, value, each));
    case "nin":
      return !list.some((each) => isEqual(kind, value, each));
    case "eq":
      return isEqual(kind, value, wanted);
    default:
      return value !== null && holdsForValue({ kind, value }, operator, wanted);
  }
}

function holdsForValue({ kind, value }: Operand, operator: string, wanted: Json): boolean {
  const [low = null, high = null] = Array.isArray(wanted) ? (wanted as readonly Json[]) : [];
  switch (operator) {
    case "gt":
      return compareValues(kind, value, wanted) > 0;
    case "gte":
      return compareValues(kind, value, wanted) >= 0;
    case "lt":
      return compareValues(kind, value, wanted) < 0;
    case "lte":
      return compareValues(kind, value, wanted) <= 0;
    case "between":
      return compareValues(kind, value, low) >= 0 && compareValues(kind, value, high) <= 0;
    case "like":
      return textOf(value).toLowerCase().includes(textOf(wanted).toLowerCase());
    case "startsWith":
      return textOf(value).toLowerCase().startsWith(textOf(wanted).toLowerCase());
    default:
      throw new TypeError(`the generator made up the operator ${operator}`);
  }
}

function isEqual(kind: Kind, value: Json, wanted: Json): boolean {
  if (value === null) return false;
  // A path into JSON compares type and value; objects and arrays equal no scalar.
  if (kind === "json") return value === wanted;
  return compareValues(kind, value, wanted) === 0;
}

function isPlainObject(value: unknown): value is WhereObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
