import { counterCases } from "@lucent/core/testing";
import { describe, expect, test } from "vitest";

import { memoryCounter } from "../../src/http/memory-counter.ts";

describe("a counter in memory", () => {
  const counter = memoryCounter();
  test.each(counterCases)("$name", async ({ run }) => {
    await expect(run(counter)).resolves.toBeUndefined();
  });
});

const limit = { max: 10, window: 10 };

test("time that goes by gives back one unit after another", async () => {
  let now = 0;
  const counter = memoryCounter({ now: () => now });
  await counter.take("a", limit, 10);
  now += 999_999;
  expect(await counter.take("a", limit)).toMatchObject({ allowed: false, retryAfter: 0.000001 });
  now += 1;
  expect(await counter.take("a", limit)).toMatchObject({ allowed: true, remaining: 0, resetAfter: 10 });
});

test("where more keys come than fit, a blocked one stays blocked and the new ones push each other out", async () => {
  const counter = memoryCounter({ now: () => 0, capacity: 50 });
  await counter.take("blocked", limit, 10);
  for (let at = 0; at < 5_000; at += 1) {
    const taken = await counter.take(`flood-${at}`, limit);
    expect(taken.allowed).toBe(true);
  }
  expect((await counter.take("blocked", limit)).allowed).toBe(false);
  // A cost that never fits shows what is left of a key without adding it.
  let remembered = 0;
  for (let at = 0; at < 5_000; at += 1)
    if ((await counter.take(`flood-${at}`, limit, 11)).remaining < 10) remembered += 1;
  expect(remembered).toBe(49);
});

test("keys that are whole again make room before any other", async () => {
  let now = 0;
  const counter = memoryCounter({ now: () => now, capacity: 20 });
  for (let at = 0; at < 20; at += 1) await counter.take(`old-${at}`, limit);
  now = 1_000_000;
  // As many as were spent: each new key sweeps at least itself a place.
  for (let at = 0; at < 20; at += 1) await counter.take(`new-${at}`, limit);
  for (let at = 0; at < 20; at += 1) expect((await counter.take(`new-${at}`, limit)).remaining).toBe(8);
});

test("a key that is forgotten while keys are swept keeps no other from being swept", async () => {
  let now = 0;
  const counter = memoryCounter({ now: () => now, capacity: 20 });
  for (let at = 0; at < 20; at += 1) await counter.take(`old-${at}`, limit);
  now = 1_000_000;
  for (let at = 0; at < 20; at += 1) {
    await counter.clear(`old-${at}`);
    await counter.take(`new-${at}`, limit);
  }
  for (let at = 0; at < 20; at += 1) expect((await counter.take(`new-${at}`, limit)).remaining).toBe(8);
});

test("a key costs the same number of steps whether few or many are there", async () => {
  const time = async (count: number) => {
    const times: number[] = [];
    // The best of five: a machine may have other work too.
    for (let run = 0; run < 5; run += 1) {
      const counter = memoryCounter({ now: () => 0, capacity: count / 2 });
      const started = performance.now();
      for (let at = 0; at < count; at += 1) await counter.take(`key-${at}`, limit);
      times.push(performance.now() - started);
    }
    return Math.min(...times) / count;
  };
  const [few, many] = [await time(2_000), await time(64_000)];
  // Quadratic work would make it 32 times.
  expect(many / few).toBeLessThan(8);
});
