import * as fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { type Case, cases, relatedCases } from "./property/cases.ts";
import { checkCase } from "./property/check-case.ts";
import { collections } from "./property/collections.ts";
import type { Stock } from "./property/facts.ts";
import { graph } from "./property/graph.ts";
import { mistakes } from "./property/mistakes.ts";
import { relatedRows, rows } from "./property/rows.ts";
import type { Mistakes } from "./property/sight.ts";
import { alphabet } from "./property/values.ts";
import { startWorld, type World } from "./property/world.ts";

const casesPerRound = 250;
const rounds = process.env["LUCENT_LONG"] === "1" ? 200 : 20;
// Set LUCENT_SEED to the seed of a failed round, and that round is the first one.
const firstSeed = Number(process.env["LUCENT_SEED"] ?? Date.now() % 2 ** 31);
const concurrency = 6;
// The same each time: what must be found is not left to luck.
const mistakeSeed = 1;
const mostRounds = 40;

const graphCollections = new Map(graph.map((each) => [each.slug, each]));
const relatedCase = fc.oneof(...graph.map((each) => relatedCases(each, graphCollections)));
const anyCase = fc.oneof(
  { weight: 1, arbitrary: fc.oneof(...collections.map(cases)) },
  { weight: 1, arbitrary: relatedCase },
);

let world: World;

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
});

afterAll(async () => {
  await world.stop();
});

test("the letters of the test fold in Postgres as they do in JavaScript", async () => {
  const words = [...alphabet, alphabet.join("")];
  expect(await world.fold(words)).toStrictEqual(words.map((word) => word.toLowerCase()));
});

test(
  `${rounds * casesPerRound} random queries answer what a plain evaluator answers`,
  async () => {
    for (let round = 0; round < rounds; round += 1) await runRound(firstSeed + round);
  },
  rounds * 20_000,
);

// Whichever of the two is wrong, the comparison sees it: so a wrong evaluator stands for an engine that forgets.
test.each(mistakes)(
  "an evaluator that $name differs from the engine",
  async ({ mistake }) => {
    expect(await findDifference(mistake)).toBeDefined();
  },
  mostRounds * 2_000,
);

/** One set of rows, and many queries over it side by side. */
async function runRound(seed: number): Promise<void> {
  const stock = await stockUp(seed);
  const queue = fc.sample(anyCase, { seed, numRuns: casesPerRound }).entries();
  const failed: { readonly at: number; readonly each: Case; readonly error: unknown }[] = [];
  const work = async () => {
    for (const [at, each] of queue) {
      if (failed.length > 0) return;
      await checkCase({ world, stock }, each).catch((error: unknown) => failed.push({ at, each, error }));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const [first] = failed;
  if (first === undefined) return;
  const property = fc.asyncProperty(anyCase, (each) => checkCase({ world, stock }, each));
  // Once more and alone, so that fast-check makes it smaller: the path leads to what `sample` gave at this place.
  const details = await fc.check(property, { seed, path: String(first.at), numRuns: 1 });
  const smaller = fc.defaultReportMessage(details) ?? "It passes alone.";
  throw new Error(
    `LUCENT_SEED=${seed} repeats this. Case ${first.at}: ${fc.stringify(first.each)}\n${smaller}`,
    {
      cause: first.error,
    },
  );
}

/** Draws the rows of a round and stores them. */
async function stockUp(seed: number): Promise<Stock> {
  const [related] = fc.sample(relatedRows(graph), { seed, numRuns: 1 });
  const stock = new Map(related);
  for (const collection of collections) {
    const [found = []] = fc.sample(rows(collection), { seed, numRuns: 1 });
    stock.set(collection.slug, found);
  }
  await world.store(stock);
  return stock;
}

/** What the first case says in which engine and a wrong evaluator differ. */
async function findDifference(mistake: Mistakes): Promise<unknown> {
  for (let round = 0; round < mostRounds; round += 1) {
    const seed = mistakeSeed + round;
    const stock = await stockUp(seed);
    for (const each of fc.sample(relatedCase, { seed, numRuns: 50 })) {
      const difference = await differenceOf(checkCase({ world, stock }, each, mistake));
      if (difference === undefined) continue;
      // Without the mistake there is none, so it is the mistake that was found.
      await checkCase({ world, stock }, each);
      return difference;
    }
  }
  return undefined;
}

async function differenceOf(checking: Promise<void>): Promise<unknown> {
  try {
    await checking;
    return undefined;
  } catch (error) {
    return error;
  }
}
