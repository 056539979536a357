import { expect, test } from "vitest";

import { postgresFailure, violatedConstraint } from "../../src/postgres/failure.ts";

test.each([
  ["23505", "CONFLICT"],
  ["23503", "CONFLICT"],
  ["23502", "VALIDATION"],
  ["22003", "VALIDATION"],
  ["57014", "UNAVAILABLE"],
  ["40P01", "UNAVAILABLE"],
  ["53300", "UNAVAILABLE"],
  ["57P01", "UNAVAILABLE"],
  ["ECONNREFUSED", "UNAVAILABLE"],
  ["CONNECTION_CLOSED", "UNAVAILABLE"],
  ["CONNECT_TIMEOUT", "UNAVAILABLE"],
  ["42601", "INTERNAL"],
  ["42P01", "INTERNAL"],
  ["toString", "INTERNAL"],
])("the failure %s is %s", (code, expected) => {
  const cause = { code, message: "secret SQL" };
  const failure = postgresFailure(cause);
  expect(failure).toMatchObject({ code: expected, cause });
  expect(failure.message).not.toContain("secret");
  expect(failure.headers).toStrictEqual(expected === "UNAVAILABLE" ? { "retry-after": "2" } : undefined);
});

test.each([null, undefined, "23505", 1, {}, { code: 23_505 }])(
  "a failure without a code, %o, is INTERNAL",
  (cause) => {
    expect(postgresFailure(cause).code).toBe("INTERNAL");
  },
);

test("the constraint that a write met is known, for a look-up of our own", () => {
  expect(violatedConstraint(postgresFailure({ code: "23505", constraint_name: "a_key" }))).toBe("a_key");
  expect(violatedConstraint(postgresFailure({ code: "23505", constraint_name: 1 }))).toBeUndefined();
  expect(violatedConstraint(postgresFailure(undefined))).toBeUndefined();
});
