import { randomUUID, type webcrypto } from "node:crypto";

// oxlint-disable-next-line eslint/no-restricted-imports -- the one file that makes and reads JSON Web Tokens
import { type JWTPayload, jwtVerify, SignJWT } from "jose";

import { readHmacToken, writeHmacToken } from "./hmac-token.ts";
import type { KeyRing, RingKey, SigningAlgorithm } from "./key-ring.ts";
import { hasLowS, withLowS } from "./low-s.ts";

/** Whom an access token speaks for. Ids only: what an account is and may is read from the database. */
export interface AccessSubject {
  /** Id of the account. */
  readonly sub: string;
  /** Id of the session, without which the token is worth nothing. */
  readonly sid: string;
  /** Slug of the account's collection: ids of two collections are two worlds. */
  readonly col: string;
}

/** What a valid access token says. Whether the session is alive is not known yet. */
export interface AccessClaims extends AccessSubject {
  /** Id of the token itself. */
  readonly jti: string;
  /** Issued at, in seconds since the epoch. */
  readonly iat: number;
  /** Expires at, in seconds since the epoch. */
  readonly exp: number;
}

/** What access tokens are made of. */
export interface AccessTokenOptions {
  readonly ring: KeyRing;
  readonly issuer: string;
  readonly audience: string;
  /** Slugs of the collections whose documents are accounts. */
  readonly collections: ReadonlySet<string>;
  /** Life of a token in seconds. */
  readonly ttl: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Makes and reads the short-lived tokens that requests carry (RFC 9068). */
export interface AccessTokens {
  sign(subject: AccessSubject): Promise<string>;
  /** What the token says; `undefined` for anything but a token of ours that is valid now. Never throws. */
  verify(token: string): Promise<AccessClaims | undefined>;
}

const type = "at+jwt";
// Clocks of two nodes may differ by so many seconds.
const clockTolerance = 5;
const longestToken = 4_096;
const longestId = 64;
const required = ["iss", "aud", "sub", "sid", "col", "jti", "iat", "exp"];

const importAs: Readonly<Record<SigningAlgorithm, Parameters<RingKey["verifying"]["toCryptoKey"]>[0]>> = {
  HS256: { name: "HMAC", hash: "SHA-256" },
  EdDSA: { name: "Ed25519" },
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
};

// What signing and verifying take, in µs, the quickest of 40 batches on a virtual machine with 2 cores:
//
//            HS256    EdDSA     ES256     RS256
//   Node 24  21, 20   53, 121   70, 110   303, 37
//   Bun 1.4  10, 14   23,  56   32,  68   515, 30
//
// A CryptoKey is made once: jose would import the bytes of a secret for each token (HS256 on Node: 31, 29). WebCrypto runs
// in the pool of threads that password hashes run in too and waits behind them, which is why HS256 does without it: see
// `hmac-token.ts`. With the other algorithms a larger pool helps (UV_THREADPOOL_SIZE).

/**
 * Access tokens under a ring of keys. jose signs them and verifies signatures, but for HS256 (`hmac-token.ts`), and every
 * option that it leaves open is closed here (RFC 8725): left alone it takes any algorithm that fits the key, and no claim is needed.
 *
 * The header of a token is one of the few that this ring writes, byte for byte, or the token is refused: nothing of it is
 * decoded, so no `alg`, `crit`, `jku` or `jwk` of a stranger is ever looked at, and the name of a key decides on its
 * algorithm. Every part is base64url in its one spelling; for an ES256 signature see `low-s.ts`.
 */
export function accessTokens(options: AccessTokenOptions): AccessTokens {
  const { ring, issuer, audience, ttl, now = Date.now } = options;
  const sign = signerOf(ring.signer);
  const readers = new Map([...ring.keys.values()].map((key) => [headerText(key), reader(key, options)]));
  return {
    async sign({ sub, sid, col }) {
      const iat = Math.floor(now() / 1000);
      const payload = { iss: issuer, aud: audience, sub, sid, col, jti: randomUUID(), iat, exp: iat + ttl };
      return sign(payload);
    },
    async verify(token) {
      if (token.length > longestToken) return undefined;
      const parts = token.split(".");
      const [header = "", payload = "", mac = ""] = parts;
      if (parts.length !== 3 || !isCanonical(payload) || !isCanonical(mac)) return undefined;
      try {
        return await readers.get(header)?.(token, mac);
      } catch {
        return undefined;
      }
    },
  };
}

/** HS256 does without the pool of threads, where a sign-in would wait behind the next ones' passwords. */
function signerOf(key: KeyRing["signer"]): (payload: JWTPayload) => string | Promise<string> {
  if (key.alg === "HS256") {
    const header = headerText(key);
    return (payload) => writeHmacToken(key, header, payload);
  }
  const cryptoKey = key.signing.toCryptoKey(importAs[key.alg], false, ["sign"]);
  return async (payload) => {
    const token = await new SignJWT(payload).setProtectedHeader(headerOf(key)).sign(cryptoKey);
    return key.alg === "ES256" ? withSignature(token, withLowS) : token;
  };
}

type Reader = (token: string, mac: string) => Promise<AccessClaims | undefined>;

function reader(key: RingKey, options: AccessTokenOptions): Reader {
  const { collections, now = Date.now } = options;
  const payloadOf = key.alg === "HS256" ? hmacReader(key, options) : signatureReader(key, options);
  return async (token, mac) => {
    const time = now();
    if (time >= key.notAfter || (key.alg === "ES256" && !hasLowS(mac))) return undefined;
    const payload = await payloadOf(token, time);
    const claims = payload === undefined ? undefined : claimsOf(payload);
    return claims !== undefined && collections.has(claims.col) ? claims : undefined;
  };
}

/** What a token says that was made with the key, for us, and is valid at a time. */
type PayloadReader = (
  token: string,
  time: number,
) => JWTPayload | undefined | Promise<JWTPayload | undefined>;

function hmacReader(key: RingKey, { issuer, audience, ttl }: AccessTokenOptions): PayloadReader {
  const checks = { issuer, audience, ttl, clockTolerance };
  return (token, time) => readHmacToken(key, token, { checks, seconds: Math.floor(time / 1000) });
}

function signatureReader(key: RingKey, { issuer, audience, ttl }: AccessTokenOptions): PayloadReader {
  const cryptoKey: webcrypto.CryptoKey = key.verifying.toCryptoKey(importAs[key.alg], false, ["verify"]);
  const checks = {
    algorithms: [key.alg],
    typ: type,
    issuer,
    audience,
    requiredClaims: required,
    clockTolerance,
    maxTokenAge: ttl,
  };
  return async (token, time) => {
    const { payload } = await jwtVerify(token, cryptoKey, { ...checks, currentDate: new Date(time) });
    // jose would take a list of audiences that ours is among.
    return payload.aud === audience ? payload : undefined;
  };
}

/** The claims with their types: to jose a subject may be an object, and a time a fraction. */
function claimsOf({ sub, sid, col, jti, iat, exp }: JWTPayload): AccessClaims | undefined {
  if (!isId(sub) || !isId(sid) || !isId(col) || !isId(jti)) return undefined;
  return isTime(iat) && isTime(exp) ? { sub, sid, col, jti, iat, exp } : undefined;
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= longestId;
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function headerOf({ alg, kid }: RingKey): {
  readonly alg: string;
  readonly typ: string;
  readonly kid: string;
} {
  return { alg, typ: type, kid };
}

function headerText(key: RingKey): string {
  return Buffer.from(JSON.stringify(headerOf(key))).toString("base64url");
}

/** Whether a part decodes to bytes that are written as exactly this part: no padding, no unused bits, no other alphabet. */
function isCanonical(part: string): boolean {
  return part === Buffer.from(part, "base64url").toString("base64url");
}

function withSignature(token: string, change: (signature: string) => string): string {
  const start = token.lastIndexOf(".") + 1;
  return token.slice(0, start) + change(token.slice(start));
}
