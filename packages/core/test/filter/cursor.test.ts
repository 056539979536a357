import { randomBytes } from "node:crypto";

import { expect, test } from "vitest";

import { isLucentError } from "../../src/errors.ts";
import { cursorSeal } from "../../src/filter/cursor.ts";

const key = randomBytes(32);
const day = 24 * 60 * 60 * 1_000;
const values = ["secret title", 1.5, true, null, "018f4e1c-7a3b-7c3d-8e4f-0123456789ab"] as const;

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!isLucentError(error)) throw error;
    return error.code;
  }
}

test("a cursor opens to what was sealed, with the binding that it was sealed for", () => {
  const seal = cursorSeal(key);
  expect(seal.open(seal.seal(values, "posts"), "posts")).toStrictEqual(values);
  expect(seal.open(seal.seal([], "posts"), "posts")).toStrictEqual([]);
  expect(cursorSeal(key).open(seal.seal(values, "posts"), "posts")).toStrictEqual(values);
});

test("R-AC-14 a cursor bound to something else does not open", () => {
  const seal = cursorSeal(key);
  const cursor = seal.seal(values, "posts");
  for (const binding of ["", "post", "posts ", "Posts"]) {
    expect(codeOf(() => seal.open(cursor, binding))).toBe("BAD_CURSOR");
  }
});

test("a cursor sealed with another key does not open", () => {
  const foreign = cursorSeal(randomBytes(32)).seal(values, "posts");
  expect(codeOf(() => cursorSeal(key).open(foreign, "posts"))).toBe("BAD_CURSOR");
});

test("a cursor with any one bit changed does not open", () => {
  const seal = cursorSeal(key);
  const bytes = Buffer.from(seal.seal(["a"], "posts"), "base64url");
  for (let at = 0; at < bytes.length; at += 1) {
    const forged = Buffer.from(bytes);
    forged.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    expect(codeOf(() => seal.open(forged.toString("base64url"), "posts"))).toBe("BAD_CURSOR");
  }
});

test("a cursor that was cut at any place does not open, nor does made-up text", () => {
  const seal = cursorSeal(key);
  const cursor = seal.seal(["a"], "posts");
  const texts = Array.from(cursor, (_, at) => cursor.slice(0, at));
  texts.push(
    `${cursor}AAAA`,
    "null",
    "[]",
    "eyJhIjoxfQ",
    " ",
    "\u0000",
    "%",
    "é".repeat(100),
    "A".repeat(4_096),
  );
  for (const text of texts) expect(codeOf(() => seal.open(text, "posts"))).toBe("BAD_CURSOR");
});

test("a cursor opens for 24 hours", () => {
  let now = 1_800_000_000_000;
  const seal = cursorSeal(key, () => now);
  const cursor = seal.seal(values, "posts");
  now += day;
  expect(seal.open(cursor, "posts")).toStrictEqual(values);
  now += 1_000;
  expect(codeOf(() => seal.open(cursor, "posts"))).toBe("BAD_CURSOR");
});

test("nobody else can read what is inside, and no cursor is like another", () => {
  const seal = cursorSeal(key);
  const cursors = Array.from({ length: 2_000 }, () => seal.seal(values, "posts"));
  expect(new Set(cursors).size).toBe(2_000);
  // The nonce leads: with one used twice, two cursors would give away each other's content.
  expect(new Set(cursors.map((cursor) => cursor.slice(0, 16))).size).toBe(2_000);
  for (const cursor of cursors.slice(0, 10)) {
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(Buffer.from(cursor, "base64url").includes("secret")).toBe(false);
  }
});
