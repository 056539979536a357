import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import type { CollectionFacts } from "./collections.ts";
import { type Defect, defect } from "./defects.ts";
import type { WhereObject } from "./evaluate.ts";
import { filter } from "./filters.ts";

/** The way that a query takes into the engine. */
export type Via = "local" | "get" | "post";

/** One query over one collection. */
export interface Case {
  readonly slug: string;
  /** What the access rule answers for this caller. */
  readonly rule: true | WhereObject;
  readonly where: WhereObject | undefined;
  readonly sort: readonly string[] | undefined;
  /** The selections of the pages, in turn: it may change on the way. */
  readonly selects: readonly (readonly string[] | undefined)[];
  /** The sizes of the pages, in turn. Paging by number takes the first one. */
  readonly perPages: readonly number[];
  readonly count: "none" | "exact" | "estimated" | undefined;
  readonly walk: "cursor" | "page";
  readonly via: Via;
  /** Set where the query must be refused. */
  readonly defect: Defect | undefined;
}

const maxDepth = 5;

/** Queries over a collection. */
export function cases(collection: CollectionFacts): Arbitrary<Case> {
  const { slug, fields } = collection;
  const names = fields.map(({ name }) => name);
  // Mostly shallow: deep filters match nearly all rows or none.
  const where = fc.oneof(
    { weight: 3, arbitrary: filter(collection, 2) },
    { weight: 2, arbitrary: filter(collection, 3) },
    { weight: 1, arbitrary: filter(collection, maxDepth) },
  );
  return fc.record({
    slug: fc.constant(slug),
    rule: fc.oneof(
      { weight: 2, arbitrary: fc.constant(true as const) },
      // A rule with an empty part denies, which is not what is tested here.
      { weight: 1, arbitrary: filter(collection, 2).filter((rule) => !isEmptySomewhere(rule)) },
    ),
    where: optional(where, 5),
    sort: optional(sorts(collection), 4),
    selects: fc.array(optional(fc.subarray(names, { minLength: 1 }), 1), { minLength: 1, maxLength: 3 }),
    perPages: fc.array(fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 100 })), {
      minLength: 1,
      maxLength: 3,
    }),
    count: fc.constantFrom(undefined, "none", "exact", "estimated"),
    walk: fc.constantFrom("cursor", "page"),
    via: fc.oneof(
      { weight: 18, arbitrary: fc.constant("local" as const) },
      { weight: 1, arbitrary: fc.constant("get" as const) },
      { weight: 1, arbitrary: fc.constant("post" as const) },
    ),
    defect: optional(defect(filter(collection, maxDepth - 2)), 1, 11),
  });
}

function optional<T>(value: Arbitrary<T>, weight: number, against = 1): Arbitrary<T | undefined> {
  return fc.oneof({ weight: against, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value });
}

// Ties, nulls, and an id that is not the last key: where keyset paging goes wrong first.
const fewValues = ["id", "done", "status", "owner", "level"] as const;

/** One to three keys, never the same field twice. */
function sorts({ fields }: CollectionFacts): Arbitrary<readonly string[]> {
  const sortable = fields.filter(({ kind }) => kind !== "json").map(({ name }) => name);
  const length = { minLength: 1, maxLength: 3 };
  return fc
    .tuple(
      fc.oneof(fc.shuffledSubarray(sortable, length), fc.shuffledSubarray<string>([...fewValues], length)),
      fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    )
    .map(([names, descending]) => names.map((name, at) => (descending[at] === true ? `-${name}` : name)));
}

function isEmptySomewhere(where: WhereObject): boolean {
  const parts = [where["and"], where["or"], where["not"]].flat().filter((part) => part !== undefined);
  return Object.keys(where).length === 0 || parts.some((part) => isEmptySomewhere(part as WhereObject));
}
