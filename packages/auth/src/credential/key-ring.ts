import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  type JsonWebKey,
  KeyObject,
} from "node:crypto";

import { BootError, decodeSecret } from "@lucent/core";

/** How tokens may be signed (RFC 7518, RFC 8037). RS256 is for verifiers elsewhere that know nothing better. */
export type SigningAlgorithm = "HS256" | "EdDSA" | "ES256" | "RS256";

/** One key of the ring, as an application gives it. */
export interface SigningKey {
  /** The name that tokens carry, `[A-Za-z0-9._-]{1,64}`. A name stands for one key for ever. */
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  /**
   * HS256: at least 32 random bytes. Otherwise a private key, or a public one where it only verifies: EdDSA on Ed25519,
   * ES256 on P-256, RS256 with at least 2,048 bits. For PEM text: `createPrivateKey(text)` of node:crypto.
   */
  readonly key: Uint8Array | KeyObject | JsonWebKey;
  /** Exactly one key signs. The others verify the tokens that they signed before, or will sign next. */
  readonly state: "sign" | "verify";
  /** From when on a key that only verifies does not. Default: it verifies as long as it is listed. */
  readonly notAfter?: Date;
}

/** A key that was checked. What it may be used for is its type's to say: it is never guessed from text. */
export interface RingKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  /** Secret or private; only the key that signs has it. */
  readonly signing: KeyObject | undefined;
  /** Secret or public. */
  readonly verifying: KeyObject;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

/** The keys by their names, and the one that signs. */
export interface KeyRing {
  readonly keys: ReadonlyMap<string, RingKey>;
  readonly signer: RingKey & { readonly signing: KeyObject };
}

const kidGrammar = /^[A-Za-z0-9._-]{1,64}$/;
const minimumBytes = 32;
const minimumDistinct = 16;
const minimumBits = 2_048;
// With a smaller one a signature says little, with 1 nothing (FIPS 186-5 5.4).
const minimumExponent = 65_537n;

/** Why a ring is refused, one sentence each, without any part of a key. Empty: `keyRing` takes it. */
export function keyRingProblems(keys: readonly SigningKey[]): readonly string[] {
  const signers = keys.filter(({ state }) => state === "sign").length;
  return [
    ...keys.flatMap((key, index) => keyProblem(key, keys.slice(0, index))),
    ...(signers === 1 ? [] : [`Exactly one key signs tokens: ${signers} of ${keys.length} do.`]),
  ];
}

/**
 * Makes the ring. Rotation: list the new key with `state: "verify"` on every node, then let it sign and the old one
 * verify, then drop the old one when the last token that it signed is over.
 * @throws BootError with what `keyRingProblems` says.
 */
export function keyRing(keys: readonly SigningKey[]): KeyRing {
  const problems = keyRingProblems(keys);
  const ring = new Map(problems.length === 0 ? keys.map((key) => [key.kid, ringKey(key)] as const) : []);
  const signer = [...ring.values()].find(({ signing }) => signing !== undefined);
  if (signer?.signing === undefined) throw new BootError(problems);
  return { keys: ring, signer: { ...signer, signing: signer.signing } };
}

/**
 * The key for HS256 from the text of `JWT_SECRET`, which `secretProblem` has passed. Its name is derived from it and
 * tells nothing about it, so that another secret is another name.
 * @throws TypeError for text that is no secret.
 */
export function secretKeyFrom(text: string, state: SigningKey["state"] = "sign"): SigningKey {
  const key = decodeSecret(text);
  if (key === undefined) throw new TypeError("a secret is base64 or hex");
  const kid = Buffer.from(hkdfSync("sha256", key, "", "lucent:auth.kid:1", 9)).toString("base64url");
  return { kid, alg: "HS256", key, state };
}

function ringKey(given: SigningKey): RingKey {
  const { kid, alg, state, notAfter } = given;
  const key = keyObject(given);
  const verifying = key.type === "private" ? createPublicKey(key) : key;
  const signing = state === "sign" ? key : undefined;
  return { kid, alg, signing, verifying, notAfter: notAfter?.getTime() ?? Infinity };
}

function keyProblem(given: SigningKey, before: readonly SigningKey[]): readonly string[] {
  const { kid, alg, state, notAfter } = given;
  if (!kidGrammar.test(kid)) return ["The kid of a signing key has 1 to 64 characters of A-Z a-z 0-9 . _ -"];
  if (before.some((other) => other.kid === kid)) return [`Two signing keys are called ${kid}.`];
  if (state === "sign" && notAfter !== undefined) {
    return [`The key ${kid} signs, so it can't have a notAfter: let another key sign first.`];
  }
  if (notAfter !== undefined && Number.isNaN(notAfter.getTime()))
    return [`The notAfter of ${kid} is no date.`];
  return isFit(given) ? [] : [`The key ${kid} is not ${wanted[alg]}${state === "sign" ? ", private" : ""}.`];
}

const wanted: Readonly<Record<SigningAlgorithm, string>> = {
  HS256: "a secret of at least 32 random bytes for HS256",
  EdDSA: "an Ed25519 key for EdDSA",
  ES256: "a P-256 key for ES256",
  RS256: "an RSA key of at least 2,048 bits for RS256",
};

function isFit(given: SigningKey): boolean {
  try {
    const key = keyObject(given);
    if (given.alg !== "HS256" && given.state === "sign" && key.type !== "private") return false;
    return isOfAlgorithm(key, given.alg);
  } catch {
    // What node:crypto can't read as this kind of key. Its message may quote the key.
    return false;
  }
}

function isOfAlgorithm(key: KeyObject, alg: SigningAlgorithm): boolean {
  const details = key.asymmetricKeyDetails;
  switch (alg) {
    case "HS256":
      return key.type === "secret" && isRandom(key.export());
    case "EdDSA":
      return key.asymmetricKeyType === "ed25519";
    case "ES256":
      return key.asymmetricKeyType === "ec" && details?.namedCurve === "prime256v1";
    case "RS256":
      return (
        key.asymmetricKeyType === "rsa" &&
        (details?.modulusLength ?? 0) >= minimumBits &&
        (details?.publicExponent ?? 0n) >= minimumExponent
      );
  }
}

function isRandom(secret: Uint8Array): boolean {
  return secret.length >= minimumBytes && new Set(secret).size >= minimumDistinct;
}

/** The key with its type. A JWK says itself whether it is private; bytes are a secret and nothing else. */
function keyObject({ key }: SigningKey): KeyObject {
  if (key instanceof KeyObject) return key;
  if (key instanceof Uint8Array) return createSecretKey(key);
  if (key.kty === "oct") return createSecretKey(Buffer.from(key.k ?? "", "base64url"));
  const jwk = { key, format: "jwk" } as const;
  return key.d === undefined ? createPublicKey(jwk) : createPrivateKey(jwk);
}
