import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import type { WhereObject } from "../property/evaluate.ts";
import type { Collections } from "../property/facts.ts";
import type { Scope } from "../property/filters.ts";
import { namesOf } from "../property/names.ts";
import { ruleFilter } from "../property/rules.ts";
import type { ReadRules, RuleAnswer } from "../property/sight.ts";
import type { DrawnCollection, DrawnField } from "./schema.ts";

/** What the rules of a collection answer the one caller of a sequence. */
export interface AllRules extends ReadRules {
  readonly create: RuleAnswer;
  readonly update: RuleAnswer;
  readonly delete: RuleAnswer;
  /** By field; absent: allowed. */
  readonly writes: Readonly<Record<string, { readonly create: RuleAnswer; readonly update: RuleAnswer }>>;
  /** Every part of every filter above that a write could make tell: its answer for a visible row is no secret. */
  readonly parts: readonly WhereObject[];
}

/** The caller, and what every rule answers it. */
export interface Principal {
  readonly isAnonymous: boolean;
  /** Whether it may write at all. */
  readonly writes: boolean;
  readonly rules: Readonly<Record<string, AllRules>>;
}

/**
 * A caller. One that only reads gets filters over anything: hidden fields, and relationships that lead anywhere.
 *
 * One that writes gets filters that are ANDs of parts, each either over what nobody may write (hidden or not) or over
 * what the caller reads anyway. That is no limit of the engine: a rule such as "a = 1 or hidden = 2" tells a caller who
 * may change `a` whether `hidden` is 2, since the document stays or goes, and the contract wants it to. For the same
 * reason what may be changed or deleted is a part of what may be read, and a filter does not look through
 * relationships: a caller could lead them elsewhere.
 */
export function principal(collections: readonly DrawnCollection[]): Arbitrary<Principal> {
  const bySlug: Collections = new Map(collections.map((each) => [each.slug, each]));
  const rulesOf = (make: (each: DrawnCollection) => Arbitrary<AllRules>): Arbitrary<Principal["rules"]> =>
    fc.record(Object.fromEntries(collections.map((each) => [each.slug, make(each)])));
  const reader = rulesOf((each) => readerRules(each, bySlug));
  const writer = rulesOf(writerRules);
  return fc
    .tuple(
      fc.boolean(),
      fc.oneof(
        reader.map((rules) => ({ rules, writes: false })),
        writer.map((rules) => ({ rules, writes: true })),
      ),
    )
    .map(([isAnonymous, caller]) => ({ isAnonymous, ...caller }));
}

function readerRules(collection: DrawnCollection, collections: Collections): Arbitrary<AllRules> {
  const scope: Scope = { collections, hops: 2, isRule: true };
  const read = fc.oneof(
    { weight: 4, arbitrary: fc.constant<RuleAnswer>(true) },
    { weight: 9, arbitrary: eitherWay(ruleFilter(collection, 2, scope)) },
    { weight: 1, arbitrary: fc.constant<RuleAnswer>(false) },
  );
  const few = eitherWay(ruleFilter(collection, 1, { ...scope, hops: 1 }));
  return fc.record({
    read,
    readDeleted: read,
    fields: fieldAnswers(collection, fc.oneof(few, fc.constant<RuleAnswer>(false))),
    create: fc.constant(false),
    update: fc.constant(false),
    delete: fc.constant(false),
    writes: fc.constant({}),
    parts: fc.constant([]),
  });
}

/** Most filters match few rows; their complements match most. */
function eitherWay(filter: Arbitrary<WhereObject>): Arbitrary<WhereObject> {
  return fc.oneof(
    { weight: 1, arbitrary: filter },
    { weight: 2, arbitrary: filter.map((each) => ({ not: each })) },
  );
}

/** Rules for some of the fields that are not hidden anyway. */
function fieldAnswers<T>(
  { drawn }: DrawnCollection,
  answer: Arbitrary<T>,
): Arbitrary<Readonly<Record<string, T>>> {
  const names = drawn.filter(({ isHidden = false }) => !isHidden).map(({ name }) => name);
  return fc
    .array(fc.tuple(fc.constantFrom(...names), answer), { maxLength: 2 })
    .map((entries) => Object.fromEntries(entries));
}

function writerRules(collection: DrawnCollection): Arbitrary<AllRules> {
  const fixed = partOver(collection, ({ isFixed }) => isFixed);
  const known = partOver(
    collection,
    ({ to, isFixed, isHidden = false }) => to === undefined && !isFixed && !isHidden,
  );
  const parts = fc.array(fc.oneof(fixed, known), { maxLength: 2 });
  const few = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: parts });
  const write = fc.record({
    create: fc.constantFrom<RuleAnswer>(true, true, false),
    update: fc.oneof(fc.constantFrom<RuleAnswer>(true, true, false), fixed),
  });
  const mostly = fc.integer({ min: 0, max: 5 }).map((at) => at > 0);
  return fc
    .record({
      fields: fieldAnswers(collection, fc.oneof(fixed, fc.constant<RuleAnswer>(false))),
      read: parts,
      readDeleted: fc.tuple(fc.boolean(), parts),
      create: fc.tuple(mostly, few),
      update: fc.tuple(mostly, few),
      delete: fc.tuple(mostly, few),
      writes: fieldAnswers(collection, write),
    })
    .map(joined);
}

type Parts = readonly WhereObject[];

interface Drawn {
  readonly fields: Readonly<Record<string, RuleAnswer>>;
  readonly read: Parts;
  readonly readDeleted: readonly [boolean, Parts];
  readonly create: readonly [boolean, Parts];
  readonly update: readonly [boolean, Parts];
  readonly delete: readonly [boolean, Parts];
  readonly writes: AllRules["writes"];
}

function joined({ fields, writes, ...drawn }: Drawn): AllRules {
  // What this caller reads in some documents only, or never, it does not know; but nobody moves what is fixed.
  const isKnown = (part: WhereObject): boolean =>
    namesOf(part).every((name) => name === "guard" || fields[name.split(".")[0] ?? ""] === undefined);
  const read = drawn.read.filter(isKnown);
  const answer = ([isAllowed, parts]: readonly [boolean, Parts], base: Parts): RuleAnswer =>
    isAllowed && allOf([...base, ...parts.filter(isKnown)]);
  const inFields = [...Object.values(fields), ...Object.values(writes).map(({ update }) => update)];
  return {
    read: allOf(read),
    readDeleted: answer(drawn.readDeleted, []),
    create: answer(drawn.create, []),
    update: answer(drawn.update, read),
    delete: answer(drawn.delete, read),
    fields,
    // Nobody writes what is fixed.
    writes: { ...writes, guard: { create: false, update: false } },
    parts: [
      ...read,
      ...[drawn.readDeleted, drawn.create, drawn.update, drawn.delete].flatMap(([, parts]) => parts),
      ...inFields.filter((each) => typeof each === "object"),
    ],
  };
}

function allOf(parts: Parts): RuleAnswer {
  return parts.length === 0 ? true : { and: parts };
}

/** A filter over some of the fields. */
function partOver(collection: DrawnCollection, isIn: (field: DrawnField) => boolean): Arbitrary<WhereObject> {
  const fields = collection.drawn.filter(isIn);
  return eitherWay(
    ruleFilter({ ...collection, fields }, 1, { collections: new Map(), hops: 0, isRule: true }),
  );
}
