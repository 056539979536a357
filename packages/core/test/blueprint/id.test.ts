import { afterEach, expect, test, vi } from "vitest";

import { newId } from "../../src/blueprint/id.ts";

afterEach(() => {
  vi.useRealTimers();
});

const layout = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

test("an id has the layout of RFC 9562: time, version 7, variant 10", () => {
  const before = Date.now();
  const ids = Array.from({ length: 1_000 }, newId);
  for (const id of ids) expect(id).toMatch(layout);
  expect(timeOf(ids[0] ?? "")).toBeGreaterThanOrEqual(before);
  expect(new Set(ids.map((id) => id[19])).size).toBe(4);
});

test("100,000 ids of one process are different and sort in the order they were made", () => {
  const ids = Array.from({ length: 100_000 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id, at) => at === 0 || id > (ids[at - 1] ?? ""))).toBe(true);
});

test("ids keep their order within one millisecond, beyond 4,096 of them, and when the clock goes back", () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const start = Date.now() + 3_600_000;
  vi.setSystemTime(start);
  const ids = Array.from({ length: 10_000 }, newId);
  vi.setSystemTime(start - 1_800_000);
  ids.push(...Array.from({ length: 100 }, newId));
  vi.setSystemTime(start + 60_000);
  const last = newId();
  ids.push(last);
  expect(ids.toSorted()).toStrictEqual(ids);
  expect(timeOf(last)).toBe(start + 60_000);
  // Borrowed milliseconds stay few: at least 2,048 ids fit into each.
  expect(timeOf(ids[9_999] ?? "") - start).toBeLessThan(6);
});
