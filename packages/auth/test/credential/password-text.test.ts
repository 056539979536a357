import { expect, test } from "vitest";

import { canonicalPassword } from "../../src/credential/password-text.ts";

test("two ways to compose a letter are one password", () => {
  expect(canonicalPassword("cafe\u0301")).toBe(canonicalPassword("caf\u00e9"));
});

test.each([
  "  spaces  ",
  "\ttab\n",
  "MiXeD",
  "\u{1f511} key",
  "ﬁ is not fi",
  "\u212b".normalize("NFC"),
  "a\0b",
])("%j stays as it is", (text) => {
  expect(canonicalPassword(text)).toBe(text);
});

test("no password of 128 code points is too long to be brought into its form", () => {
  // The code point with the longest decomposition: three of two units each.
  const longest = "\u{16126}".repeat(128);
  const decomposed = longest.normalize("NFD");
  expect(decomposed).toHaveLength(768);
  expect(canonicalPassword(decomposed)).toBe(longest);
});

test("what is longer is left alone: normalising it takes quadratic time", () => {
  const hostile = `a${"\u0301\u0316".repeat(384)}`;
  expect(canonicalPassword(hostile)).toBe(hostile);
});
