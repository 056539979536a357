import type { PasswordHasher } from "../contract/hasher.ts";
import type { Model } from "../contract/model.ts";
import { BootError } from "../errors.ts";

/**
 * Refuses to serve collections that have a password while nothing can hash one.
 * @throws BootError naming each such field, and the plugin that helps.
 */
export function requireHasher({ collections }: Model, hasher: PasswordHasher | undefined): void {
  if (hasher !== undefined) return;
  const places = [...collections.values()].flatMap(({ slug, fields }) =>
    [...fields.values()].filter(({ kind }) => kind === "password").map(({ name }) => `"${slug}"."${name}"`),
  );
  if (places.length === 0) return;
  throw new BootError([
    `The password ${places.join(", ")} can't be hashed: add the plugin @lucent/auth, or one that offers a passwordHasher.`,
  ]);
}
