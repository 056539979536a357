import { expect, inject, test } from "vitest";

import { servedDrawn } from "./drawn.ts";
import { servedGuide } from "./guide.ts";
import type { Outcome } from "./outcome.ts";
import { type Fuzzed, fuzz } from "./run.ts";
import { servedShop } from "./shop.ts";

// 2,000 requests a round.
const rounds = process.env["LUCENT_LONG"] === "1" ? 10 : 1;
// Set LUCENT_SEED to the seed of a failed round, and that round is the first one.
const firstSeed = Number(process.env["LUCENT_SEED"] ?? Date.now() % 2 ** 31);
const seeds = Array.from({ length: rounds }, (_, round) => firstSeed + round);
const drawnEach = 4;
/** In milliseconds: some ten times what a round takes where nothing else runs. */
const patience = 60_000;

const isExpected = (line: string): boolean => line.startsWith("access rule failed");

/** Asks, and says what was wrong with the answers; leaves nothing behind. */
async function outcomeOf(
  starting: Promise<Fuzzed>,
  round: number,
  { seed = round, requests }: { readonly seed?: number; readonly requests: number },
): Promise<Outcome> {
  const application = await starting;
  try {
    const outcome = await fuzz(application, { seed, requests });
    const lines = [...outcome.faults, ...application.errors.filter((line) => !isExpected(line))];
    if (lines.length > 0) {
      throw new Error(`LUCENT_SEED=${round} repeats this. In ${application.name}:\n${lines.join("\n")}`);
    }
    return outcome;
  } finally {
    await application.stop();
  }
}

/** What requests were refused with that fit the document, the most frequent first. */
function refusalsOf({ refusals }: Outcome): string {
  const all = [...refusals].toSorted(([, left], [, right]) => right - left);
  return all.map(([reason, count]) => `${count} ${reason}`).join("\n");
}

/** The share of requests that fit the document and were a success: where nothing is let through, nothing is proved. */
function acceptance(outcomes: readonly Outcome[]): number {
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((all, each) => all + of(each), 0);
  return sum(({ accepted }) => accepted) / sum(({ fitting }) => fitting);
}

test.each([
  { name: "the example", serve: servedGuide, requests: 800, floor: 0.62, operations: 45 },
  { name: "a shop with rules of every kind", serve: servedShop, requests: 800, floor: 0.6, operations: 65 },
])(
  "T-OA-03 $name answers what its document says to requests that are made from it",
  async ({ serve, requests, floor, operations }) => {
    for (const seed of seeds) {
      const outcome = await outcomeOf(serve(inject("databaseUrl")), seed, { requests });
      expect(acceptance([outcome]), refusalsOf(outcome)).toBeGreaterThan(floor);
      expect(outcome.operations.size).toBeGreaterThan(operations);
      expect(outcome.misfitting).toBeGreaterThan(requests / 8);
    }
  },
  rounds * patience,
);

test(
  "T-OA-03 applications that are drawn at random answer what their documents say",
  async () => {
    const outcomes: Outcome[] = [];
    for (const round of seeds) {
      for (let at = 0; at < drawnEach; at += 1) {
        const seed = round * drawnEach + at;
        outcomes.push(
          await outcomeOf(servedDrawn(inject("databaseUrl"), seed), round, { seed, requests: 100 }),
        );
      }
    }
    expect(acceptance(outcomes)).toBeGreaterThan(0.3);
  },
  rounds * patience,
);
