import { expect, test } from "vitest";

import { type Shapes, shapes } from "../../src/postgres/shapes.ts";

test("a text is prepared from its third use on", () => {
  const known = shapes();
  expect(Array.from({ length: 5 }, () => known.isPrepared("a"))).toStrictEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
  expect(known.isPrepared("b")).toBe(false);
});

test("texts that a client makes up are never prepared, and those in use still are", () => {
  const known = shapes();
  for (let at = 0; at < 50_000; at += 1) expect(known.isPrepared(`made up ${at}`)).toBe(false);
  expect([1, 2, 3].map(() => known.isPrepared("in use"))).toStrictEqual([false, false, true]);
});

test("candidates that do not come again fall out, oldest first", () => {
  const known = shapes();
  known.isPrepared("old");
  known.isPrepared("old");
  for (let at = 0; at < 1_000; at += 1) known.isPrepared(`other ${at}`);
  expect([1, 2, 3].map(() => known.isPrepared("old"))).toStrictEqual([false, false, true]);
});

test("a candidate that comes again stays", () => {
  const known = shapes();
  known.isPrepared("kept");
  for (let at = 0; at < 500; at += 1) known.isPrepared(`one ${at}`);
  known.isPrepared("kept");
  for (let at = 0; at < 900; at += 1) known.isPrepared(`two ${at}`);
  expect(known.isPrepared("kept")).toBe(true);
});

test("no more than 1,000 texts are ever prepared", () => {
  const known = shapes();
  let prepared = 0;
  for (let at = 0; at < 1_500; at += 1) {
    known.isPrepared(`shape ${at}`);
    known.isPrepared(`shape ${at}`);
    if (known.isPrepared(`shape ${at}`)) prepared += 1;
  }
  expect(prepared).toBe(1_000);
  expect(known.isPrepared("shape 0")).toBe(true);
  expect(Array.from({ length: 5 }, () => known.isPrepared("shape 1499"))).toStrictEqual(Array(5).fill(false));
});

/** Uses a text so often that it is prepared, and says that it took so long each time. */
function used(known: Shapes, text: string, times: readonly number[]): void {
  for (let at = 0; at < 3; at += 1) known.isPrepared(text);
  for (const milliseconds of times) known.took(text, milliseconds);
}

const brief = (times: number): readonly number[] => Array.from({ length: times }, () => 0.1);

test("a text is brief once it took less than two milliseconds a dozen times", () => {
  const known = shapes();
  used(known, "a", brief(11));
  expect(known.isBrief("a")).toBe(false);
  known.took("a", 0.1);
  expect(known.isBrief("a")).toBe(true);
  expect(known.isBrief("b")).toBe(false);
});

test("a text that always takes two milliseconds never is", () => {
  const known = shapes();
  used(
    known,
    "a",
    Array.from({ length: 10_000 }, () => 2),
  );
  expect(known.isBrief("a")).toBe(false);
});

test("one pause does not end it, one slow execution does for about as many as it was too long by", () => {
  const known = shapes();
  used(known, "a", [...brief(100), 20]);
  expect(known.isBrief("a")).toBe(true);
  known.took("a", 5_000);
  let executions = 0;
  while (!known.isBrief("a")) {
    known.took("a", 0.1);
    executions += 1;
  }
  expect(executions).toBeGreaterThan(70);
  expect(executions).toBeLessThan(100);
});

test("a text that is not prepared is not brief, and what it took is not kept", () => {
  const known = shapes();
  for (const milliseconds of brief(100)) known.took("a", milliseconds);
  expect(known.isBrief("a")).toBe(false);
  used(known, "a", []);
  expect(known.isBrief("a")).toBe(false);
});

test("what was brief has to show it again when all is forgotten", () => {
  let now = 0;
  const known = shapes(() => now);
  used(known, "a", brief(100));
  now = 61 * 60 * 1_000;
  known.isPrepared("another");
  expect(known.isBrief("a")).toBe(false);
});
