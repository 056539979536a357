import type { Runner } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { oneByOne, type Realm, realmOn, type Runs, startWorld, type World } from "./world/store.ts";

const rounds = process.env["LUCENT_LONG"] === "1" ? 2_000 : 200;
const timeout = rounds * 300;
let world: World;
let here: Realm;
let there: Realm;

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
  here = realmOn(world.database);
  there = realmOn(world.other);
});

afterAll(() => world.stop());

interface Family {
  readonly userId: string;
  readonly id: string;
  readonly token: string;
}

async function family({ sessions }: Realm = here): Promise<Family> {
  const userId = await world.account();
  const started = await sessions.start({ userId, method: "password", passwordHash: "first" });
  return { userId, id: started?.id ?? "", token: started?.refreshToken ?? "" };
}

/** Does something after some round trips to the database, so that now one and now the other comes first. */
async function after<T>(roundTrips: number, work: () => Promise<T>): Promise<T> {
  for (let at = 0; at < roundTrips; at += 1) await world.other.run({ text: "select 1", values: [] });
  return work();
}

const isAlive = async ({ id, userId }: Family) => (await here.sessions.resolve(id, userId)) !== undefined;
const counters = async ({ userId }: Family) =>
  (await world.sql("select counter from lucent_sessions where user_id = $1::uuid", userId)).flat();

describe("T-SESS-08 50 refreshes of one token at the same time", () => {
  const all = (token: string, stores: readonly Realm[]) =>
    Promise.all(
      Array.from({ length: 25 }, () => stores.map(({ sessions }) => sessions.rotate(token))).flat(),
    );

  test("answer one successor, and there is one branch", async () => {
    for (let round = 0; round < 5; round += 1) {
      const begun = await family();
      const answers = await all(begun.token, [here, there]);
      const tokens = answers.map((each) =>
        each !== undefined && "refreshToken" in each ? each.refreshToken : "",
      );
      expect(new Set(tokens).size).toBe(1);
      expect(answers.filter((each) => each?.kind === "rotated")).toHaveLength(1);
      expect(await counters(begun)).toEqual([1]);
      expect((await there.sessions.rotate(tokens[0] ?? ""))?.kind).toBe("rotated");
    }
  });

  test("end the session where there is no grace, and one answers at most", async () => {
    const stores = [world.database, world.other].map((each) => realmOn(each, { session: { grace: 0 } }));
    for (let round = 0; round < 5; round += 1) {
      const begun = await family();
      const answers = await all(begun.token, stores);
      expect(answers.filter((each) => each !== undefined && "refreshToken" in each)).toHaveLength(1);
      expect(answers.filter((each) => each?.kind === "reused")).toHaveLength(1);
      expect(await counters(begun)).toEqual([]);
    }
  });
});

const lanes = 4;

/** Runs all rounds, a few side by side, and expects each order to have been met. */
async function inRounds(race: (round: number) => Promise<boolean>): Promise<void> {
  const winners = new Set<boolean>();
  const next = Array.from({ length: rounds }, (_, round) => round).values();
  const lane = async () => {
    for (const round of next) winners.add(await race(round));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  expect(winners.size, "both orders were met").toBe(2);
}

/** Refreshes beside something that ends the session, and says whether the refresh came first. */
async function refreshBeside(begun: Family, round: number, end: () => Promise<unknown>): Promise<boolean> {
  const [rotation] = await Promise.all([
    after(round % 13, () => here.sessions.rotate(begun.token)),
    after((round * 5) % 7, end),
  ]);
  expect(rotation?.kind).not.toBe("reused");
  const next = rotation !== undefined && "refreshToken" in rotation ? rotation.refreshToken : begun.token;
  for (const token of [begun.token, next]) expect(await there.sessions.rotate(token)).toBeUndefined();
  expect(await isAlive(begun)).toBe(false);
  return rotation !== undefined;
}

test(
  `T-SESS-09 in ${rounds} races of a refresh with a sign-out nothing of the family is left`,
  () =>
    inRounds(async (round) => {
      const begun = await family();
      return refreshBeside(begun, round, () => there.sessions.end(begun.id));
    }),
  timeout,
);

test(
  `T-SESS-10 in ${rounds} races of a refresh with a reset nothing of the family is left`,
  () =>
    inRounds(async (round) => {
      const begun = await family();
      const issued = await there.tokens.issue({ purpose: "reset", userId: begun.userId, lifetime: 60 });
      return refreshBeside(begun, round, () => there.accounts.resetPassword(issued?.token ?? "", "second"));
    }),
  timeout,
);

test(
  `in ${rounds} races of a sign-in with a reset no session of the old password is left`,
  () =>
    inRounds(async (round) => {
      const userId = await world.account();
      const issued = await there.tokens.issue({ purpose: "reset", userId, lifetime: 60 });
      const signIn = { userId, method: "password", passwordHash: "first" };
      const [started] = await Promise.all([
        after((round * 3) % 11, () => here.sessions.start(signIn)),
        after(round % 3, () => there.accounts.resetPassword(issued?.token ?? "", "second")),
      ]);
      expect(await here.sessions.list(userId)).toEqual([]);
      return started !== undefined;
    }),
  timeout,
);

/** Statements as they would be if signing in did not hold the account. */
function careless(runner: Runner): Runner {
  return {
    run: ({ text, values }) => runner.run({ text: text.replace("for share of a", ""), values }),
  };
}

function plain(runner: Runner): Runner {
  return { run: (statement) => runner.run(statement) };
}

/** Whether the session of somebody who signs in outlives a reset that happens before the sign-in is committed. */
async function outlives(
  change: (realm: Realm, userId: string) => Promise<unknown>,
  isCareless: boolean,
): Promise<boolean> {
  const userId = await world.account();
  const held = Promise.withResolvers<string>();
  const goOn = Promise.withResolvers<void>();
  const signingIn = world.other.transaction(async (tx) => {
    const runner = isCareless ? careless(tx) : plain(tx);
    const run: Runs["run"] = (statement) => runner.run(statement);
    const on: Runs = { ...world.other, run, inOrder: oneByOne(run) };
    const { sessions } = realmOn(on);
    const started = await sessions.start({ userId, method: "password", passwordHash: "first" });
    await sessions.settled();
    held.resolve(started?.id ?? "");
    await goOn.promise;
  });
  const id = await held.promise;
  let isDone = false;
  const changing = change(here, userId).finally(() => {
    isDone = true;
  });
  await expect
    .poll(async () => isDone || (await world.isWaiting()), { interval: 1, timeout: 10_000 })
    .toBe(true);
  goOn.resolve();
  await Promise.all([signingIn, changing]);
  // A disabled account has no sessions that count: what is looked for is a row that would count again.
  await here.accounts.enable(userId);
  return isAlive({ id, userId, token: "" });
}

const changes = [
  [
    "reset",
    async ({ tokens, accounts }: Realm, userId: string) => {
      const issued = await tokens.issue({ purpose: "reset", userId, lifetime: 60 });
      await accounts.resetPassword(issued?.token ?? "", "second");
    },
  ],
  [
    "change of the password",
    ({ accounts }: Realm, userId: string) => accounts.changePassword({ userId, from: "first", to: "second" }),
  ],
  ["disabling of the account", ({ accounts }: Realm, userId: string) => accounts.disable(userId)],
] as const;

describe.each(changes)("a %s while somebody signs in", (_, change) => {
  test("waits for the session, and ends it", async () => {
    expect(await outlives(change, false)).toBe(false);
  });

  test("would leave it alive if signing in did not hold the account", async () => {
    expect(await outlives(change, true)).toBe(true);
  });
});

test("30 sign-ins at the same time leave no more sessions than there may be", async () => {
  const stores = [world.database, world.other].map((each) => realmOn(each, { session: { limit: 7 } }));
  const userId = await world.account();
  const signIn = { userId, method: "password", passwordHash: "first" };
  for (let round = 0; round < 5; round += 1) {
    const all = Array.from({ length: 15 }, () => stores.map(({ sessions }) => sessions.start(signIn)));
    expect((await Promise.all(all.flat())).filter((each) => each === undefined)).toEqual([]);
    // Each keeps its own, so that two may choose others to go.
    expect((await here.sessions.list(userId)).length).toSatisfy((left: number) => left > 0 && left <= 7);
  }
});

test("sign-ins, sign-outs everywhere and sweeps of one account never wait for each other in a circle", async () => {
  const stores = [world.database, world.other].map((each) => realmOn(each, { session: { limit: 3 } }));
  const userId = await world.account();
  const work = Array.from({ length: 120 }, (_, at) => async () => {
    const sessions = stores[at % 2]?.sessions;
    if (at % 5 === 0) await sessions?.endAll(userId);
    else await sessions?.start({ userId, method: "password", passwordHash: "first" });
    if (at % 11 === 0) await world.pass(userId, 8 * 86_400);
  });
  const outcomes = await Promise.allSettled(work.map((each) => each()));
  expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([]);
});
