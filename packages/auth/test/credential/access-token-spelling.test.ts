import { createHmac } from "node:crypto";

import { describe, expect, test } from "vitest";

import type { SigningAlgorithm } from "../../src/credential/key-ring.ts";
import { quickest } from "../quickest.ts";
import { expectRefused } from "./expect-refused.ts";
import { claims, encode, forgeHmac, header, secret, signer, signingInput, subject, tokens } from "./forge.ts";

const access = tokens([signer("HS256")]);

describe.each<SigningAlgorithm>(["HS256", "EdDSA", "ES256", "RS256"])(
  "T-JWT-11 a second spelling, %s",
  (alg) => {
    const own = tokens([signer(alg)]);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    test("no other character stands at any of the last three places", async () => {
      const token = await own.sign(subject);
      for (let place = token.length - 3; place < token.length; place += 1) {
        for (const other of alphabet) {
          if (other === token[place]) continue;
          expect(await own.verify(token.slice(0, place) + other + token.slice(place + 1))).toBeUndefined();
        }
      }
    });

    test("nothing is added, and nothing is written in another way", async () => {
      const token = await own.sign(subject);
      const [head = "", payload = "", mac = ""] = token.split(".");
      const others = [
        `${token}=`,
        `${token}==`,
        `${token}.`,
        `${token}.${mac}`,
        `.${token}`,
        ` ${token}`,
        `${token} `,
        `${token}\n`,
        `${token}\0`,
        `${head} .${payload}.${mac}`,
        `${head}.\n${payload}.${mac}`,
        `${head}=.${payload}.${mac}`,
        `${head}.${payload}=.${mac}`,
        `${head}..${mac}`,
        `${head}.${payload}.`,
        `${head}.${payload}`,
        `${head}.${payload}.${mac.slice(0, -1)}`,
        `${head}.${payload}.${mac}A`,
        `${head}.${payload}.${mac.slice(0, 4)} ${mac.slice(4)}`,
        token.toLowerCase(),
        token.replaceAll(".", "。"),
        "",
        ".",
        "..",
        "...",
      ];
      for (const other of others) await expectRefused(own, other);
      expect(await own.verify(token)).toMatchObject(subject);
    });
  },
);

test("T-JWT-11 bits that base64url leaves unused are zero, though the signature is right", async () => {
  const all = ["j", "jj", "jjj"].map((jti) => claims({ jti }));
  const input = signingInput(
    header("HS256"),
    all.find((each) => encode(each).length % 4 === 2),
  );
  const odd = input.slice(0, -1) + String.fromCharCode(input.charCodeAt(input.length - 1) + 1);
  expect(
    Buffer.from(odd.split(".")[1] ?? "", "base64url").equals(
      Buffer.from(input.split(".")[1] ?? "", "base64url"),
    ),
  ).toBe(true);
  expect(await access.verify(signed(input))).toMatchObject(subject);
  await expectRefused(access, signed(odd));
});

function signed(input: string): string {
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

test.each([
  ["%E0%A4%A"],
  [""],
  [" "],
  ["a b"],
  ["\0"],
  ["\u{1f600}.\ud800.é"],
  ["A".repeat(100_000)],
  [".".repeat(100_000)],
  [`${"A".repeat(2_000)}.${"A".repeat(2_000)}.A`],
])("T-JWT-12 what is no token at all is refused at once, %#", async (text) => {
  expect(await quickest(async () => expectRefused(access, text))).toBeLessThan(50);
});

test("T-JWT-12 a token beyond 4 KiB is refused, whoever signed it", async () => {
  const long = (size: number) => forgeHmac(header("HS256"), claims({ extra: "x".repeat(size) }));
  expect(long(2_600).length).toBeLessThanOrEqual(4_096);
  expect(await access.verify(long(2_600))).toMatchObject(subject);
  expect(long(3_000).length).toBeGreaterThan(4_096);
  await expectRefused(access, long(3_000));
});
