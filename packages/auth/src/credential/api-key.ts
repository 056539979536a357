import { createHash, randomInt } from "node:crypto";
import { crc32 } from "node:zlib";

/** What a key is for. Its text says so, so that one in the wrong place is seen. */
export type ApiKeyMode = "live" | "test";

/** What the database keeps of a key. */
export interface ApiKeyReference {
  /** Eight characters by which a key is found and may be named in logs. */
  readonly publicId: string;
  /** SHA-256 of the whole key in hex: every character of it counts. */
  readonly hash: string;
}

/** A new key. Its text is shown once and kept nowhere. */
export interface NewApiKey extends ApiKeyReference {
  readonly key: string;
}

// Letters and digits alone: a double click takes the whole key, and nothing in it has to be escaped.
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const publicIdLength = 8;
// 43 of 62 characters are 256 bits.
const secretLength = 43;
const checksumLength = 6;
const grammar = /^lk_(?:live|test)_([A-Za-z0-9]{8})_[A-Za-z0-9]{49}$/;

/** Makes a key: `lk_<mode>_<public id>_<secret><checksum>`. The prefix is what scanners of leaked secrets look for. */
export function newApiKey(mode: ApiKeyMode): NewApiKey {
  const publicId = randomText(publicIdLength);
  const body = `lk_${mode}_${publicId}_${randomText(secretLength)}`;
  const key = body + checksumOf(body);
  return { key, publicId, hash: hashOf(key) };
}

/**
 * What to look for in the database; `undefined` for text that can't be a key. The checksum keeps typing errors and most
 * guesses away from the database; it proves nothing.
 */
export function readApiKey(text: string): ApiKeyReference | undefined {
  const publicId = grammar.exec(text)?.[1];
  if (publicId === undefined) return undefined;
  const body = text.slice(0, -checksumLength);
  return text.endsWith(checksumOf(body)) ? { publicId, hash: hashOf(text) } : undefined;
}

function randomText(length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}

/** CRC-32 to the base 62, as in the tokens of large hosts of code, padded to six digits. */
function checksumOf(body: string): string {
  let rest = crc32(body);
  let digits = "";
  for (let place = 0; place < checksumLength; place += 1) {
    digits = alphabet.charAt(rest % alphabet.length) + digits;
    rest = Math.floor(rest / alphabet.length);
  }
  return digits;
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
