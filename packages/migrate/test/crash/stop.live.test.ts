import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { differences } from "./converged.ts";
import { type Ground, groundFor, opened, releases } from "./ground.ts";
import { inLanes, partsOf } from "./lanes.ts";
import { heldAt, posted } from "./messages.ts";
import { allPlaces, isLong, slowest, stepPlaces } from "./places.ts";
import { type OwnServer, ownServer } from "./server.ts";
import { run } from "./story.ts";
import { type Undisturbed, undisturbed } from "./undisturbed.ts";
import { invalid, isWaiting, until, withOldSnapshot } from "./waiting.ts";

// So many migrations run at once, each in a database of its own, when the server stops.
const together = 12;
const ways = ["immediate", "kill"] as const;

let server: OwnServer;
beforeAll(async () => {
  const major = await opened(inject("databaseUrl"), ({ sql }) =>
    sql("select current_setting('server_version_num')::int / 10000"),
  );
  server = await ownServer(Number(major[0]?.[0]));
}, 60_000);
afterAll(() => server.end());

describe.each(isLong ? (["release", "ending"] as const) : (["release"] as const))("P09 U6 %s", (release) => {
  let ground: Ground;
  let whole: Undisturbed;
  beforeAll(async () => {
    ground = await groundFor(server.url, release);
    whole = await undisturbed(ground, release);
  }, 60_000);
  afterAll(() => ground.end());

  /** Stops the server while runs are at their places, and answers what the next runs do not make good. */
  async function lost(places: readonly number[], how: "immediate" | "kill"): Promise<readonly string[]> {
    const runs = await inLanes(places, 2, async (place) => ({ url: await ground.copy(), place }));
    const gone = Promise.withResolvers<void>();
    const striking = runs.map((each) => struck(each, gone.promise));
    await Promise.all(striking.map(({ arrived }) => arrived));
    server.crash(how);
    gone.resolve();
    const surprises = await Promise.all(striking.map(({ surprise }) => surprise));
    await server.restart();
    const troubles = await inLanes(runs, 4, async ({ url, place }) => {
      const each = await differences(url, { release, whole });
      await ground.drop(url);
      return each.map((line) => `${how} ${place}: ${line}`);
    });
    return [...surprises, ...troubles].flat();
  }

  function struck({ url, place }: { readonly url: string; readonly place: number }, gone: Promise<void>) {
    const arrived = Promise.withResolvers<void>();
    const post = heldAt(place, () => {
      arrived.resolve();
      return gone;
    });
    const surprise = opened(url, async ({ database }): Promise<readonly string[]> => {
      const { kind } = await run(posted(database, post), releases[release]);
      arrived.resolve();
      // With nothing left to be done but to give the lock back, which is gone with the server.
      const expected = place >= whole.messages.length - 1 ? "applied" : "failed";
      return kind === expected ? [] : [`at ${place} the run said ${kind}`];
    });
    return { arrived: arrived.promise, surprise };
  }

  it.for(ways)("ends as an undisturbed run does (%s)", { timeout: slowest }, async (how, { annotate }) => {
    const chosen = isLong
      ? allPlaces(whole)
      : stepPlaces(whole).filter((_, at) => at % 28 === (how === "kill" ? 6 : 20));
    for (const part of partsOf(chosen, together)) expect(await lost(part, how)).toEqual([]);
    await annotate(`${release}: ${chosen.length} runs when the server was stopped (${how})`);
  });

  // The second phase builds none.
  const middles = release === "release" ? ways.slice(isLong ? 0 : 1) : [];
  it.each(middles)("ends so too from the middle of an index (%s)", { timeout: slowest }, async (how) => {
    const url = await ground.copy();
    const outcome = await withOldSnapshot(url, async (here) => {
      const running = run(here.database, releases[release]);
      await until(here, isWaiting("create index concurrently"));
      server.crash(how);
      return running;
    });
    expect(outcome).toMatchObject({ kind: "failed" });
    await server.restart();
    expect(await opened(url, ({ sql }) => sql(invalid))).toEqual([[1]]);
    expect(await differences(url, { release, whole })).toEqual([]);
    await ground.drop(url);
  });
});
