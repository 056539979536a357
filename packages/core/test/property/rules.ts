import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import type { WhereObject } from "./evaluate.ts";
import type { CollectionFacts, Collections } from "./facts.ts";
import { filter, type Scope } from "./filters.ts";
import type { ReadRules, Rulebook, RuleAnswer } from "./sight.ts";

/** A filter that says something in every part: a rule with an empty one denies, which is not what is tested here. */
export function ruleFilter(
  collection: CollectionFacts,
  depth: number,
  scope?: Scope,
): Arbitrary<WhereObject> {
  return filter(collection, depth, scope).filter((rule) => !isEmptySomewhere(rule));
}

function isEmptySomewhere(where: WhereObject): boolean {
  const parts = [where["and"], where["or"], where["not"]].flat().filter((part) => part !== undefined);
  return Object.keys(where).length === 0 || parts.some((part) => isEmptySomewhere(part as WhereObject));
}

/** Rules for every collection of a graph, as one caller gets them. */
export function rulebook(collections: Collections, root: string): Arbitrary<Rulebook> {
  const scope: Scope = { collections, hops: 2, isRule: true };
  return fc.record(
    Object.fromEntries(
      [...collections.values()].map((each) => [each.slug, readRules(each, scope, each.slug === root)]),
    ),
  );
}

function readRules(collection: CollectionFacts, scope: Scope, isRoot: boolean): Arbitrary<ReadRules> {
  const some = ruleFilter(collection, 2, scope);
  return fc.record({
    read: fc.oneof(
      { weight: 5, arbitrary: fc.constant<RuleAnswer>(true) },
      { weight: 4, arbitrary: some },
      { weight: isRoot ? 0 : 1, arbitrary: fc.constant<RuleAnswer>(false) },
    ),
    readDeleted: fc.oneof(
      { weight: 5, arbitrary: fc.constant<RuleAnswer>(true) },
      { weight: 2, arbitrary: some.filter(isSelective) },
      { weight: 1, arbitrary: fc.constant<RuleAnswer>(false) },
    ),
    fields: fieldRules(collection, scope),
  });
}

/** A rule for a field that lets everything through whatever is stored, as `nin: []` does, is as good as none. */
function isSelective(rule: WhereObject): boolean {
  return !JSON.stringify(rule).includes("[]");
}

/** Mostly none: what may not be named is refused, and a refusal says little. */
function fieldRules(
  collection: CollectionFacts,
  scope: Scope,
): Arbitrary<Readonly<Record<string, RuleAnswer>>> {
  const names = collection.fields
    .filter(({ name, isHidden = false }) => !isHidden && name !== "id" && name !== "deletedAt")
    .map(({ name }) => name);
  const some = ruleFilter(collection, 1, { ...scope, hops: 1 }).filter(isSelective);
  const rule = fc.oneof(
    { weight: 2, arbitrary: some },
    { weight: 1, arbitrary: fc.constantFrom<RuleAnswer>(false, true) },
  );
  const ruled = fc
    .array(fc.tuple(fc.constantFrom(...names), rule), { minLength: 1, maxLength: 2 })
    .map((entries) => Object.fromEntries(entries));
  return fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: ruled });
}
