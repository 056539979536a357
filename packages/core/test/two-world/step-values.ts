import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { maxRelated, relatedIds, wantedRelated } from "../property/values.ts";
import type { Tag } from "./step.ts";

/** What conditional headers hold. */
export const tag: Arbitrary<Tag> = fc.constantFrom<Tag>("none", "none", "last", "stale", "any");

/**
 * Ids of rows that the caller may read, of others, of rows that there are in one world only, of none, and what is no
 * id.
 */
export function ids(slug: string): Arbitrary<string> {
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

/** Ids for a relationship. */
export function reference(slug: string): Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: readableId(slug) },
    { weight: 2, arbitrary: lonelyId(slug) },
    { weight: 1, arbitrary: wantedRelated(slug) },
    { weight: 1, arbitrary: fc.constantFrom("@0@", "@1@") },
  );
}
