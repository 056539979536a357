import { describe, expect, test } from "vitest";

import { memoryCounter } from "../../src/http/memory-counter.ts";
import { type Counts, sharedCounter } from "../../src/redis/shared-counter.ts";
import { recordingLogger } from "../world/recording-logger.ts";

const limit = { max: 3, window: 3_600 };

/** A counter whose Redis does what the test says, on a clock of the test's own. */
function prepared(take: Counts["take"], clear: Counts["clear"] = async () => 1) {
  const logger = recordingLogger();
  const clock = { now: 0 };
  let asked = 0;
  const counter = sharedCounter({
    counts: {
      take: (...what) => {
        asked += 1;
        return take(...what);
      },
      clear: (...what) => {
        asked += 1;
        return clear(...what);
      },
    },
    fallback: memoryCounter(),
    logger,
    now: () => clock.now,
  });
  const allowed = async (count: number) => {
    const taken = await Promise.all(Array.from({ length: count }, () => counter.take("a", limit)));
    return taken.filter((each) => each.allowed).length;
  };
  return { counter, logger, clock, allowed, asked: () => asked };
}

const down = () => Promise.reject(new TypeError("connection lost"));

describe("while Redis fails", () => {
  test("limits are counted in the process: never without a limit, never refused for the outage", async () => {
    const { allowed } = prepared(down);
    expect(await allowed(10)).toBe(3);
    expect(await allowed(10)).toBe(0);
  });

  test("an outage is logged once, and so is its end", async () => {
    let isDown = true;
    const { allowed, clock, logger } = prepared(() => (isDown ? down() : Promise.resolve(0)));
    for (let at = 0; at < 5; at += 1) {
      await allowed(3);
      clock.now += 1_000;
    }
    isDown = false;
    await allowed(3);
    clock.now += 1_000;
    await allowed(3);
    expect(logger.lines).toStrictEqual([
      {
        level: "warn",
        message: "redis does not count; limits are counted in this process",
        facts: { error: "connection lost" },
      },
      { level: "info", message: "redis counts again", facts: {} },
    ]);
    isDown = true;
    await allowed(3);
    expect(logger.lines).toHaveLength(3);
  });

  test("one request in a second finds out whether it is back, the others don't wait for it", async () => {
    const { allowed, clock, asked } = prepared(down);
    await allowed(1);
    await allowed(50);
    expect(asked()).toBe(1);
    clock.now += 999;
    await allowed(50);
    expect(asked()).toBe(1);
    clock.now += 1;
    await allowed(50);
    expect(asked()).toBe(2);
  });
});

describe("forgetting a key", () => {
  test("forgets it on Redis and in the process, where an outage may have left it", async () => {
    let isDown = true;
    const cleared: string[] = [];
    const { counter, clock, allowed } = prepared(
      () => (isDown ? down() : Promise.resolve(0)),
      async (key) => cleared.push(key),
    );
    expect(await allowed(10)).toBe(3);
    isDown = false;
    clock.now += 1_000;
    await counter.clear("a");
    expect(cleared).toStrictEqual(["a"]);
    isDown = true;
    expect(await allowed(10)).toBe(3);
  });

  test("does not reject while Redis fails: it is forgotten in the process, and the outage is logged once", async () => {
    const { counter, logger, allowed, asked } = prepared(down, down);
    await expect(counter.clear("a")).resolves.toBeUndefined();
    expect(await allowed(10)).toBe(3);
    await expect(counter.clear("a")).resolves.toBeUndefined();
    expect(await allowed(10)).toBe(3);
    expect([asked(), logger.lines.length]).toStrictEqual([1, 1]);
  });
});

test.each([undefined, null, "7", -1, Number.NaN, 3_600_000_001, {}, [0]])(
  "the answer %j is a failure, not an allowance",
  async (answer) => {
    const { allowed, logger } = prepared(async () => answer);
    expect(await allowed(10)).toBe(3);
    expect(logger.lines).toHaveLength(1);
  },
);

test("what Redis says is what is said", async () => {
  const { counter } = prepared(async () => 1_200_000_000);
  expect(await counter.take("a", limit)).toStrictEqual({
    allowed: true,
    remaining: 1,
    resetAfter: 2_400,
    retryAfter: 0,
  });
  expect(await counter.take("a", limit, 3)).toStrictEqual({
    allowed: false,
    remaining: 2,
    resetAfter: 1_200,
    retryAfter: 1_200,
  });
});

test("a limit that can't be counted is misuse, not an outage", async () => {
  const { counter, logger, asked } = prepared(down);
  await expect(counter.take("a", { max: 0, window: 1 })).rejects.toThrow(TypeError);
  expect([asked(), logger.lines]).toStrictEqual([0, []]);
});
