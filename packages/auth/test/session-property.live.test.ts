import * as fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { beginning } from "./session-property/model.ts";
import { type Perform, performOn } from "./session-property/operation.ts";
import { type OtherProcess, startProcess } from "./session-property/other-process.ts";
import { type Model, type Real, settle, type Step, steps } from "./session-property/steps.ts";
import { oneByOne, realmOn, type Runs, startWorld, type World } from "./world/store.ts";

const runs = process.env["LUCENT_LONG"] === "1" ? 2_000 : 200;
// Set LUCENT_SEED to the seed of a failed run, and the first lane repeats it.
const seed = Number(process.env["LUCENT_SEED"] ?? Date.now() % 2 ** 31);
const lanes = 4;
const timeout = runs * 600;
let world: World;
let second: OtherProcess;

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
  second = startProcess(world.url);
});

afterAll(async () => {
  await second.stop();
  await world.stop();
});

type Places = readonly [Perform, Perform];

/** One account from its beginning to an end at which nothing works that should not. */
async function live(places: Places, commands: Iterable<Step>): Promise<void> {
  const userId = await world.account();
  const { tokens } = realmOn(world.database);
  const real: Real = {
    world,
    userId,
    places,
    mail: async () => (await tokens.issue({ purpose: "reset", userId, lifetime: 3_600 }))?.token ?? "",
    startedAt: performance.now(),
  };
  const model: Model = { states: [beginning], passwords: 0 };
  await fc.asyncModelRun(() => ({ model, real }), commands);
  expect(await settle(model, real)).toEqual([]);
}

/** Runs many lives, a few side by side. */
async function check(places: Places, numRuns: number, firstSeed: number): Promise<void> {
  const property = fc.asyncProperty(steps, (commands) => live(places, commands));
  const each = Math.ceil(numRuns / lanes);
  const lane = (_: unknown, at: number) => fc.assert(property, { numRuns: each, seed: firstSeed + at });
  await Promise.all(Array.from({ length: lanes }, lane));
}

test(
  `S3 in ${runs} lives two pools on one database do what one account in turn would do`,
  () => check([performOn(world.database), performOn(world.other)], runs, seed),
  timeout,
);

test(
  `S3 in ${runs} lives two processes on one database do what one account in turn would do`,
  () => check([performOn(world.database), second.perform], runs, seed + lanes),
  timeout,
);

// What must be found is not left to luck: the same lives each time.
const mistakeSeeds = [5, 6, 8];
const livesOfMistake = 80;
const mistakes = [
  ["rotates whatever token is shown", "and s.counter = $2::int", "and $2::int >= 0"],
  ["leaves the session of an old token alive", "and not found.is_previous", "and false"],
  ["has no end of grace", "is true as is_previous", "is not null as is_previous"],
  ["forgets what ends a session for being idle", "s.last_used_at > now()", "true or s.last_used_at > now()"],
  ["forgets what ends a session in any case", "s.expires_at > now()", "true"],
  ["refreshes for an account that is disabled", 'a."disabled_at" is null', "true"],
  ["keeps none of the sessions", "s.id is distinct from $2::uuid", "$2::uuid is distinct from s.user_id"],
  ["ends the session that was used last to make room", "s.last_used_at desc", "s.last_used_at"],
] as const;

test.each(mistakes)("a store that %s is found out", async (_, from, to) => {
  const wrong = ({ run }: Pick<Runs, "run">): Runs["run"] => {
    return ({ text, values }) => run({ text: text.replaceAll(from, to), values });
  };
  const run = wrong(world.database);
  const mistaken: Runs = {
    run,
    inOrder: oneByOne(run),
    transaction: (work) => world.database.transaction((tx) => work({ ...tx, run: wrong(tx) })),
  };
  const places = [performOn(mistaken), performOn(mistaken)] as const;
  const property = fc.asyncProperty(steps, (commands) => live(places, commands));
  const found: unknown[] = [];
  for (const each of mistakeSeeds) {
    if (found.length > 0) break;
    const options = { numRuns: livesOfMistake, seed: each, endOnFailure: true };
    const { failed, errorInstance } = await fc.check(property, options);
    if (failed) found.push(errorInstance);
  }
  expect(String(found[0])).toMatch(/no order explains|deeply equal/);
});
