import {
  createHmac,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign as signBytes,
} from "node:crypto";

import {
  accessTokens,
  type AccessTokenOptions,
  type AccessTokens,
} from "../../src/credential/access-token.ts";
import { keyRing, type SigningAlgorithm, type SigningKey } from "../../src/credential/key-ring.ts";

/** The second that the tests take for now. */
export const seconds = 1_800_000_000;
export const origin = "https://api.example";
export const secret: Buffer = randomBytes(32);
export const subject = {
  sub: "0198c0de-0000-7000-8000-000000000001",
  sid: "0198c0de-0000-4000-8000-000000000002",
  col: "users",
};

export interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const pairs: Readonly<Record<Exclude<SigningAlgorithm, "HS256">, Pair>> = {
  EdDSA: generateKeyPairSync("ed25519"),
  ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  RS256: generateKeyPairSync("rsa", { modulusLength: 2_048 }),
};

/** A key that signs, called `a`. */
export function signer(alg: SigningAlgorithm, kid = "a"): SigningKey {
  return { kid, alg, key: alg === "HS256" ? secret : pairs[alg].privateKey, state: "sign" };
}

/** A key that only verifies. */
export function verifier(alg: SigningAlgorithm, kid: string): SigningKey {
  return { kid, alg, key: alg === "HS256" ? secret : pairs[alg].publicKey, state: "verify" };
}

/** Access tokens of a deployment. */
export function tokens(
  keys: readonly SigningKey[],
  options: Partial<Omit<AccessTokenOptions, "ring">> = {},
): AccessTokens {
  return accessTokens({
    ring: keyRing(keys),
    issuer: origin,
    audience: origin,
    collections: new Set(["users", "admins"]),
    ttl: 900,
    now: () => seconds * 1000,
    ...options,
  });
}

/** The claims of a token that is valid. */
export function claims(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { iss: origin, aud: origin, ...subject, jti: "j", iat: seconds, exp: seconds + 900, ...changes };
}

/** The header of a token of the key `a`; members as we write them, then what is added. */
export function header(
  alg: string,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return { alg, typ: "at+jwt", kid: "a", ...changes };
}

export function encode(part: unknown): string {
  return Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");
}

/** What is signed of a token. Texts are taken as they are, so that they need not be JSON. */
export function signingInput(head: unknown, payload: unknown): string {
  return `${encode(head)}.${encode(payload)}`;
}

const digests: Readonly<Record<string, string>> = { HS384: "sha384", HS512: "sha512" };

/** A token whose signature is right for its `alg`, whatever else it says. */
export function forgeHmac(
  head: unknown,
  payload: unknown,
  options: { readonly key?: Uint8Array | string; readonly alg?: string } = {},
): string {
  const input = signingInput(head, payload);
  const mac = createHmac(digests[options.alg ?? ""] ?? "sha256", options.key ?? secret).update(input);
  return `${input}.${mac.digest("base64url")}`;
}

/** A token signed with a private key. */
export function forge(alg: Exclude<SigningAlgorithm, "HS256">, head: unknown, payload: unknown): string {
  const input = signingInput(head, payload);
  const digest = alg === "EdDSA" ? undefined : "sha256";
  const key = { key: pairs[alg].privateKey, dsaEncoding: "ieee-p1363" } as const;
  return `${input}.${signBytes(digest, Buffer.from(input), key).toString("base64url")}`;
}

/** A token with these bytes for a signature. */
export function withSignature(token: string, bytes: Uint8Array): string {
  return `${token.slice(0, token.lastIndexOf("."))}.${Buffer.from(bytes).toString("base64url")}`;
}

export function signatureOf(token: string): Buffer {
  return Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");
}

export function jwk(key: KeyObject): JsonWebKey {
  return key.export({ format: "jwk" });
}
