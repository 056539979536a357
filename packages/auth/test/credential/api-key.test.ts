import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

import { expect, test } from "vitest";

import { newApiKey, readApiKey } from "../../src/credential/api-key.ts";
import { quickest } from "../quickest.ts";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The key with its checksum made right. */
function checked(key: string): string {
  let rest = BigInt(crc32(key.slice(0, -6)));
  let digits = "";
  for (; digits.length < 6; rest /= 62n) digits = alphabet.charAt(Number(rest % 62n)) + digits;
  return key.slice(0, -6) + digits;
}

test("a key has its format, and is found by its public id and its hash", () => {
  for (const mode of ["live", "test"] as const) {
    const { key, publicId, hash } = newApiKey(mode);
    expect(key).toMatch(new RegExp(`^lk_${mode}_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$`));
    expect(key).toBe(checked(key));
    expect(key.split("_")[2]).toBe(publicId);
    expect(hash).toBe(createHash("sha256").update(key).digest("hex"));
    expect(readApiKey(key)).toEqual({ publicId, hash });
  }
});

test("no two keys share anything, and every character is drawn", () => {
  const made = Array.from({ length: 500 }, () => newApiKey("live"));
  expect(new Set(made.map(({ publicId }) => publicId)).size).toBe(500);
  expect(new Set(made.map(({ hash }) => hash)).size).toBe(500);
  for (let place = 17; place < 60; place += 1) {
    expect(new Set(made.map(({ key }) => key.charAt(place))).size).toBeGreaterThan(40);
  }
});

test("T-KEY-12 a key with one character changed is refused by its checksum", () => {
  const { key } = newApiKey("live");
  for (let place = 0; place < key.length; place += 1) {
    for (const other of `${alphabet}_-`) {
      if (other === key[place]) continue;
      expect(readApiKey(key.slice(0, place) + other + key.slice(place + 1))).toBeUndefined();
    }
  }
});

test("T-KEY-12 with the checksum made right too, it is another key to the database", () => {
  const { key, hash } = newApiKey("live");
  for (let place = 8; place < 60; place += 1) {
    if (key[place] === "_") continue;
    const other = checked(key.slice(0, place) + (key[place] === "x" ? "y" : "x") + key.slice(place + 1));
    expect(readApiKey(other)?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(readApiKey(other)?.hash).not.toBe(hash);
  }
  const otherMode = checked(key.replace("lk_live", "lk_test"));
  expect(readApiKey(otherMode)?.hash).not.toBe(hash);
});

test.each([
  ["nothing", ""],
  ["a prefix", "lk_live_"],
  ["100 KB", `lk_live_${"A".repeat(100_000)}`],
  ["another prefix", checked(newApiKey("live").key.replace("lk_live", "sk_live"))],
  ["a mode that is not there", checked(newApiKey("live").key.replace("live", "prod"))],
  ["capitals", newApiKey("live").key.toUpperCase()],
  ["a space before it", ` ${newApiKey("live").key}`],
  ["a line break behind it", `${newApiKey("live").key}\n`],
  ["a NUL behind it", `${newApiKey("live").key}\0`],
  ["full-width letters", newApiKey("live").key.replace("lk", "ｌｋ")],
])("%s is no key", async (_, text) => {
  expect(await quickest(() => expect(readApiKey(text)).toBeUndefined())).toBeLessThan(50);
});
