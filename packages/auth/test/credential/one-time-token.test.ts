import { createHash } from "node:crypto";

import { expect, test } from "vitest";

import { hashToken, newToken, tokenGrammar } from "../../src/credential/one-time-token.ts";

test("a token is 256 random bits, and its hash is what is stored", () => {
  const made = Array.from({ length: 1_000 }, newToken);
  expect(new Set(made.map(({ token }) => token)).size).toBe(1_000);
  for (const { token, hash } of made) {
    expect(token).toMatch(tokenGrammar);
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    expect(hash).toBe(createHash("sha256").update(token).digest("hex"));
    expect(hashToken(token)).toBe(hash);
  }
});

test("every bit of a token is drawn", () => {
  const ones = Array.from({ length: 256 }, () => 0);
  for (let time = 0; time < 256; time += 1) {
    const bytes = Buffer.from(newToken().token, "base64url");
    for (const bit of ones.keys()) ones[bit] = (ones[bit] ?? 0) + (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1);
  }
  // 128 ± 10 standard deviations of 8: a bit that stands still is seen, chance is not.
  for (const count of ones) expect(Math.abs(count - 128)).toBeLessThan(80);
});

test.each([
  ["nothing", ""],
  ["42 characters", "A".repeat(42)],
  ["44 characters", "A".repeat(44)],
  ["padding", `${"A".repeat(43)}=`],
  ["a line break", `${"A".repeat(43)}\n`],
  ["another alphabet", `${"+".repeat(42)}A`],
  ["bits that no token has", `${"A".repeat(42)}B`],
])("%s is no token", (_, text) => {
  expect(tokenGrammar.test(text)).toBe(false);
});
