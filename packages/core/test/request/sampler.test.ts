import { expect, test } from "vitest";

import { sampler } from "../../src/request/sampler.ts";

test("the first of a key in a second is let through, whatever other keys do", () => {
  let now = 0;
  const isFirst = sampler(() => now);
  const at = (time: number, key: string): boolean => {
    now = time;
    return isFirst(key);
  };
  expect([at(0, "a"), at(0, "a"), at(1, "b"), at(999, "a"), at(1_000, "a"), at(1_000, "b")]).toStrictEqual([
    true,
    false,
    true,
    false,
    true,
    false,
  ]);
  expect([at(1_001, "b"), at(1_999, "a"), at(2_000, "a"), at(2_000, "b"), at(2_001, "b")]).toStrictEqual([
    true,
    false,
    true,
    false,
    true,
  ]);
});

test("one key that goes on for ten seconds is let through ten times", () => {
  let now = 0;
  const isFirst = sampler(() => now);
  let count = 0;
  for (; now < 10_000; now += 1) if (isFirst("a")) count += 1;
  expect(count).toBe(10);
});
