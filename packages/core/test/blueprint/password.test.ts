import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import { requireHasher } from "../../src/blueprint/password.ts";
import { BootError } from "../../src/errors.ts";

const hasher = { hash: async () => "hash", verify: async () => false };
const withPassword = describe({
  collections: [
    { slug: "users", fields: { name: { type: "text" }, secret: { type: "password" } } },
    { slug: "tags", fields: {} },
  ],
});

test("a password without anything that hashes it refuses to boot, and names the plugin", () => {
  const attempt = () => requireHasher(withPassword, undefined);
  expect(attempt).toThrow(BootError);
  expect(attempt).toThrow(
    'The password "users"."secret" can\'t be hashed: add the plugin @lucent/auth, or one that offers a passwordHasher.',
  );
});

test("with a hasher, or without a password, there is nothing to refuse", () => {
  expect(() => requireHasher(withPassword, hasher)).not.toThrow();
  expect(() => requireHasher(describe({ collections: [] }), undefined)).not.toThrow();
});
