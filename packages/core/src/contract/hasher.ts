/** Turns passwords into what may be stored. Offered by a plugin that signs callers in, such as `@lucent/auth`. */
export interface PasswordHasher {
  /** The hash of a password, with everything that `verify` needs, as text. */
  hash(password: string): Promise<string>;
  /** Whether a hash was made of this password; also `false` for a text that is no hash. */
  verify(password: string, hash: string): Promise<boolean>;
}
