import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

import type { EncryptionKey } from "./encryption-keys.ts";

// AES-256-GCM (NIST SP 800-38D) with a nonce of 96 random bits. One key may encrypt 2^32 values that way (8.3).
const algorithm = "aes-256-gcm";
const format = 1;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + nonceBytes;

/**
 * Encrypts a text as base64 of one byte for this format, the nonce, the ciphertext and the tag. The name and the
 * version of the key are bound to it: under another name it does not decrypt.
 */
export function seal(text: string, name: string, { version, material }: EncryptionKey): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, material, nonce, { authTagLength: tagBytes });
  cipher.setAAD(boundTo(name, version));
  const sealed = [Uint8Array.of(format), nonce, cipher.update(text, "utf8"), cipher.final()];
  return Buffer.concat([...sealed, cipher.getAuthTag()]).toString("base64");
}

/** Decrypts what `seal` made; `undefined` for anything that it did not make of this name under this key. */
export function unseal(
  sealed: string,
  name: string,
  { version, material }: EncryptionKey,
): string | undefined {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes[0] !== format || bytes.length < headBytes + tagBytes) return undefined;
  const nonce = bytes.subarray(1, headBytes);
  const decipher = createDecipheriv(algorithm, material, nonce, { authTagLength: tagBytes });
  decipher.setAAD(boundTo(name, version));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const text = decipher.update(bytes.subarray(headBytes, -tagBytes));
  try {
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    // The tag is wrong: nothing of what was decrypted may be used.
    return undefined;
  }
}

/** Additional authenticated data. Neither part can hold the space between them. */
function boundTo(name: string, version: string): Uint8Array {
  return Buffer.from(`lucent_secrets ${format} ${version} ${name}`, "utf8");
}
