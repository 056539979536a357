import { isDeepStrictEqual } from "node:util";

import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { vi } from "vitest";

import { allowedStep } from "./allowed-step.ts";
import { type Principal, principal } from "./rules.ts";
import type { DrawnCollection } from "./schema.ts";
import type { Step } from "./step.ts";
import { steps } from "./steps.ts";
import { visit } from "./visit.ts";
import type { World } from "./world.ts";
import { type IdsBySlug, lonelyIds, material, readableIds, type TwoWorlds, twoWorlds } from "./worlds.ts";

/** A caller, two worlds that it can't tell apart, and what it does in both. */
export interface Sequence {
  readonly caller: Principal;
  readonly worlds: TwoWorlds;
  readonly steps: readonly Step[];
}

/** Sequences over the collections of one schema. */
export function sequences(schema: readonly DrawnCollection[]): Arbitrary<Sequence> {
  return fc
    .record({
      caller: principal(schema),
      drawn: material(schema),
      steps: steps(schema),
      care: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 }),
    })
    .map(({ caller, drawn, steps: taken, care }) => {
      const worlds = twoWorlds(drawn, schema, caller);
      const careful = taken
        // Whoever may write nothing learns the same from each try.
        .filter(({ kind }, at) => caller.writes || readKinds.has(kind) || at % 4 === 0)
        .map((step, at) => (care[at % care.length] === 0 ? step : allowedStep(step, schema, caller)));
      return {
        caller,
        worlds,
        steps: settled(careful, {
          known: readableIds(worlds.first, schema, caller),
          lonely: lonelyIds(worlds),
        }),
      };
    });
}

const readKinds: ReadonlySet<Step["kind"]> = new Set(["list", "count", "one", "other"]);

interface Ids {
  readonly known: IdsBySlug;
  readonly lonely: IdsBySlug;
}

/** Puts ids where steps name a document by its place among some: the same ids in both worlds. */
function settled(taken: readonly Step[], { known, lonely }: Ids): readonly Step[] {
  const text = JSON.stringify(taken).replaceAll(/[~^][a-z]+:\d+[~^]/g, (name) => {
    const [slug = "", at] = name.slice(1, -1).split(":");
    const ids = (name.startsWith("~") ? known : lonely).get(slug) ?? [];
    return ids[Number(at) % Math.max(ids.length, 1)] ?? noId;
  });
  return JSON.parse(text) as readonly Step[];
}

const noId = "22222222-2222-7222-8222-222222222222";

// Both worlds live through the same moments, so that what is sorted by a time is sorted alike.
const start = Date.parse("2030-01-01T00:00:00.000Z");
const second = 1_000;

/** Both worlds, running. */
export type Pair = readonly [World, World];

/** Does a sequence in both worlds. @throws Error naming the first response that differs: something leaked. */
export async function compare(pair: Pair, { caller, worlds, steps: taken }: Sequence): Promise<void> {
  const stocks = [worlds.first, worlds.second] as const;
  const visits = await Promise.all(
    pair.map(async (world, at) => {
      await world.begin(stocks[at] ?? worlds.first, caller);
      return visit(world, caller);
    }),
  );
  for (const [at, step] of taken.entries()) {
    vi.setSystemTime(start + at * second);
    const [left, right] = await Promise.all(visits.map((each) => each.take(step)));
    if (isDeepStrictEqual(left, right)) continue;
    throw new Error(
      `Step ${at}, ${JSON.stringify(step)}, is answered\n${JSON.stringify(left)}\nin one world, and\n${JSON.stringify(right)}\nin the other.`,
    );
  }
}
