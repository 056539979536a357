import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import type { Counter, RateLimit, Taken } from "../contract/counter.ts";

/** One thing that every counter does. */
export interface CounterCase {
  readonly name: string;
  /** Rejects with an AssertionError where the counter does not. Uses keys of its own. */
  readonly run: (counter: Counter) => Promise<void>;
}

/** Makes nothing whole again while a case runs. */
const slow: RateLimit = { max: 5, window: 3_600 };

/**
 * What every counter does, for the tests of an own one, with any test runner:
 *
 *     for (const { name, run } of counterCases) test(name, () => run(counter));
 */
export const counterCases: readonly CounterCase[] = [
  {
    name: "allows as many as the limit says, and then none",
    async run(counter) {
      const key = freshKey();
      const allowed: boolean[] = [];
      for (let at = 0; at < slow.max + 2; at += 1) allowed.push((await counter.take(key, slow)).allowed);
      assert.deepEqual(allowed, [true, true, true, true, true, false, false]);
    },
  },
  {
    name: "says what is left, and when it is whole again",
    async run(counter) {
      const key = freshKey();
      const first = await counter.take(key, slow);
      assert.deepEqual([first.allowed, first.remaining, first.retryAfter], [true, 4, 0]);
      assertNear(first.resetAfter, 720);
      const last = await counter.take(key, slow, 4);
      assert.deepEqual([last.allowed, last.remaining, last.retryAfter], [true, 0, 0]);
      assertNear(last.resetAfter, 3_600);
      const refused = await counter.take(key, slow);
      assert.deepEqual([refused.allowed, refused.remaining], [false, 0]);
      assertNear(refused.resetAfter, 3_600);
      assertNear(refused.retryAfter, 720);
    },
  },
  {
    name: "allows exactly as many as the limit says when all ask at once",
    async run(counter) {
      const key = freshKey();
      const limit: RateLimit = { max: 37, window: 3_600 };
      const all = await Promise.all(Array.from({ length: 200 }, () => counter.take(key, limit)));
      assert.equal(countAllowed(all), limit.max);
    },
  },
  {
    name: "keeps keys apart, whatever characters they have",
    async run(counter) {
      const stem = freshKey();
      const keys = ["", " ", ":", "*", "\0", "é", "e\u0301", "\r\n", "%00", "x".repeat(1_000)];
      for (const end of keys) {
        assert.equal((await counter.take(`${stem}${end}`, slow, slow.max)).allowed, true);
        assert.equal((await counter.take(`${stem}${end}`, slow)).allowed, false);
      }
    },
  },
  {
    name: "takes a cost whole or not at all",
    async run(counter) {
      const key = freshKey();
      assert.equal((await counter.take(key, slow, 3)).remaining, 2);
      const refused = await counter.take(key, slow, 3);
      assert.deepEqual([refused.allowed, refused.remaining], [false, 2]);
      assertNear(refused.retryAfter, 720);
      assert.deepEqual(pick(await counter.take(key, slow, 2)), [true, 0]);
    },
  },
  {
    name: "never allows a cost above the limit, and takes nothing for it",
    async run(counter) {
      const key = freshKey();
      for (const cost of [6, 1_000_000, Number.MAX_SAFE_INTEGER]) {
        const refused = await counter.take(key, slow, cost);
        assert.deepEqual(pick(refused), [false, 5]);
        assert.ok(refused.retryAfter > 0 && refused.retryAfter <= slow.window);
      }
      assert.deepEqual(pick(await counter.take(key, slow, 5)), [true, 0]);
    },
  },
  {
    name: "takes nothing for a refusal: trying on does not put the end off",
    async run(counter) {
      const key = freshKey();
      await counter.take(key, slow, slow.max);
      const refused: Taken[] = [];
      for (let at = 0; at < 20; at += 1) refused.push(await counter.take(key, slow));
      for (const { retryAfter } of refused) assertNear(retryAfter, 720);
    },
  },
  {
    name: "gives one unit back after another, and never more than the limit",
    async run(counter) {
      const key = freshKey();
      const limit: RateLimit = { max: 4, window: 1 };
      await counter.take(key, limit, 4);
      const { retryAfter } = await counter.take(key, limit);
      assert.ok(retryAfter > 0 && retryAfter <= 0.25);
      const started = performance.now();
      await until(async () => (await counter.take(key, limit)).allowed);
      // Timers and clocks may differ by a little.
      assert.ok((performance.now() - started) / 1_000 >= retryAfter - 0.02);
      // Nothing is left of an allowance that is whole again, however long ago.
      await until(async () => (await counter.take(key, limit, 4)).allowed);
      assert.equal((await counter.take(key, limit, 4)).allowed, false);
    },
  },
  {
    name: "forgets what was taken under a key, and under no other",
    async run(counter) {
      const [key, other] = [freshKey(), freshKey()];
      for (const each of [key, other]) await counter.take(each, slow, slow.max);
      await counter.clear(key);
      assert.deepEqual(pick(await counter.take(key, slow, slow.max)), [true, 0]);
      assert.deepEqual(pick(await counter.take(key, slow)), [false, 0]);
      assert.deepEqual(pick(await counter.take(other, slow)), [false, 0]);
    },
  },
  {
    name: "forgets a key that it does not know, and one that it forgot",
    async run(counter) {
      const key = freshKey();
      await counter.clear(key);
      await counter.clear(key);
      assert.deepEqual(pick(await counter.take(key, slow)), [true, 4]);
    },
  },
  {
    name: "refuses limits and costs that can't be counted",
    async run(counter) {
      const key = freshKey();
      const limits = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1_000_001].flatMap((max) => [
        { max, window: 60 },
      ]);
      const windows = [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2_592_001];
      for (const limit of [...limits, ...windows.map((window) => ({ max: 1, window }))])
        await assert.rejects(async () => counter.take(key, limit), TypeError);
      for (const cost of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
        await assert.rejects(async () => counter.take(key, slow, cost), TypeError);
      assert.equal((await counter.take(key, slow)).remaining, 4);
    },
  },
];

function freshKey(): string {
  return `conformance:${randomUUID()}`;
}

function pick({ allowed, remaining }: Taken): readonly [boolean, number] {
  return [allowed, remaining];
}

function countAllowed(taken: readonly Taken[]): number {
  return taken.filter(({ allowed }) => allowed).length;
}

/** Seconds that may have gone by a little since. */
function assertNear(actual: number, expected: number): void {
  assert.ok(
    actual <= expected && actual > expected - 30,
    `${actual} s is not within 30 s before ${expected} s`,
  );
}

const deadlineMilliseconds = 10_000;

async function until(isDone: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + deadlineMilliseconds;
  while (!(await isDone())) {
    assert.ok(performance.now() < end, "the allowance did not come back");
    await delay(1);
  }
}
