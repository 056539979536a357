import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import type { Collections, FieldFacts } from "../property/facts.ts";
import { filter, type Scope } from "../property/filters.ts";
import type { DrawnCollection } from "./schema.ts";
import { ids, tag } from "./step-values.ts";
import type { Parameters, Step } from "./step.ts";

function optional<T>(value: Arbitrary<T>, weight = 1): Arbitrary<T | undefined> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value });
}

/** What is rarely right where it is not offered. */
function sometimes<T>(isOffered: boolean, value: Arbitrary<T>): Arbitrary<T | undefined> {
  return fc.oneof(
    { weight: isOffered ? 2 : 20, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: value },
  );
}

/** Names of fields, the hidden ones and some that there are not. */
function names({ fields }: DrawnCollection, collections: Collections): Arbitrary<string> {
  const own = usual(fields).map(({ name }) => name);
  const behind = usual(fields).flatMap(({ name, to }) =>
    usual(collections.get(to ?? "")?.fields ?? []).map((field) => `${name}.${field.name}`),
  );
  return fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...own) },
    { weight: 4, arbitrary: fc.constantFrom(...behind) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "secret",
        "guard",
        "deletedAt",
        "nope",
        "one.nope",
        "secret.x",
        "one.one.one.title",
      ),
    },
  );
}

/** What many callers may name. */
function usual(fields: readonly FieldFacts[]): readonly FieldFacts[] {
  return fields.filter(({ name, isHidden = false }) => !isHidden && name !== "deletedAt");
}

const unsorted: ReadonlySet<FieldFacts["kind"]> = new Set([
  "json",
  "richtext",
  "array",
  "multiselect",
  "list",
]);

function sortKeys(collection: DrawnCollection, collections: Collections): Arbitrary<readonly string[]> {
  const sortable = usual(collection.fields).filter(({ kind }) => !unsorted.has(kind));
  const behind = sortable.flatMap(({ name, to }) =>
    usual(collections.get(to ?? "")?.fields ?? [])
      .filter(({ kind }) => !unsorted.has(kind))
      .map((field) => `${name}.${field.name}`),
  );
  const name = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...sortable.map((field) => field.name)) },
    { weight: 12, arbitrary: fc.constantFrom(...behind) },
    { weight: 1, arbitrary: names(collection, collections) },
  );
  const key = fc.tuple(fc.boolean(), name).map(([down, each]) => (down ? `-${each}` : each));
  return fc.uniqueArray(key, { minLength: 1, maxLength: 2 });
}

/** Lists, counts and single documents of a collection. */
export function readStep(collection: DrawnCollection, collections: Collections): Arbitrary<Step> {
  const { slug } = collection;
  const scope: Scope = { collections, hops: 3, isRule: false };
  // As a rule may: it names what is hidden too.
  const bold: Scope = { ...scope, isRule: true };
  const name = names(collection, collections);
  const look = {
    select: optional(fc.uniqueArray(name, { minLength: 1, maxLength: 4 })),
    depth: optional(fc.integer({ min: 0, max: 2 })),
    populate: optional(fc.uniqueArray(relations(collection, collections), { minLength: 1, maxLength: 2 })),
  };
  const where = fc.oneof(
    { weight: 3, arbitrary: filter(collection, 1, scope) },
    { weight: 3, arbitrary: filter(collection, 1, scope).map((not) => ({ not })) },
    { weight: 2, arbitrary: filter(collection, 2, scope) },
    { weight: 1, arbitrary: filter(collection, 1, bold) },
  );
  const isSearchable = collection.drawn.some(
    ({ definition }) => "searchable" in definition && definition.searchable,
  );
  const list = fc.record({
    ...look,
    where: optional(where, 2),
    sort: optional(sortKeys(collection, collections), 2),
    search: sometimes(isSearchable, fc.constantFrom("a", "ab or b", "-a", '"a b"', "é")),
    // Not "estimated": where the rule is plainly true the planner's statistics are the contract.
    count: optional(fc.constant("exact")),
    trashed: sometimes(collection.softDelete, fc.constantFrom("with", "only")),
    perPage: optional(fc.integer({ min: 1, max: 6 }), 2),
    page: fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) },
    ),
  });
  const page = fc.record({ parameters: list.map(defined), pages: fc.integer({ min: 1, max: 3 }) });
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(page, fc.constantFrom("get" as const, "query" as const))
        .map(([each, via]): Step => ({ kind: "list", slug, via, ...each })),
    },
    {
      weight: 1,
      arbitrary: where.map((each): Step => ({ kind: "count", slug, parameters: { where: each } })),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(ids(slug), fc.record(look), tag).map(([id, parameters, each]): Step => ({
        kind: "one",
        slug,
        id,
        parameters: defined(parameters),
        tag: each,
      })),
    },
  );
}

function relations(collection: DrawnCollection, collections: Collections): Arbitrary<string> {
  const own = collection.fields.filter(({ to }) => to !== undefined);
  const behind = own.flatMap(({ name, to }) =>
    (collections.get(to ?? "")?.fields ?? []).flatMap((field) =>
      field.to === undefined ? [] : [`${name}.${field.name}`],
    ),
  );
  const near = own.map(({ name }) => name);
  return fc.constantFrom(...near, ...near, ...near, ...near, ...near, ...near, ...behind, "title");
}

function defined(parameters: object): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}
