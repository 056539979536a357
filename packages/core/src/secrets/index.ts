export type {
  RotateOptions,
  Rotation,
  SecretAccess,
  SecretEntry,
  SecretKey,
  SecretParts,
  Secrets,
} from "../contract/secrets.ts";
export type { SecretsOptions } from "./encryption-keys.ts";
export { secrets } from "./plugin.ts";
export { SecretError, type SecretErrorCode } from "./secret-error.ts";
export { secretKey } from "./secret-key.ts";
