import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { options } from "../property/collections.ts";
import type { Collections, FieldFacts } from "../property/facts.ts";
import { filter, type Scope } from "../property/filters.ts";
import { tags } from "../property/graph.ts";
import { fewDays, fewNumbers, fewTexts, maxRelated, relatedIds, wantedRelated } from "../property/values.ts";
import type { DrawnCollection } from "./schema.ts";

/** What a conditional header of a request holds: the tag that the document had when it was last seen, one of another state, or any. */
export type Tag = "none" | "last" | "stale" | "any";

/** One operation of a batch. */
type Operation = Readonly<Record<string, unknown>>;

/**
 * One request of a sequence. In its texts `@0@` stands for the id of the first document that the sequence created, and so
 * on: each world gives them ids of its own.
 */
export type Step =
  | {
      readonly kind: "list";
      readonly slug: string;
      readonly via: "get" | "query";
      readonly parameters: Parameters;
      readonly pages: number;
    }
  | { readonly kind: "count"; readonly slug: string; readonly parameters: Parameters }
  | {
      readonly kind: "one";
      readonly slug: string;
      readonly id: string;
      readonly parameters: Parameters;
      readonly tag: Tag;
    }
  | { readonly kind: "create"; readonly slug: string; readonly body: unknown }
  | {
      readonly kind: "update";
      readonly slug: string;
      readonly id: string;
      readonly body: unknown;
      readonly tag: Tag;
    }
  | { readonly kind: "delete"; readonly slug: string; readonly id: string; readonly tag: Tag }
  | { readonly kind: "restore"; readonly slug: string; readonly id: string }
  | { readonly kind: "batch"; readonly operations: readonly Operation[] }
  | { readonly kind: "other"; readonly method: string; readonly path: string };

/** Parameters of a read, as a query body has them. */
export type Parameters = Readonly<Record<string, unknown>>;

const maxSteps = 12;

/** Requests that a caller could send, whether they are allowed or not, well-formed or not. */
export function steps(schema: readonly DrawnCollection[]): Arbitrary<readonly Step[]> {
  const collections: Collections = new Map(schema.map((each) => [each.slug, each]));
  const reads = fc.oneof(...schema.map((each) => readStep(each, collections)));
  const writes = fc.oneof(...schema.map(writeStep));
  const operation = fc.oneof(...schema.map(batchOperation));
  const batch = fc
    .array(operation, { minLength: 1, maxLength: 4 })
    .map((operations): Step => ({ kind: "batch", operations }));
  const other = fc
    .constantFrom<readonly [string, string]>(
      ["GET", "/nope"],
      ["PUT", `/${schema[0]?.slug ?? ""}`],
      ["GET", `/${schema[0]?.slug ?? ""}?nope=1`],
      ["GET", `/${schema[0]?.slug ?? ""}?cursor=forged`],
      ["HEAD", `/${schema[0]?.slug ?? ""}`],
    )
    .map(([method, path]): Step => ({ kind: "other", method, path }));
  return fc.array(
    fc.oneof(
      { weight: 14, arbitrary: reads },
      { weight: 10, arbitrary: writes },
      { weight: 2, arbitrary: batch },
      { weight: 1, arbitrary: other },
    ),
    { minLength: 3, maxLength: maxSteps, size: "max" },
  );
}

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

const tag = fc.constantFrom<Tag>("none", "none", "last", "stale", "any");

/** Ids of rows that the caller may read, of others, of rows that there are in one world only, of none, and what is no id. */
function ids(slug: string): Arbitrary<string> {
  return fc.oneof(
    { weight: 8, arbitrary: readableId(slug) },
    { weight: 2, arbitrary: lonelyId(slug) },
    { weight: 2, arbitrary: fc.constantFrom(...relatedIds(slug, maxRelated)) },
    { weight: 2, arbitrary: fc.constantFrom("@0@", "@1@") },
    { weight: 1, arbitrary: fc.constantFrom("00000000-0000-0000-0000-000000000000", "no-id") },
  );
}

/** `~bees:2~` stands for the id of the third document of bees that the caller may read, if there are so many. */
function readableId(slug: string): Arbitrary<string> {
  return fc.nat(maxRelated - 1).map((at) => `~${slug}:${at}~`);
}

/** `^bees:0^` stands for the id of a bee that there is in one of the worlds alone, where there is such a one. */
function lonelyId(slug: string): Arbitrary<string> {
  return fc.nat(2).map((at) => `^${slug}:${at}^`);
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

function readStep(collection: DrawnCollection, collections: Collections): Arbitrary<Step> {
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

function writeStep(collection: DrawnCollection): Arbitrary<Step> {
  const { slug } = collection;
  const id = ids(slug);
  return fc.oneof(
    { weight: 3, arbitrary: body(collection).map((each): Step => ({ kind: "create", slug, body: each })) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(id, body(collection), tag)
        .map(([at, each, match]): Step => ({ kind: "update", slug, id: at, body: each, tag: match })),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(id, tag).map(([at, match]): Step => ({ kind: "delete", slug, id: at, tag: match })),
    },
    { weight: 1, arbitrary: id.map((at): Step => ({ kind: "restore", slug, id: at })) },
  );
}

function batchOperation(collection: DrawnCollection): Arbitrary<Operation> {
  const { slug } = collection;
  const id = ids(slug);
  return fc.oneof(
    body(collection).map((data): Operation => ({ op: "create", collection: slug, data })),
    fc
      .tuple(id, body(collection))
      .map(([at, data]): Operation => ({ op: "update", collection: slug, id: at, data })),
    id.map((at): Operation => ({ op: "delete", collection: slug, id: at })),
  );
}

/** Some fields, mostly right; rarely one that there is not or that only the server sets. */
function body({ drawn }: DrawnCollection): Arbitrary<unknown> {
  // What nobody may write comes rarely: it is refused before anything else is looked at.
  const writable = drawn.filter(({ isFixed }) => !isFixed);
  const one = fc.oneof(
    ...writable.map((field) =>
      unsetOr(valueOf(field)).map((each): readonly [string, unknown] => [field.name, each]),
    ),
  );
  // A body of many fields is seldom right in all of them.
  const wrong = fc.constantFrom<readonly [string, unknown]>(
    ["guard", 1],
    ["nope", 1],
    ["id", "00000000-0000-0000-0000-000000000000"],
    ["createdAt", "2026-01-01"],
    ["count", 6],
    ["body", "longer than what it may be"],
  );
  return fc
    .tuple(fc.array(one, { maxLength: 3 }), fc.array(wrong, { maxLength: 1 }), fc.integer({ min: 0, max: 9 }))
    .map(([right, bad, at]) => Object.fromEntries([...right, ...(at === 0 ? bad : [])]));
}

function unsetOr(value: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 6, arbitrary: value });
}

function valueOf({ kind, to = "" }: FieldFacts): Arbitrary<unknown> {
  switch (kind) {
    case "text":
      return fewTexts;
    case "integer":
    case "number":
      return fewNumbers;
    case "boolean":
      return fc.boolean();
    case "date":
      return fewDays;
    case "select":
      return fc.constantFrom(...options);
    case "multiselect":
      return fc.shuffledSubarray([...tags]);
    case "array":
      return fc.array(
        fewNumbers.map((qty) => ({ qty })),
        { maxLength: 2 },
      );
    case "relationship":
    case "id":
      return reference(to);
    case "list":
      return fc.uniqueArray(reference(to), { maxLength: 3 });
    case "decimal":
      return fewNumbers.map(String);
    case "json":
    case "richtext":
      return fc.constantFrom({ color: "red" }, { n: 1 }, []);
  }
}

function reference(slug: string): Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: readableId(slug) },
    { weight: 2, arbitrary: lonelyId(slug) },
    { weight: 1, arbitrary: wantedRelated(slug) },
    { weight: 1, arbitrary: fc.constantFrom("@0@", "@1@") },
  );
}
