import { randomBytes } from "node:crypto";

import { createLocalJWKSet, jwtVerify } from "jose";
import { expect, test } from "vitest";

import { publicKeys } from "../../src/credential/jwks.ts";
import { keyRing } from "../../src/credential/key-ring.ts";
import { jwk, origin, pairs, seconds, signer, subject, tokens, verifier } from "./forge.ts";

const mixed = [
  signer("ES256"),
  verifier("EdDSA", "next"),
  { ...signer("RS256", "former"), state: "verify" },
  { kid: "secret", alg: "HS256", key: randomBytes(32), state: "verify" },
] as const;

test("T-JWT-14 public members alone are listed", () => {
  const { keys } = publicKeys(keyRing(mixed));
  expect(keys.map(({ kid, alg, use, kty }) => ({ kid, alg, use, kty }))).toEqual([
    { kid: "a", alg: "ES256", use: "sig", kty: "EC" },
    { kid: "next", alg: "EdDSA", use: "sig", kty: "OKP" },
    { kid: "former", alg: "RS256", use: "sig", kty: "RSA" },
  ]);
  const members = new Set(keys.flatMap((key) => Object.keys(key)));
  expect([...members].toSorted()).toEqual(["alg", "crv", "e", "kid", "kty", "n", "use", "x", "y"]);
  const text = JSON.stringify(keys);
  for (const { privateKey } of Object.values(pairs)) {
    const { d = "", p, q } = jwk(privateKey);
    for (const part of [d, p, q]) if (part !== undefined) expect(text).not.toContain(part);
  }
});

test("T-JWT-14 a secret has no public part", () => {
  expect(publicKeys(keyRing([signer("HS256")]))).toEqual({ keys: [] });
});

test("another service verifies a token with what is listed", async () => {
  const { keys } = publicKeys(keyRing(mixed));
  const token = await tokens(mixed).sign(subject);
  const options = { issuer: origin, audience: origin, currentDate: new Date(seconds * 1000) };
  const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...keys] }), options);
  expect(payload).toMatchObject(subject);
});
