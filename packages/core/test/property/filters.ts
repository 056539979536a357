import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import type { WhereObject } from "./evaluate.ts";
import { type CollectionFacts, collectionOf, type Collections, type FieldFacts } from "./facts.ts";
import { tags } from "./graph.ts";
import { jsonPath, jsonScalar } from "./json-values.ts";
import {
  date,
  decimal,
  fewDays,
  fewNumbers,
  fewTexts,
  integer,
  number,
  pattern,
  text,
  wantedId,
  wantedOption,
  wantedPerson,
  wantedRelated,
} from "./values.ts";

/** The limits of http-api 3.2, and of what a filter may cost. */
const maxConditions = 50;
const maxCost = 200;
const hopCost = 4;

type Entry = readonly [key: string, value: unknown];

/** What a filter may name beside the fields of its own collection. */
export interface Scope {
  readonly collections: Collections;
  /** Longest way through relationships. */
  readonly hops: number;
  /** Whether it may name what nobody reads: the filter of a rule may. */
  readonly isRule: boolean;
}

const ownFields: Scope = { collections: new Map(), hops: 0, isRule: false };

/** A filter that the specification allows, at most `depth` levels deep. */
export function filter(
  collection: CollectionFacts,
  depth: number,
  scope: Scope = ownFields,
): Arbitrary<WhereObject> {
  const one = condition(collection, scope);
  return level(one, depth).filter((where) => {
    const { conditions, cost } = costOf(where);
    return conditions <= maxConditions && cost <= maxCost;
  });
}

function level(one: Arbitrary<Entry>, depth: number): Arbitrary<WhereObject> {
  const flat = fc.array(one, { minLength: 0, maxLength: 2 });
  if (depth === 1) return flat.map(objectOf);
  const deeper = level(one, depth - 1);
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

interface Cost {
  readonly conditions: number;
  readonly cost: number;
}

function costOf(where: WhereObject): Cost {
  const parts = Object.entries(where).map(([key, value]): Cost => {
    if (key === "and" || key === "or") return sum((value as readonly WhereObject[]).map(costOf));
    if (key === "not") return costOf(value as WhereObject);
    const conditions = typeof value === "object" && value !== null ? Object.keys(value).length : 1;
    return { conditions, cost: conditions + (key.split(".").length - 1) * hopCost };
  });
  return sum(parts);
}

function sum(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (total, each) => ({ conditions: total.conditions + each.conditions, cost: total.cost + each.cost }),
    { conditions: 0, cost: 0 },
  );
}

function condition(collection: CollectionFacts, scope: Scope): Arbitrary<Entry> {
  const fields = collection.fields.filter(({ isHidden = false }) => scope.isRule || !isHidden);
  const own = fc.oneof(
    ...fields.flatMap((field) => (field.kind === "json" ? jsonConditions(field) : [plainCondition(field)])),
  );
  const steps = scope.hops === 0 ? [] : fields.filter(({ to }) => to !== undefined);
  if (steps.length === 0) return own;
  const further = { ...scope, hops: scope.hops - 1 };
  const through = steps.map(({ name, to }) =>
    condition(collectionOf(scope.collections, to), further).map(([key, value]): Entry => [
      `${name}.${key}`,
      value,
    ]),
  );
  return fc.oneof({ weight: 2, arbitrary: own }, { weight: 3, arbitrary: fc.oneof(...through) });
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

function plainCondition(field: FieldFacts): Arbitrary<Entry> {
  const { name, kind } = field;
  if (kind === "richtext" || kind === "array") return fc.boolean().map((exists): Entry => [name, { exists }]);
  const value = wanted(field);
  if (kind === "list" || kind === "multiselect") return fc.tuple(fc.constant(name), tests(listing(value)));
  const known = {
    ...equality(value),
    ...(isOrdered(field) ? order(value) : {}),
    ...(kind === "text" ? match : {}),
  };
  return fc.tuple(
    fc.constant(name),
    fc.oneof({ weight: 1, arbitrary: value }, { weight: 5, arbitrary: tests(known) }),
  );
}

function isOrdered({ kind }: FieldFacts): boolean {
  return ["text", "number", "integer", "decimal", "date"].includes(kind);
}

/** Values to compare a field with: of its kind, in every form that a client may use. */
function wanted({ kind, hasFewValues = false, to = "" }: FieldFacts): Arbitrary<unknown> {
  switch (kind) {
    case "text":
      return hasFewValues ? fewTexts : text;
    case "number":
      return number;
    case "integer":
      return hasFewValues ? fewNumbers : integer;
    case "decimal":
      return decimal;
    case "boolean":
      return fc.boolean();
    case "date":
      return hasFewValues ? fewDays : date;
    case "select":
      return wantedOption;
    case "multiselect":
      return fc.constantFrom(...tags, "Red", "");
    case "id":
      return wantedId;
    case "relationship":
    case "list":
      return to === "people" ? wantedPerson : wantedRelated(to);
    case "json":
    case "richtext":
    case "array":
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

function listing(value: Arbitrary<unknown>): Operators {
  const list = fc.array(value, { minLength: 1, maxLength: 3 });
  return { contains: value, notContains: value, any: list, all: list, exists: fc.boolean() };
}

const match: Operators = { like: pattern, startsWith: pattern };

/** One operator, or two on the same field. */
function tests(known: Operators): Arbitrary<WhereObject> {
  const one = fc.oneof(
    ...Object.entries(known).map(([operator, value]) => value.map((each): Entry => [operator, each])),
  );
  return fc.oneof(
    { weight: 4, arbitrary: one.map((entry) => objectOf([entry])) },
    { weight: 1, arbitrary: fc.tuple(one, one).map(objectOf) },
  );
}
