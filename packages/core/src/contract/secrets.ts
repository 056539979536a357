import type { Runner } from "./database.ts";
import type { Json } from "./field.ts";

declare const checked: unique symbol;

/** The name of a secret, `scope:owner:provider:name`, as `secretKey()` builds and checks it. */
export type SecretKey = string & { readonly [checked]: true };

/** What a secret is called. Each part has 1–128 letters, digits, `.`, `_` and `-`, and starts with a letter or a digit. */
export interface SecretParts {
  /** What kind of owner it has, such as `app` or `user`. */
  readonly scope: string;
  /** Which one: an id. */
  readonly owner: string;
  /** Whose door it opens, such as `stripe`. */
  readonly provider: string;
  /** Which of the provider's credentials it is, such as `api-key`. */
  readonly name: string;
}

/** What can be known of a secret without decrypting it. */
export interface SecretEntry {
  readonly key: SecretKey;
  /** Which encryption key it was written under: a digest of it, not the key. */
  readonly keyVersion: string;
  /** Whether that is the key under which values are written now. */
  readonly isCurrent: boolean;
  /** When its value was last set: UTC in milliseconds, as RFC 3339. A rotation leaves it as it is. */
  readonly updatedAt: string;
}

/** How a rotation is watched and stopped. */
export interface RotateOptions {
  /** Ends the rotation in front of the next secret; what was rotated stays so. */
  readonly signal?: AbortSignal;
  /** Told after each batch how many were rotated so far. */
  readonly onProgress?: (rotated: number) => void;
}

/** What came of a rotation. */
export interface Rotation {
  /** How many secrets are now encrypted under the current key because of it. */
  readonly rotated: number;
  /** Those that can't be decrypted: their key is not among those given, or their row was changed. */
  readonly unreadable: readonly SecretKey[];
  /** How many secrets are still under other keys, those that are unreadable among them. */
  readonly remaining: number;
}

/** What can be done with one secret. Nothing is cached: a change holds for the next call, in every process. */
export interface SecretAccess {
  /**
   * Encrypts a value and stores it in place of an earlier one.
   * @throws SecretError `SECRET_TOO_LARGE` for more than 65,536 bytes of JSON.
   * @throws TypeError for a value that is no JSON.
   */
  set(key: SecretKey, value: Json): Promise<void>;
  /**
   * The value, decrypted; `undefined` where there is none.
   * @throws SecretError `SECRET_KEY_UNKNOWN` or `SECRET_UNREADABLE`.
   */
  get(key: SecretKey): Promise<Json | undefined>;
  /** The same, for a secret that has to be there. @throws SecretError also `SECRET_MISSING`. */
  require(key: SecretKey): Promise<Json>;
  /** Answers whether there was one. */
  delete(key: SecretKey): Promise<boolean>;
}

/** Credentials that the server itself needs, encrypted in the database. They have no HTTP route. */
export interface Secrets extends SecretAccess {
  /** The same inside a transaction, through its `tx`: the secret is stored if all else is, or not at all. */
  inside(tx: Runner): SecretAccess;
  /** The secrets whose names have these parts, without their values, in the order of their names. Default: all. */
  list(parts?: Partial<SecretParts>): Promise<readonly SecretEntry[]>;
  /**
   * Encrypts what was written under other keys again, under the current one. Can be stopped, repeated, and run in
   * several processes at once; a value that is set meanwhile is never overwritten.
   */
  rotate(options?: RotateOptions): Promise<Rotation>;
}
