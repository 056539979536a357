import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Cases, measured, type Probe, stopwatch } from "./timing/measure.ts";
import { addressOf, badApiKeys, badResetTokens, password, populate } from "./timing/people.ts";
import { serve, type Served } from "./timing/process.ts";
import { compared, type Comparison, inWords } from "./timing/statistics.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { users } from "./world/collections.ts";
import { members } from "./world/members.ts";

/** How much is measured. */
interface Extent {
  /** Each case once in each. */
  readonly rounds: number;
  /** What comes before, and does not count. */
  readonly warmUp: number;
}

// With LUCENT_LONG=1 as many pairs, and as narrow a mark, as it takes to say that an endpoint tells nothing.
const isLong = process.env["LUCENT_LONG"] === "1";
const usual: Extent = isLong ? { rounds: 400, warmUp: 100 } : { rounds: 100, warmUp: 10 };
// Where mails wait, no more may be asked for than wait at most, even if all is done twice.
const waiting: Extent = { rounds: Math.min(usual.rounds, 200), warmUp: Math.min(usual.warmUp, 20) };
const people = 2 * usual.rounds + usual.warmUp;
const timeout = isLong ? 3_600_000 : 300_000;

const collections = [users, members] as const;

let world: AuthWorld<typeof collections>;
let served: Served;
// It has a mail server that takes two seconds for each mail, and a defect in the sign-in.
let impaired: Served;

beforeAll(async () => {
  world = await authWorld({ collections });
  await populate(world, people);
  await slowCommits();
  const { url } = world;
  served = await serve({ url });
  impaired = await serve({ url, mailSeconds: 2, planted: true });
});
afterAll(async () => {
  await served.stop();
  await impaired.stop();
  await world.stop();
});

/** Has a new row cost what it costs where a commit waits for a disk: servers of tests wait for none. */
async function slowCommits(): Promise<void> {
  await world.sql(
    "create function wait() returns trigger language plpgsql as 'begin perform pg_sleep(0.003); return null; end'",
  );
  await world.sql(
    "create constraint trigger wait after insert on members initially deferred for each row execute function wait()",
  );
}

type Compared = readonly (readonly [name: string, Comparison])[];

/** Measures cases, and compares each with the first. */
async function compare(
  cases: Cases,
  { place = served, extent = usual, from = 0 }: { place?: Served; extent?: Extent; from?: number } = {},
): Promise<Compared> {
  const { rounds, warmUp } = extent;
  const watch = stopwatch(place.port);
  try {
    await measured(watch, cases, { rounds: warmUp, from: 2 * usual.rounds });
    const [[, first] = ["", []], ...others] = await measured(watch, cases, { rounds, from });
    return others.map(([name, times]) => [name, compared(first, times)]);
  } finally {
    watch.close();
  }
}

function tellsApart({ auc, difference, medians }: Comparison): boolean {
  const distance = Math.abs(auc - 0.5);
  if (!isLong) return distance > 0.1;
  return distance > 0.05 || Math.abs(difference) > Math.max(3, 0.05 * medians[0]);
}

/**
 * Expects that nothing tells cases apart. Of series that are the same, one or two in a hundred look different: so where
 * some do, all are taken once more from other accounts.
 */
async function expectUniform(
  cases: Cases,
  {
    annotate,
    ...where
  }: { readonly annotate: (text: string) => unknown; readonly place?: Served; readonly extent?: Extent },
): Promise<void> {
  let told: ReadonlySet<string> = new Set(Object.keys(cases));
  const words: string[] = [];
  for (const from of [0, usual.rounds]) {
    const comparisons = await compare(cases, { ...where, from });
    words.push(...comparisons.map(([name, comparison]) => `${name}: ${inWords(comparison)}`));
    const again = comparisons.filter(([name, comparison]) => told.has(name) && tellsApart(comparison));
    told = new Set(again.map(([name]) => name));
    if (told.size === 0) break;
  }
  await annotate(words.join("\n"));
  expect([...told], words.join("\n")).toStrictEqual([]);
}

const signIn = (email: string): Probe => ({
  path: "/api/users/login",
  body: { email, password: "not this one, but as long as it" },
  status: 401,
});
const signIns: Cases = {
  unknown: (round) => signIn(addressOf("nobod", round)),
  known: (round) => signIn(addressOf("known", round)),
};

describe("with hashes as dear as in production", () => {
  test(
    "T-ENUM-01 T-AUTH-14 the time of a refused sign-in tells nothing about the account",
    { timeout },
    async (context) => {
      const blank = (round: number) => signIn(addressOf("blank", round));
      await expectUniform({ ...signIns, "without a password": blank }, context);
    },
  );

  test(
    "T-ENUM-01 of a sign-in that checks no password of unknown accounts it does",
    { timeout },
    async () => {
      const [[, comparison] = ["", undefined]] = await compare(signIns, { place: impaired });
      expect(comparison?.auc).toBeGreaterThan(0.9);
    },
  );

  test(
    "T-ENUM-04 nor does that of a registration, where addresses are verified",
    { timeout },
    async (context) => {
      const register = (email: string): Probe => ({
        path: "/api/members/register",
        body: { email, password: randomBytes(12).toString("base64url") },
        status: 202,
      });
      let free = 0;
      await expectUniform(
        {
          free() {
            free += 1;
            return register(`nobod-${free}@example.net`);
          },
          verified: (round) => register(addressOf("known", round)),
          unverified: (round) => register(addressOf("early", round)),
        },
        context,
      );
    },
  );
});

describe("mails", () => {
  const forgot = (email: string): Probe => ({
    path: "/api/users/forgot-password",
    body: { email },
    status: 202,
  });
  const forgotten: Cases = {
    unknown: (round) => forgot(addressOf("nobod", round)),
    known: (round) => forgot(addressOf("known", round)),
  };

  test("T-ENUM-02 a request for a new password takes the same time for all", { timeout }, async (context) => {
    await expectUniform(forgotten, context);
  });

  test("T-ENUM-02 also where a mail takes two seconds, and many wait", { timeout }, async ({ annotate }) => {
    await expectUniform(forgotten, { annotate, place: impaired, extent: waiting });
  });

  test("T-ENUM-03 so does a request for another link to verify an address", { timeout }, async (context) => {
    const resend = (email: string): Probe => ({
      path: "/api/members/resend-verification",
      body: { email },
      status: 202,
    });
    await expectUniform(
      {
        unknown: (round) => resend(addressOf("nobod", round)),
        verified: (round) => resend(addressOf("known", round)),
        unverified: (round) => resend(addressOf("early", round)),
      },
      context,
    );
  });
});

describe("credentials that are worth nothing take the same time", () => {
  test("T-ENUM-07 tokens for a new password", { timeout }, async (context) => {
    const tokens = await badResetTokens(world, people);
    const reset = (token = ""): Probe => ({
      path: "/api/users/reset-password",
      body: { token, password },
      status: 400,
    });
    await expectUniform(each(tokens, reset), context);
  });

  test("T-ENUM-08 API keys", { timeout }, async (context) => {
    const keys = await badApiKeys(world, people);
    const me = (token = ""): Probe => ({ method: "GET", path: "/api/users/me", token, status: 401 });
    await expectUniform(each(keys, me), context);
  });
});

/** A case for each list, which asks with its texts one after the other. */
function each(
  lists: Readonly<Record<string, readonly string[]>>,
  probe: (text: string | undefined) => Probe,
): Cases {
  return Object.fromEntries(
    Object.entries(lists).map(([name, texts]) => [name, (round: number) => probe(texts[round])]),
  );
}
