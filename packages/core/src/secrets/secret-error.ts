import type { SecretKey } from "../contract/secrets.ts";

/** Why a secret can't be read or stored. */
export type SecretErrorCode =
  /** It must be there, and is not. */
  | "SECRET_MISSING"
  /** It was written under a key that is not given any more, or not yet. */
  | "SECRET_KEY_UNKNOWN"
  /** Its row was changed, or moved to another name. */
  | "SECRET_UNREADABLE"
  /** Its value has more than 65,536 bytes of JSON. */
  | "SECRET_TOO_LARGE";

const reasons: Readonly<Record<SecretErrorCode, string>> = {
  SECRET_MISSING: "is not set",
  SECRET_KEY_UNKNOWN:
    "was encrypted under a key that is neither LUCENT_SECRETS_KEY nor in LUCENT_SECRETS_KEY_PREVIOUS",
  SECRET_UNREADABLE: "can't be decrypted: its row was changed or moved",
  SECRET_TOO_LARGE: "has more than 65,536 bytes of JSON",
};

/**
 * A failure with a secret. It is the server's own affair, so a client only ever meets INTERNAL. Its message carries the
 * name of the secret, for the log, and never a value or an encryption key.
 */
export class SecretError extends Error {
  override readonly name = "SecretError";
  readonly code: SecretErrorCode;
  readonly key: SecretKey;

  constructor(code: SecretErrorCode, key: SecretKey) {
    super(`The secret "${key}" ${reasons[code]}.`);
    this.code = code;
    this.key = key;
  }
}
