import { randomBytes } from "node:crypto";

import { expect, test } from "vitest";

import { rootKey, secretProblem } from "../../src/blueprint/secret.ts";

const advice = `Make one with: node -p "'SESSION_SECRET=' + crypto.randomBytes(32).toString('base64')"`;

test.each([
  ["base64", randomBytes(32).toString("base64")],
  ["base64url", randomBytes(32).toString("base64url")],
  ["hex", randomBytes(32).toString("hex")],
  ["upper-case hex", randomBytes(48).toString("hex").toUpperCase()],
])("32 random bytes as %s are taken", (_, text) => {
  expect(secretProblem("SESSION_SECRET", text)).toBeUndefined();
});

test.each([
  ["correct horse battery staple", "SESSION_SECRET is neither base64 nor hex."],
  ["", "SESSION_SECRET is neither base64 nor hex."],
  [
    Buffer.from("a-secret-of-31-bytes-0123456789").toString("base64"),
    "SESSION_SECRET has 31 bytes after decoding, at least 32 are needed.",
  ],
  ["abcdef0123456789", "SESSION_SECRET has 8 bytes after decoding, at least 32 are needed."],
  ["Z".repeat(44), "SESSION_SECRET is not random."],
  ["0123456789".repeat(8), "SESSION_SECRET is not random."],
  ["changeme".repeat(10), "SESSION_SECRET is not random."],
  [randomBytes(18).toString("hex").repeat(2), "SESSION_SECRET is not random."],
  [Buffer.from("0123456789abcdefghij".repeat(2)).toString("base64"), "SESSION_SECRET is not random."],
  [
    "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
    "SESSION_SECRET is not random.",
  ],
])("the secret %o is refused, and the message does not repeat it", (text, reason) => {
  const problem = secretProblem("SESSION_SECRET", text);
  expect(problem).toBe(`${reason} ${advice}`);
  if (text !== "") expect(problem).not.toContain(text);
});

test("a key is derived from the secret alone, whichever way it is written", () => {
  const bytes = randomBytes(32);
  const derived = (["base64", "base64url", "hex"] as const).map((form) =>
    Buffer.from(rootKey(bytes.toString(form)).derive("cursor")).toString("hex"),
  );
  expect(new Set(derived).size).toBe(1);
  expect(derived[0]).toHaveLength(64);
  expect(derived[0]).not.toBe(bytes.toString("hex"));
});

test("without a secret every root key is another one", () => {
  const keys = [rootKey(undefined), rootKey(undefined)].map((key) =>
    Buffer.from(key.derive("cursor")).toString("hex"),
  );
  expect(keys[0]).not.toBe(keys[1]);
});
