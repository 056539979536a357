import { createPublicKey, createSecretKey, generateKeyPairSync, randomBytes } from "node:crypto";

import { isBootError } from "@lucent/core";
import { describe, expect, test } from "vitest";

import {
  keyRing,
  keyRingProblems,
  secretKeyFrom,
  type SigningAlgorithm,
  type SigningKey,
} from "../../src/credential/key-ring.ts";
import { jwk, pairs, secret, signer, verifier } from "./forge.ts";

const algorithms: readonly SigningAlgorithm[] = ["HS256", "EdDSA", "ES256", "RS256"];

describe.each(algorithms)("%s", (alg) => {
  test("a key is taken, and its kinds of material are one", () => {
    const forms =
      alg === "HS256"
        ? [secret, createSecretKey(secret), { kty: "oct", k: secret.toString("base64url") }]
        : [pairs[alg].privateKey, jwk(pairs[alg].privateKey)];
    for (const form of forms) {
      const ring = keyRing([{ kid: "a", alg, key: form, state: "sign" }]);
      expect(ring.signer.kid).toBe("a");
      expect(ring.signer.verifying.equals(keyRing([signer(alg)]).signer.verifying)).toBe(true);
      expect(ring.signer.verifying.type).toBe(alg === "HS256" ? "secret" : "public");
    }
  });

  test("a key that only verifies holds nothing to sign with, even where it was given a private key", () => {
    const other: SigningKey = { kid: "s", alg: "HS256", key: randomBytes(32), state: "sign" };
    const ring = keyRing([other, { ...signer(alg), state: "verify" }]);
    expect(ring.keys.get("a")?.signing).toBeUndefined();
    expect(ring.keys.get("a")?.verifying.type).not.toBe("private");
  });

  test.each(algorithms.filter((other) => other !== alg))("its key is refused for %s", (other) => {
    expect(keyRingProblems([{ ...signer(alg), alg: other }])).toEqual([
      expect.stringContaining("The key a is not"),
    ]);
  });
});

const small = generateKeyPairSync("rsa", { modulusLength: 1_024 });
const even = generateKeyPairSync("rsa", { modulusLength: 2_048, publicExponent: 3 });
const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" });
const x25519 = generateKeyPairSync("x25519");

test.each<[string, Omit<SigningKey, "kid" | "state">]>([
  ["a secret of 31 bytes", { alg: "HS256", key: randomBytes(31) }],
  ["an empty secret", { alg: "HS256", key: new Uint8Array() }],
  ["a secret of one byte many times", { alg: "HS256", key: new Uint8Array(64).fill(7) }],
  ["an empty JWK for a secret", { alg: "HS256", key: { kty: "oct" } }],
  ["an RSA key of 1,024 bits", { alg: "RS256", key: small.privateKey }],
  ["an RSA key with a small exponent", { alg: "RS256", key: even.privateKey }],
  ["an EC key on another curve", { alg: "ES256", key: p384.privateKey }],
  ["a key for agreement", { alg: "EdDSA", key: x25519.privateKey }],
  ["a public key", { alg: "ES256", key: pairs.ES256.publicKey }],
  ["a public JWK", { alg: "EdDSA", key: jwk(pairs.EdDSA.publicKey) }],
  ["a JWK of no kind", { alg: "EdDSA", key: {} }],
  [
    "a point that is not on the curve",
    { alg: "ES256", key: { ...jwk(pairs.ES256.privateKey), x: jwk(pairs.ES256.privateKey).y ?? "" } },
  ],
])("%s does not sign", (_, key) => {
  const problems = keyRingProblems([{ kid: "a", state: "sign", ...key }]);
  expect(problems).toEqual([expect.stringMatching(/^The key a is not .*\.$/)]);
});

test.each(["", "\0", "../../etc/passwd", "a b", "k".repeat(65)])(
  "a kid that is no name is refused: %j",
  (kid) => {
    expect(keyRingProblems([signer("HS256", kid)])).toEqual([expect.stringContaining("kid")]);
  },
);

test("exactly one key signs, and every key has a name of its own", () => {
  const both = [signer("HS256", "a"), signer("EdDSA", "b")];
  expect(keyRingProblems([])).toEqual(["Exactly one key signs tokens: 0 of 0 do."]);
  expect(keyRingProblems(both)).toEqual(["Exactly one key signs tokens: 2 of 2 do."]);
  expect(keyRingProblems([verifier("EdDSA", "a")])).toEqual(["Exactly one key signs tokens: 0 of 1 do."]);
  expect(keyRingProblems([signer("HS256", "a"), verifier("EdDSA", "a")])).toEqual([
    "Two signing keys are called a.",
  ]);
  expect(() => keyRing(both)).toThrow(expect.toSatisfy(isBootError));
});

test("the end of a key is a date, and of one that no longer signs", () => {
  const retired = { ...verifier("EdDSA", "b"), notAfter: new Date(5_000) };
  expect(keyRing([signer("HS256"), retired]).keys.get("b")?.notAfter).toBe(5_000);
  expect(keyRingProblems([{ ...signer("HS256"), notAfter: new Date() }])).toEqual([
    "The key a signs, so it can't have a notAfter: let another key sign first.",
  ]);
  expect(keyRingProblems([signer("HS256"), { ...retired, notAfter: new Date(Number.NaN) }])).toEqual([
    "The notAfter of b is no date.",
  ]);
});

test("no problem quotes a key", () => {
  const weak = Buffer.from("changemechangemechangemechangeme");
  const problems = keyRingProblems([
    { kid: "a", alg: "HS256", key: weak, state: "sign" },
    {
      kid: "b",
      alg: "EdDSA",
      key: { kty: "OKP", crv: "Ed25519", d: "canary", x: "canary" },
      state: "verify",
    },
  ]).join("\n");
  expect(problems).toContain("The key b is not");
  for (const form of ["changeme", weak.toString("base64"), weak.toString("hex"), "canary"]) {
    expect(problems).not.toContain(form);
  }
});

describe("JWT_SECRET", () => {
  const text = randomBytes(32).toString("base64");

  test("gives a key whose name is the same on every node and tells nothing of it", () => {
    const key = secretKeyFrom(text);
    expect(key).toEqual(secretKeyFrom(Buffer.from(text, "base64").toString("hex")));
    expect(key.kid).toMatch(/^[A-Za-z0-9_-]{12}$/);
    expect(keyRing([key]).signer.signing.export().toString("base64")).toBe(text);
    expect(secretKeyFrom(randomBytes(32).toString("base64")).kid).not.toBe(key.kid);
  });

  test("can be one that only verifies", () => {
    const next = secretKeyFrom(randomBytes(32).toString("base64"));
    expect(keyRing([secretKeyFrom(text, "verify"), next]).signer.kid).toBe(next.kid);
  });

  test("that is no secret is refused", () => {
    expect(() => secretKeyFrom("correct horse battery staple")).toThrow(TypeError);
    expect(keyRingProblems([secretKeyFrom("abcdef0123456789")])).toEqual([
      expect.stringContaining("32 random bytes"),
    ]);
  });
});

test("a public key is one whichever way it came", () => {
  const { privateKey, publicKey } = pairs.ES256;
  expect(createPublicKey(privateKey).equals(publicKey)).toBe(true);
  expect(keyRing([signer("ES256")]).signer.verifying.equals(publicKey)).toBe(true);
});
