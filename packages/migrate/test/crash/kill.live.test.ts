import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { differences } from "./converged.ts";
import { type Ground, groundFor, type Opened } from "./ground.ts";
import { killed, type KillOrder, type Migrating, migrating } from "./killed.ts";
import { inLanes, partsOf } from "./lanes.ts";
import { allPlaces, isLong, placeOf, slowest, stepPlaces } from "./places.ts";
import { type Undisturbed, undisturbed } from "./undisturbed.ts";
import { invalid, isFree, isWaiting, until, withLockedRows, withOldSnapshot } from "./waiting.ts";

// A process runs so many migrations at once, each in a database of its own, and is killed when all are at their place.
const together = 26;

const middles = [
  ["an index that replaces one", "create index concurrently"],
  ["a new unique index", "create unique index concurrently"],
  ["a batch", "with page"],
] as const;

describe.each(isLong ? (["release", "ending"] as const) : (["release"] as const))("P08 U6 %s", (release) => {
  let ground: Ground;
  let whole: Undisturbed;
  beforeAll(async () => {
    ground = await groundFor(inject("databaseUrl"), release);
    whole = await undisturbed(ground, release);
  }, 60_000);
  afterAll(() => ground.end());

  /** Kills runs at places, and answers what the next runs do not make good. */
  async function lost(places: readonly number[], moment: KillOrder["moment"]): Promise<readonly string[]> {
    const parts = partsOf(places, moment === "before" ? together : 1);
    const found = await inLanes(parts, 2, async (part) => {
      const runs = await inLanes(part, 2, async (place) => ({ url: await ground.copy(), place }));
      const reason = await killed({ release, messages: whole.messages.length, moment, runs });
      const troubles = await inLanes(runs, 2, async ({ url, place }) => {
        const each = await differences(url, { release, whole });
        await ground.drop(url);
        return each.map((line) => `${moment} ${place}: ${line}`);
      });
      return [...(reason === undefined ? [] : [reason]), ...troubles.flat()];
    });
    return found.flat();
  }

  it("has every kind of group, and more than twelve steps", () => {
    expect(whole.steps.length).toBeGreaterThan(release === "release" ? 40 : 8);
    // The second phase has not come for these.
    const left = whole.state.objects.filter((line) => /lucent_(?:next|old|filled|sync|wait)_/.test(line));
    expect(left.map((line) => line.split(" ", 1)[0])).toEqual(release === "ending" ? [] : expect.any(Array));
  });

  it(
    "ends as an undisturbed run does, wherever the process was killed",
    { timeout: slowest },
    async ({ annotate }) => {
      const places = isLong ? allPlaces(whole) : stepPlaces(whole).filter((_, at) => at % 6 === 2);
      expect(await lost(places, "before")).toEqual([]);
      await annotate(`${release}: ${whole.steps.length} steps, ${places.length} kills in front of messages`);
    },
  );

  it("ends so too when a message was on its way", { timeout: slowest }, async ({ annotate }) => {
    const chosen = ["insert", "commit", "create index concurrently"];
    const places = isLong ? allPlaces(whole).slice(0, -1) : chosen.map((text) => placeOf(whole, text));
    expect(await lost(places, "behind")).toEqual([]);
    await annotate(`${release}: ${places.length} kills while messages were on their way`);
  });

  // The second phase builds no index and copies nothing.
  it.each(release === "release" ? middles : [])(
    "P03 gives the lock back when killed in the middle of %s",
    { timeout: slowest },
    async (_, statement) => {
      const url = await ground.copy();
      await killTwice(url, whole, statement);
      expect(await differences(url, { release, whole })).toEqual([]);
      await ground.drop(url);
    },
  );
});

/** A process that is killed from outside. */
function start(url: string): Migrating {
  const runs = [{ url, place: Number.MAX_SAFE_INTEGER }];
  return migrating({ release: "release", messages: Number.MAX_SAFE_INTEGER, moment: "before", runs });
}

async function killWaiting(here: Opened, process: Migrating, statement: string): Promise<void> {
  await until(here, isWaiting(statement));
  expect(await here.sql(isFree)).toEqual([[false]]);
  process.kill();
  expect(await process.ended).toBeUndefined();
  // What the statement waits for is still there; the server notices that nobody waits for the statement.
  await until(here, isFree);
}

/** Kills a run, and the next one, which goes on from there, while a statement of it waits. */
async function killTwice(url: string, whole: Undisturbed, statement: string): Promise<void> {
  const isBatch = statement === "with page";
  // Between two batches: the columns that they fill need the table for themselves.
  const runs = [{ url, place: placeOf(whole, isBatch ? "commit" : statement) }];
  const reason = await killed({
    release: "release",
    messages: whole.messages.length,
    moment: "before",
    runs,
  });
  expect(reason).toBeUndefined();
  await (isBatch ? withLockedRows : withOldSnapshot)(url, async (here) => {
    await killWaiting(here, start(url), statement);
    expect(await here.sql(invalid)).toEqual([[isBatch ? 0 : 1]]);
  });
}
