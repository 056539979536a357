import { afterAll, beforeAll, expect, test } from "vitest";

import { defaultHashParameters } from "../src/credential/password-hasher.ts";
import { hashOf, insertAccounts } from "./world/accounts.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";

let world: AuthWorld;

beforeAll(async () => {
  world = await authWorld();
});
afterAll(() => world.stop());

/** How late turns of the event loop come while something runs, in milliseconds, in order of size. */
async function lagsDuring(work: () => Promise<void>): Promise<readonly number[]> {
  const lags: number[] = [];
  let due = performance.now() + 10;
  const timer = setInterval(() => {
    const now = performance.now();
    lags.push(Math.max(0, now - due));
    due = now + 10;
  }, 10);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return lags.toSorted((one, other) => one - other);
}

// On a machine that is busy with something else the hashes take their time.
const timeout = 120_000;

test(
  "T-AUTH-10 of many sign-ins at once some are told to come back, none hangs, and the event loop goes on",
  { timeout },
  async () => {
    const password = "ten letters and more ".repeat(6).padEnd(128, "!");
    expect(password).toHaveLength(128);
    const hash = await hashOf(password, defaultHashParameters);
    const emails = await insertAccounts(world, { name: "storm", count: 200, hash });
    const answers: Awaited<ReturnType<typeof world.login>>[] = [];
    const lags = await lagsDuring(async () => {
      answers.push(...(await Promise.all(emails.map((email) => world.login({ email, password })))));
    });
    const [refused, signedIn] = [
      answers.filter(({ status }) => status === 503),
      answers.filter(({ status }) => status === 200),
    ];
    expect(refused.length + signedIn.length).toBe(200);
    expect(signedIn.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    for (const { body, headers } of refused)
      expect([body.code, headers["retry-after"]]).toStrictEqual([
        "UNAVAILABLE",
        expect.stringMatching(/^[1-9]$/),
      ]);
    expect(lags[Math.floor(lags.length * 0.99)]).toBeLessThan(250);
    // Whoever comes back is let in.
    expect((await world.login({ email: String(emails[199]), password })).status).toBe(200);
  },
);
