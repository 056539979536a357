import { expect, test } from "vitest";

import { shapes } from "../../src/postgres/shapes.ts";

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
