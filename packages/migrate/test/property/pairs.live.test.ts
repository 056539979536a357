import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type World, world } from "../world/database.ts";
import { pairs } from "./pairs.ts";
import { play } from "./play.ts";

const runs = process.env["LUCENT_LONG"] === "1" ? 1_000 : 100;
// Set LUCENT_SEED to the seed of a failed run to have the same pairs again.
const seed = Number(process.env["LUCENT_SEED"] ?? Date.now() % 2 ** 31);
// Most of the time each of them waits for Postgres.
const side = [0, 1, 2, 3];

let worlds: readonly World[];
beforeAll(async () => {
  worlds = await Promise.all(side.map(() => world()));
});
afterAll(async () => {
  await Promise.all(worlds.map((each) => each.end()));
});

test(
  `${runs} random changes are made without a loss, or refused without a change`,
  async () => {
    const counts = { applied: 0, refused: 0, current: 0 };
    await Promise.all(
      worlds.map((here, at) => {
        const property = fc.asyncProperty(pairs, async (pair) => {
          counts[await play(here, pair)] += 1;
        });
        return fc.assert(property, { seed: seed + at, numRuns: runs / side.length });
      }),
    );
    // Neither of the two is what all cases come down to.
    expect(counts.applied).toBeGreaterThan(runs / 10);
    expect(counts.refused).toBeGreaterThan(runs / 10);
  },
  runs * 5_000,
);
