import { expect, test } from "vitest";

import { compared, inWords } from "./statistics.ts";

const upTo = (length: number, from = 0) => Array.from({ length }, (_, index) => from + index);

test("equal series are not told apart", () => {
  const { auc, p, difference, interval } = compared(upTo(100), upTo(100));
  expect([auc, difference]).toStrictEqual([0.5, 0]);
  expect(p).toBeCloseTo(1, 6);
  expect(interval).toStrictEqual([0, 0]);
});

test("series without a common time are always told apart, in either order", () => {
  expect(compared(upTo(50), upTo(50, 50))).toMatchObject({ auc: 1, difference: 50 });
  expect(compared(upTo(50, 50), upTo(50))).toMatchObject({ auc: 0, difference: -50 });
  expect(compared(upTo(50), upTo(50, 50)).p).toBeLessThan(1e-12);
});

test("a small example agrees with what is worked out by hand", () => {
  // 4 is above 1, 2, 3; 6 is above 1, 2, 3, 5; 2 is above 1 and level with 2; 9 is above all: 12.5 of 16.
  const { auc, medians, p } = compared([1, 2, 3, 5], [4, 6, 2, 9]);
  expect([auc, medians]).toStrictEqual([12.5 / 16, [2.5, 5]]);
  // z = 4.5 / sqrt(4 * 4 * 9 / 12) = 1.299.
  expect(p).toBeCloseTo(0.1939, 4);
});

test("the interval holds the difference, and the words say all of it", () => {
  const comparison = compared(upTo(101), upTo(101, 10));
  const [low, high] = comparison.interval;
  expect([low <= 10, high >= 10]).toStrictEqual([true, true]);
  expect(inWords(comparison)).toMatch(
    /^AUC 0\.\d+, p 0\.\d+ of 101 pairs; medians 50\.00 ms and 60\.00 ms; apart by 10/,
  );
  expect(() => compared([1], [])).toThrow("one length");
});
