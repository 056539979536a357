import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import type { CollectionFacts, FieldFacts } from "./collections.ts";
import type { WhereObject } from "./evaluate.ts";
import { jsonPath, jsonScalar } from "./json-values.ts";
import {
  date,
  decimal,
  integer,
  number,
  pattern,
  text,
  wantedId,
  wantedOption,
  wantedPerson,
} from "./values.ts";

/** The limits of http-api 3.2. */
const maxConditions = 50;

type Entry = readonly [key: string, value: unknown];

/** A filter that the specification allows, at most `depth` levels deep. */
export function filter(collection: CollectionFacts, depth: number): Arbitrary<WhereObject> {
  return level(collection, depth).filter((where) => countConditions(where) <= maxConditions);
}

function level(collection: CollectionFacts, depth: number): Arbitrary<WhereObject> {
  const flat = fc.array(condition(collection), { minLength: 0, maxLength: 2 });
  if (depth === 1) return flat.map(objectOf);
  const deeper = level(collection, depth - 1);
  const branches = fc.array(deeper, { minLength: 1, maxLength: 3 });
  const combined: Arbitrary<Entry> = fc.oneof(
    branches.map((each): Entry => ["and", each]),
    branches.map((each): Entry => ["or", each]),
    deeper.map((each): Entry => ["not", each]),
  );
  return fc.oneof(
    { weight: 3, arbitrary: flat.map(objectOf) },
    { weight: 2, arbitrary: combined.map((entry) => objectOf([entry])) },
    {
      weight: 1,
      arbitrary: fc.tuple(flat, combined).map(([entries, entry]) => objectOf([...entries, entry])),
    },
  );
}

function objectOf(entries: readonly Entry[]): WhereObject {
  return Object.fromEntries(entries);
}

function countConditions(where: WhereObject): number {
  return Object.entries(where).reduce((total, [key, value]) => {
    if (key === "and" || key === "or") {
      return total + (value as readonly WhereObject[]).reduce((sum, each) => sum + countConditions(each), 0);
    }
    if (key === "not") return total + countConditions(value as WhereObject);
    return total + (typeof value === "object" && value !== null ? Object.keys(value).length : 1);
  }, 0);
}

function condition({ fields }: CollectionFacts): Arbitrary<Entry> {
  return fc.oneof(
    ...fields.flatMap((field) => (field.kind === "json" ? jsonConditions(field) : [scalarCondition(field)])),
  );
}

function jsonConditions({ name }: FieldFacts): readonly Arbitrary<Entry>[] {
  const path = jsonPath.map((segments) => [name, ...segments].join("."));
  return [
    fc.boolean().map((exists): Entry => [name, { exists }]),
    fc.tuple(path, jsonScalar).map(([key, value]): Entry => [key, value]),
    fc.tuple(path, tests(equality(jsonScalar))),
    fc.tuple(path, tests(equality(jsonScalar))),
  ];
}

function scalarCondition(field: FieldFacts): Arbitrary<Entry> {
  const value = wanted(field);
  const known = {
    ...equality(value),
    ...(isOrdered(field) ? order(value) : {}),
    ...(field.kind === "text" ? match : {}),
  };
  return fc.tuple(
    fc.constant(field.name),
    fc.oneof({ weight: 1, arbitrary: value }, { weight: 5, arbitrary: tests(known) }),
  );
}

function isOrdered({ kind }: FieldFacts): boolean {
  return ["text", "number", "integer", "decimal", "date"].includes(kind);
}

/** Values to compare a field with: of its kind, in every form that a client may use. */
function wanted({ kind }: FieldFacts): Arbitrary<unknown> {
  switch (kind) {
    case "text":
      return text;
    case "number":
      return number;
    case "integer":
      return integer;
    case "decimal":
      return decimal;
    case "boolean":
      return fc.boolean();
    case "date":
      return date;
    case "select":
      return wantedOption;
    case "id":
      return wantedId;
    case "relationship":
      return wantedPerson;
    case "json":
      return jsonScalar;
  }
}

type Operators = Readonly<Record<string, Arbitrary<unknown>>>;

function equality(value: Arbitrary<unknown>): Operators {
  const list = fc.array(value, { maxLength: 4 });
  return { eq: value, neq: value, in: list, nin: list, exists: fc.boolean() };
}

function order(value: Arbitrary<unknown>): Operators {
  return { gt: value, gte: value, lt: value, lte: value, between: fc.tuple(value, value) };
}

const match: Operators = { like: pattern, startsWith: pattern };

/** One operator, or two on the same field. */
function tests(known: Operators): Arbitrary<WhereObject> {
  const one = fc.oneof(
    ...Object.entries(known).map(([operator, value]) => value.map((each): Entry => [operator, each])),
  );
  return fc.oneof(
    { weight: 5, arbitrary: one.map((entry) => objectOf([entry])) },
    { weight: 1, arbitrary: fc.tuple(one, one).map(objectOf) },
  );
}
