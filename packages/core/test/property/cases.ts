import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { allowing } from "./allowed.ts";
import { type Defect, defect } from "./defects.ts";
import type { WhereObject } from "./evaluate.ts";
import { type CollectionFacts, collectionOf, type Collections } from "./facts.ts";
import { filter, type Scope } from "./filters.ts";
import { relatedDefect } from "./related-defects.ts";
import { rulebook, ruleFilter } from "./rules.ts";
import type { Rulebook, Trashed } from "./sight.ts";

/** The way that a query takes into the engine. */
export type Via = "local" | "get" | "post";

/** One query over one collection. */
export interface Case {
  readonly slug: string;
  /** What the access rules answer this caller. */
  readonly rules: Rulebook;
  readonly where: WhereObject | undefined;
  readonly sort: readonly string[] | undefined;
  /** The selections of the pages, in turn: it may change on the way. */
  readonly selects: readonly (readonly string[] | undefined)[];
  /** The sizes of the pages, in turn. Paging by number takes the first one. */
  readonly perPages: readonly number[];
  readonly count: "none" | "exact" | "estimated" | undefined;
  readonly depth: number | undefined;
  readonly populate: readonly string[] | undefined;
  readonly trashed: Trashed;
  readonly walk: "cursor" | "page";
  readonly via: Via;
  /** Set where the query must be refused. */
  readonly defect: Defect | undefined;
}

const maxDepth = 5;

/** Mostly shallow: deep filters match nearly all rows or none. */
function wheres(collection: CollectionFacts, scope?: Scope): Arbitrary<WhereObject> {
  return fc.oneof(
    { weight: 3, arbitrary: filter(collection, 2, scope) },
    { weight: 2, arbitrary: filter(collection, 3, scope) },
    { weight: 1, arbitrary: filter(collection, maxDepth, scope) },
  );
}

const walk = fc.constantFrom("cursor" as const, "page" as const);
const count = fc.constantFrom(undefined, "none" as const, "exact" as const, "estimated" as const);
const via: Arbitrary<Via> = fc.oneof(
  { weight: 18, arbitrary: fc.constant("local" as const) },
  { weight: 1, arbitrary: fc.constant("get" as const) },
  { weight: 1, arbitrary: fc.constant("post" as const) },
);

function selects({ fields }: CollectionFacts): Arbitrary<Case["selects"]> {
  const names = fields.filter(({ isHidden = false }) => !isHidden).map(({ name }) => name);
  const one = optional(fc.subarray(names, { minLength: 1 }), 1);
  return fc.array(one, { minLength: 1, maxLength: 3 });
}

/** Queries over a collection alone. */
export function cases(collection: CollectionFacts): Arbitrary<Case> {
  const { slug } = collection;
  const read = fc.oneof(
    { weight: 2, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: ruleFilter(collection, 2) },
  );
  return fc.record({
    slug: fc.constant(slug),
    rules: read.map((answer): Rulebook => ({ [slug]: { read: answer } })),
    where: optional(wheres(collection), 5),
    sort: optional(sorts(collection), 4),
    selects: selects(collection),
    perPages: fc.array(fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 100 })), {
      minLength: 1,
      maxLength: 3,
    }),
    count,
    depth: fc.constant(undefined),
    populate: fc.constant(undefined),
    trashed: fc.constant(undefined),
    walk,
    via,
    defect: optional(defect(filter(collection, maxDepth - 2)), 1, 11),
  });
}

const maxHops = 3;

/** Queries over a collection that leads to others. */
export function relatedCases(collection: CollectionFacts, collections: Collections): Arbitrary<Case> {
  const { slug, softDelete = false } = collection;
  const scope: Scope = { collections, hops: maxHops, isRule: false };
  const sound = fc.record({
    slug: fc.constant(slug),
    rules: rulebook(collections, slug),
    where: optional(wheres(collection, scope), 5),
    sort: optional(relatedSorts(collection, collections), 2),
    selects: selects(collection),
    perPages: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 3 }),
    count,
    depth: optional(fc.integer({ min: 0, max: maxHops }), 1, 2),
    populate: optional(populates(collection, collections), 1, 1),
    trashed: softDelete ? optional(fc.constantFrom("with" as const, "only" as const), 1, 2) : none,
    walk,
    via,
    defect: none,
  });
  return fc.oneof(
    { weight: 4, arbitrary: sound },
    { weight: 11, arbitrary: sound.map((each) => allowed(each, collections)) },
    {
      weight: 1,
      arbitrary: fc.tuple(sound, relatedDefect(slug)).map(([each, wrong]): Case => ({ ...each, ...wrong })),
    },
  );
}

/** The same query without what its caller may not name. */
function allowed(each: Case, collections: Collections): Case {
  const { naming, select } = allowing(collections, each.rules);
  return { ...naming(each.slug, each), selects: each.selects.map((names) => select(each.slug, names)) };
}

const none = fc.constant(undefined);

function optional<T>(value: Arbitrary<T>, weight: number, against = 1): Arbitrary<T | undefined> {
  return fc.oneof({ weight: against, arbitrary: none }, { weight, arbitrary: value });
}

const unsorted = new Set(["json", "richtext", "array", "multiselect", "list"]);

function sortable({ fields }: CollectionFacts): readonly string[] {
  return fields
    .filter(({ kind, isHidden = false }) => !unsorted.has(kind) && !isHidden)
    .map(({ name }) => name);
}

// Ties, nulls, and an id that is not the last key: where keyset paging goes wrong first.
const fewValues = ["id", "done", "status", "owner", "level"] as const;

/** One to three keys, never the same field twice. */
function sorts(collection: CollectionFacts): Arbitrary<readonly string[]> {
  const length = { minLength: 1, maxLength: 3 };
  const names = fc.oneof(
    fc.shuffledSubarray([...sortable(collection)], length),
    fc.shuffledSubarray<string>([...fewValues], length),
  );
  return directed(names);
}

/** The same, also by fields behind to-one relationships. */
function relatedSorts(collection: CollectionFacts, collections: Collections): Arbitrary<readonly string[]> {
  const own = sortable(collection);
  const behind = pathsBehind(collection, collections, maxHops);
  const one = fc.oneof(fc.constantFrom(...own), fc.constantFrom(...behind));
  return directed(fc.uniqueArray(one, { minLength: 1, maxLength: 3 }));
}

function directed(names: Arbitrary<readonly string[]>): Arbitrary<readonly string[]> {
  return fc
    .tuple(names, fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }))
    .map(([each, descending]) => each.map((name, at) => (descending[at] === true ? `-${name}` : name)));
}

function pathsBehind({ fields }: CollectionFacts, collections: Collections, hops: number): readonly string[] {
  return fields
    .filter(({ kind }) => kind === "relationship")
    .flatMap(({ name, to }) => {
      const target = collectionOf(collections, to);
      const further = hops === 1 ? [] : pathsBehind(target, collections, hops - 1);
      return [...sortable(target), ...further].map((path) => `${name}.${path}`);
    });
}

function populates(collection: CollectionFacts, collections: Collections): Arbitrary<readonly string[]> {
  const all = relationPaths(collection, collections, maxHops);
  return fc.uniqueArray(fc.constantFrom(...all), { minLength: 1, maxLength: 3 });
}

function relationPaths(
  { fields }: CollectionFacts,
  collections: Collections,
  hops: number,
): readonly string[] {
  return fields
    .filter(({ to }) => to !== undefined)
    .flatMap(({ name, to }) => {
      const target = collectionOf(collections, to);
      const further = hops === 1 ? [] : relationPaths(target, collections, hops - 1);
      return [name, ...further.map((path) => `${name}.${path}`)];
    });
}
