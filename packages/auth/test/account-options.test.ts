import { BootError, type Collection, describe } from "@lucent/core";
import { expect, test } from "vitest";

import { auth } from "../src/plugin.ts";

/** As a configuration without types would have it. */
function described(lockout: unknown): unknown {
  const collection = { slug: "users", fields: {}, auth: { lockout } };
  const accounts = collection as Collection;
  const database = { url: "postgres://nowhere" };
  return describe({ collections: [accounts], plugins: [auth({ mailer: false })], database });
}

test.each([
  [{ max: 5 }, "auth.lockout.window must be"],
  [{ window: 60 }, "auth.lockout.max must be"],
  [{}, "auth.lockout.max must be"],
  [{ max: 5, window: 901 }, "auth.lockout.window must be"],
  [false, "auth.lockout must be { max, window }"],
  [null, "auth.lockout must be { max, window }"],
])("a limit of sign-ins that can't be counted does not start: %j", (lockout, problem) => {
  expect(() => described(lockout)).toThrow(BootError);
  expect(() => described(lockout)).toThrow(problem);
});

test.each([undefined, { max: 1, window: 1 }, { max: 100, window: 900 }])("%j can be", (lockout) => {
  expect(described(lockout)).toBeDefined();
});
