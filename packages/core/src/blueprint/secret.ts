import { hkdfSync, randomBytes } from "node:crypto";

const minimumBytes = 32;
const minimumDistinct = 16;
const hex = /^(?:[0-9a-f]{2})+$/i;
const base64 = /^[A-Za-z0-9+/]+={0,2}$|^[A-Za-z0-9_-]+$/;

/** The key that every other key of an application is derived from. */
export interface RootKey {
  /** A 32-byte key for one purpose (HKDF-SHA-256, RFC 5869). */
  derive(label: "cursor" | "etag" | `${string}.${string}`): Uint8Array;
}

/**
 * Why a secret is refused, or `undefined`: it must be at least 32 random bytes, as base64 or hex. Never contains the
 * secret.
 * @param name The variable that it came from, for the sentence.
 */
export function secretProblem(name: string, text: string): string | undefined {
  const bytes = decodeSecret(text);
  if (bytes === undefined) return `${name} is neither base64 nor hex. ${advice(name)}`;
  if (bytes.length < minimumBytes) {
    return `${name} has ${bytes.length} bytes after decoding, at least ${minimumBytes} are needed. ${advice(name)}`;
  }
  return isRandom(bytes) && !isWriting(text) ? undefined : `${name} is not random. ${advice(name)}`;
}

/** Whether bytes could be random ones: not few different ones, and no pattern repeated. */
function isRandom(bytes: Uint8Array): boolean {
  if (new Set(bytes).size < minimumDistinct) return false;
  const periods = Array.from({ length: Math.floor(bytes.length / 2) }, (_, index) => index + 1);
  return !periods.some((period) => bytes.every((byte, at) => at < period || byte === bytes[at - period]));
}

/** Whether a text is one of words, such as the samples of tutorials: base64 of random bytes has letters of both cases. */
function isWriting(text: string): boolean {
  return !hex.test(text) && (text === text.toLowerCase() || text === text.toUpperCase());
}

function advice(name: string): string {
  return `Make one with: node -p "'${name}=' + crypto.randomBytes(32).toString('base64')"`;
}

/** The bytes that a secret stands for in hex or base64; `undefined` where it is neither. */
export function decodeSecret(text: string): Uint8Array | undefined {
  if (hex.test(text)) return Buffer.from(text, "hex");
  return base64.test(text) ? Buffer.from(text, "base64") : undefined;
}

/** Makes the root key from a checked secret; without one, from random bytes that live as long as the process. */
export function rootKey(text: string | undefined): RootKey {
  const secret = (text === undefined ? undefined : decodeSecret(text)) ?? randomBytes(minimumBytes);
  return {
    derive: (label) => new Uint8Array(hkdfSync("sha256", secret, "", `lucent:${label}:1`, 32)),
  };
}
