import { createHmac, randomBytes, randomUUID } from "node:crypto";

import fc from "fast-check";
import { expect, test } from "vitest";

import { newApiKey } from "../../src/credential/api-key.ts";
import { newToken } from "../../src/credential/one-time-token.ts";
import { refreshTokens } from "../../src/credential/refresh-token.ts";
import { quickest } from "../quickest.ts";
import { signer, subject, tokens } from "./forge.ts";

const key = randomBytes(32);
const refresh = refreshTokens(key);
const id = "0198c0de-0000-4000-8000-00000000000a";
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

test("a token says which session and how often it was rotated, and nothing else writes it", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 0, max: 0xffff_ffff }), (sessionId, counter) => {
      const token = refresh.make(sessionId, counter);
      expect(token).toMatch(/^lrt_[A-Za-z0-9_-]{70}$/);
      expect(refresh.make(sessionId.toUpperCase(), counter)).toBe(token);
      expect(refresh.read(token)).toEqual({ sessionId, counter });
    }),
  );
});

test("the successor of a token is another one", () => {
  expect(refresh.make(id, 1)).not.toBe(refresh.make(id, 0));
});

test("a token is what the format says", () => {
  const body = Buffer.from(`${id.replaceAll("-", "")}00000102`, "hex");
  const mac = createHmac("sha256", key).update(body).digest();
  expect(refresh.make(id, 0x102)).toBe(`lrt_${Buffer.concat([body, mac]).toString("base64url")}`);
});

test("a token with any one character changed is refused", () => {
  const token = refresh.make(id, 7);
  for (let place = 0; place < token.length; place += 1) {
    for (const other of alphabet) {
      if (other === token[place]) continue;
      expect(refresh.read(token.slice(0, place) + other + token.slice(place + 1))).toBeUndefined();
    }
  }
});

test("no spelling of a token but its own is read", () => {
  const token = refresh.make(id, 7);
  const plain = Buffer.from(token.slice(4), "base64url").toString("base64");
  const others = [
    `${token}=`,
    `${token}==`,
    ` ${token}`,
    `${token} `,
    `${token}\n`,
    `${token}\0`,
    `lrt_${plain}`,
    token.slice(4),
    token.slice(0, -1),
    `${token}A`,
    `LRT_${token.slice(4)}`,
    "lrt_",
    "",
  ];
  for (const other of others) expect(refresh.read(other)).toBeUndefined();
});

test("a token under another key is refused", () => {
  expect(refreshTokens(randomBytes(32)).read(refresh.make(id, 0))).toBeUndefined();
});

test("T-SESS-11 tokens of another purpose are no refresh tokens, and a refresh token is none of them", async () => {
  const access = tokens([signer("HS256")]);
  const others = [await access.sign(subject), newToken().token, newApiKey("live").key];
  for (const other of others) {
    expect(refresh.read(other)).toBeUndefined();
    expect(refresh.read(`lrt_${other}`)).toBeUndefined();
  }
  expect(await access.verify(refresh.make(subject.sid, 0))).toBeUndefined();
});

test.each([
  ["no UUID", "7", 0],
  ["a fraction", randomUUID(), 0.5],
  ["a negative counter", randomUUID(), -1],
  ["a counter that does not fit", randomUUID(), 2 ** 32],
])("%s is a mistake of the caller", (_, sessionId, counter) => {
  expect(() => refresh.make(sessionId, counter)).toThrow(TypeError);
});

test("100 KB are refused at once", async () => {
  const long = `lrt_${"A".repeat(100_000)}`;
  expect(await quickest(() => expect(refresh.read(long)).toBeUndefined())).toBeLessThan(50);
});
