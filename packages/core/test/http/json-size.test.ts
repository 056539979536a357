import { expect, test } from "vitest";

import { isLucentError } from "../../src/errors.ts";
import { checkJsonSize } from "../../src/http/json-size.ts";
import { fastest } from "../world/fastest.ts";

function isRefused(value: unknown): boolean {
  try {
    checkJsonSize(value);
    return false;
  } catch (error) {
    return isLucentError(error) && error.code === "BAD_REQUEST";
  }
}

/** A value inside `levels` arrays or objects, made without recursion. */
function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = wrap(value);
  return value;
}

test("R-LI-2 32 levels are taken, 33 refused, arrays and objects alike", () => {
  for (const wrap of [(inner: unknown) => [inner], (inner: unknown) => ({ a: inner })]) {
    expect(isRefused(nested(32, wrap))).toBe(false);
    expect(isRefused(nested(33, wrap))).toBe(true);
  }
});

test("T-DOS-02 50,000 levels are refused without overflowing the stack", () => {
  const time = fastest(() => {
    expect(isRefused(nested(50_000, (inner) => [inner]))).toBe(true);
    expect(isRefused(nested(50_000, (inner) => ({ a: inner })))).toBe(true);
  });
  expect(time).toBeLessThan(200);
});

test("R-LI-2 2,000 keys in all are taken, one more is refused", () => {
  const object = (keys: number) =>
    Object.fromEntries(Array.from({ length: keys }, (_, at) => [`k${at}`, at]));
  expect(isRefused(object(2_000))).toBe(false);
  expect(isRefused(object(2_001))).toBe(true);
  expect(isRefused([object(1_000), object(1_000)])).toBe(false);
  expect(isRefused([object(1_000), object(1_001)])).toBe(true);
  expect(isRefused({ a: object(1_000), b: object(999) })).toBe(true);
});

test("R-LI-2 an array of 10,000 items is taken, one more is refused", () => {
  expect(isRefused(Array(10_000).fill(0))).toBe(false);
  expect(isRefused(Array(10_001).fill(0))).toBe(true);
  expect(isRefused([Array(6_000).fill(0), Array(6_000).fill(0)])).toBe(false);
});

test("plain values have no size", () => {
  for (const value of [null, true, 1, "a".repeat(1_000_000), [], {}]) expect(isRefused(value)).toBe(false);
});
