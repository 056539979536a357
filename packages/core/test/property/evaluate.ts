import type { Json } from "@lucent/core";

import { compareValues, textOf } from "./compare-values.ts";
import {
  type CollectionFacts,
  collectionOf,
  type Collections,
  fieldOf,
  type Kind,
  type StoredRow,
} from "./facts.ts";

/** A `where` object as a client writes it. */
export interface WhereObject {
  readonly [key: string]: unknown;
}

/** Where the relationships of rows lead. */
export interface Reach {
  readonly collections: Collections;
  /** The row behind a relationship, if it counts for whoever asks. */
  target(slug: string, id: string): StoredRow | undefined;
}

/** The collection of a row, and what can be reached from it. */
export interface Place {
  readonly collection: CollectionFacts;
  readonly reach: Reach;
}

/**
 * Whether a row matches, in plain JavaScript and from the specification alone. "Is it true?" is all that is ever
 * asked, so two truth values do: and, or and the complement (`IS NOT TRUE`) need no third one.
 */
export function matches(where: WhereObject, row: StoredRow, at: Place): boolean {
  return Object.entries(where).every(([key, value]) => {
    if (key === "and") return (value as readonly WhereObject[]).every((each) => matches(each, row, at));
    if (key === "or") return (value as readonly WhereObject[]).some((each) => matches(each, row, at));
    if (key === "not") return !matches(value as WhereObject, row, at);
    const tests = isPlainObject(value) ? Object.entries(value) : [["eq", value] as const];
    // One and the same target must pass every test; without a target there is nothing that could.
    return operands(key.split("."), row, at).some((found) =>
      tests.every(([operator, wanted]) => holds(found, operator, wanted as Json)),
    );
  });
}

interface Operand {
  readonly kind: Kind;
  readonly value: Json;
}

/** Every value that a dotted name leads to. */
function operands([name = "", ...path]: readonly string[], row: StoredRow, at: Place): readonly Operand[] {
  const { kind, to } = fieldOf(at.collection, name);
  const value = row[name] ?? null;
  if (path.length === 0) return [{ kind, value }];
  if (to === undefined) return [{ kind, value: path.reduce(memberOf, value) }];
  const there: Place = { collection: collectionOf(at.reach.collections, to), reach: at.reach };
  return targets(value, to, at.reach).flatMap((target) => operands(path, target, there));
}

/** The rows that a relationship leads to, in stored order, as far as they count. */
export function targets(value: Json, to: string, reach: Reach): readonly StoredRow[] {
  return idsOf(value)
    .map((id) => reach.target(to, id))
    .filter((row) => row !== undefined);
}

function idsOf(value: Json): readonly string[] {
  if (value === null) return [];
  return Array.isArray(value) ? value.map(textOf) : [textOf(value)];
}

function memberOf(value: Json, key: string): Json {
  if (!isPlainObject(value) || !Object.hasOwn(value, key)) return null;
  return value[key] ?? null;
}

function holds({ kind, value }: Operand, operator: string, wanted: Json): boolean {
  const list = wanted as readonly Json[];
  switch (operator) {
    case "exists":
      // A list of references is never null: without any it is unset. An empty list of options is set.
      return (kind === "list" ? idsOf(value).length > 0 : value !== null) === wanted;
    case "neq":
      return !isEqual(kind, value, wanted);
    case "in":
      return list.some((each) => isEqual(kind, value, each));
    case "nin":
      return !list.some((each) => isEqual(kind, value, each));
    case "eq":
      return isEqual(kind, value, wanted);
    case "contains":
      return has(kind, value, wanted);
    case "notContains":
      return !has(kind, value, wanted);
    case "any":
      return list.some((each) => has(kind, value, each));
    case "all":
      return list.every((each) => has(kind, value, each));
    default:
      return value !== null && holdsForValue({ kind, value }, operator, wanted);
  }
}

/** Ids may be written in either case; an option is itself and nothing else. */
function has(kind: Kind, value: Json, wanted: Json): boolean {
  const member = kind === "list" ? textOf(wanted).toLowerCase() : textOf(wanted);
  return Array.isArray(value) && value.includes(member);
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
