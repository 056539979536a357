import type { SecretKey, SecretParts } from "../contract/secrets.ts";

/** The parts of a name, in their order. */
export const secretParts: readonly (keyof SecretParts)[] = ["scope", "owner", "provider", "name"];

const partGrammar = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * Builds the name of a secret, such as `user:7d0c…:github:refresh-token`. No part can hold the colon between them, so an
 * id from outside never names another secret.
 * @throws TypeError naming the first part that has other characters, or none, or more than 128.
 */
export function secretKey(parts: SecretParts): SecretKey {
  for (const part of secretParts) checkPart(part, parts[part]);
  const key = secretParts.map((part) => parts[part]).join(":");
  if (isSecretKey(key)) return key;
  throw new TypeError("a secret has a scope, an owner, a provider and a name");
}

/** @throws TypeError for a text that can't be this part of a name. */
export function checkPart(part: keyof SecretParts, text: unknown): void {
  if (typeof text !== "string" || !partGrammar.test(text))
    throw new TypeError(`the ${part} of a secret must match ${partGrammar.source}`);
}

/** Whether a text is the name of a secret. */
export function isSecretKey(text: unknown): text is SecretKey {
  if (typeof text !== "string") return false;
  const parts = text.split(":");
  return parts.length === secretParts.length && parts.every((part) => partGrammar.test(part));
}
