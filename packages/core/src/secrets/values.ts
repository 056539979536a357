import { jsonText } from "../blueprint/json-text.ts";
import type { Json } from "../contract/field.ts";
import type { SecretKey } from "../contract/secrets.ts";
import type { SealedSecret } from "../sql/secrets.ts";
import { seal, unseal } from "./cipher.ts";
import type { EncryptionKey, EncryptionKeys } from "./encryption-keys.ts";
import { SecretError } from "./secret-error.ts";

const maxBytes = 65_536;

/**
 * Encrypts a value under the current key.
 * @throws SecretError `SECRET_TOO_LARGE`; TypeError for a value that is no JSON.
 */
export function sealedSecret(name: SecretKey, value: Json, { current }: EncryptionKeys): SealedSecret {
  const text = writtenValue(value);
  if (text === undefined) throw new TypeError("the value of a secret must be JSON");
  if (Buffer.byteLength(text) > maxBytes) throw new SecretError("SECRET_TOO_LARGE", name);
  return sealedText(name, text, current);
}

/** Decrypts a stored value. @throws SecretError `SECRET_KEY_UNKNOWN` or `SECRET_UNREADABLE`. */
export function unsealedValue(stored: SealedSecret, keys: EncryptionKeys): Json {
  // oxlint-disable-next-line no-restricted-properties, typescript/no-unsafe-type-assertion -- authenticated: it is what sealedSecret wrote
  return JSON.parse(unsealedText(stored, keys)) as Json;
}

/** The same value under the current key. @throws SecretError `SECRET_KEY_UNKNOWN` or `SECRET_UNREADABLE`. */
export function resealed(stored: SealedSecret, keys: EncryptionKeys): SealedSecret {
  return sealedText(stored.name, unsealedText(stored, keys), keys.current);
}

function sealedText(name: SecretKey, text: string, key: EncryptionKey): SealedSecret {
  return { name, value: seal(text, name, key), version: key.version };
}

function unsealedText({ name, value, version }: SealedSecret, { known }: EncryptionKeys): string {
  const key = known.get(version);
  if (key === undefined) throw new SecretError("SECRET_KEY_UNKNOWN", name);
  const text = unseal(value, name, key);
  if (text === undefined) throw new SecretError("SECRET_UNREADABLE", name);
  return text;
}

/** What JSON.stringify itself throws, for a value that holds itself, would name parts of it. */
function writtenValue(value: unknown): string | undefined {
  try {
    return jsonText(value);
  } catch {
    return undefined;
  }
}
