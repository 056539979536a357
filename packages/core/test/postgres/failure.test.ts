import { expect, test } from "vitest";

import { LucentError } from "../../src/errors.ts";
import {
  breaksConnection,
  postgresFailure,
  queryFailure,
  thrownFailure,
  violatedConstraint,
} from "../../src/postgres/failure.ts";

test.each([
  ["23505", "CONFLICT"],
  ["23503", "CONFLICT"],
  ["23502", "VALIDATION"],
  ["23P01", "CONFLICT"],
  ["22003", "VALIDATION"],
  ["57014", "UNAVAILABLE"],
  ["40001", "UNAVAILABLE"],
  ["40P01", "UNAVAILABLE"],
  ["25P03", "UNAVAILABLE"],
  ["25006", "UNAVAILABLE"],
  ["53100", "UNAVAILABLE"],
  ["53300", "UNAVAILABLE"],
  ["57P01", "UNAVAILABLE"],
  ["ECONNREFUSED", "UNAVAILABLE"],
  ["CONNECTION_CLOSED", "UNAVAILABLE"],
  ["CONNECT_TIMEOUT", "UNAVAILABLE"],
  ["08006", "UNAVAILABLE"],
  ["EHOSTUNREACH", "UNAVAILABLE"],
  ["25P02", "INTERNAL"],
  ["42601", "INTERNAL"],
  ["toString", "INTERNAL"],
])("the failure %s is %s", (code, expected) => {
  const cause = { code, message: "secret SQL" };
  const failure = postgresFailure(cause);
  expect(failure).toMatchObject({ code: expected, cause });
  expect(failure.message).not.toContain("secret");
  expect(failure.headers).toStrictEqual(expected === "UNAVAILABLE" ? { "retry-after": "2" } : undefined);
});

test("a table that is gone may come back, and the log says how", () => {
  const cause = { code: "42P01", message: 'relation "posts" does not exist' };
  const failure = postgresFailure(cause);
  expect(failure).toMatchObject({
    code: "UNAVAILABLE",
    headers: { "retry-after": "2" },
    cause: { code: "42P01", message: 'relation "posts" does not exist: run `lucent migrate`', cause },
  });
  expect(failure.message).not.toContain("posts");
  // One that a query of the application's own names may never have been there.
  expect(queryFailure(cause)).toMatchObject({ code: "INTERNAL", cause });
  expect(thrownFailure(cause)).toMatchObject({ code: "INTERNAL", cause });
  expect(thrownFailure(failure)).toBe(failure);
});

test.each([null, undefined, "23505", 1, {}, { code: 23_505 }])(
  "a failure without a code, %o, is INTERNAL",
  (cause) => {
    expect(postgresFailure(cause).code).toBe("INTERNAL");
  },
);

test("a failure that has a code already keeps it", () => {
  const known = new LucentError("FORBIDDEN");
  expect(postgresFailure(known)).toBe(known);
});

test.each([
  ["57P01", true],
  ["25P03", true],
  ["ECONNRESET", true],
  ["CONNECTION_CLOSED", true],
  ["57014", false],
  ["23505", false],
  ["53300", false],
  [undefined, false],
])("a connection can't be used after %s: %s", (code, expected) => {
  expect(breaksConnection({ code })).toBe(expected);
});

test("the constraint that a write met is known, for a look-up of our own", () => {
  expect(violatedConstraint(postgresFailure({ code: "23505", constraint_name: "a_key" }))).toBe("a_key");
  expect(violatedConstraint(postgresFailure({ code: "23505", constraint_name: 1 }))).toBeUndefined();
  expect(violatedConstraint(postgresFailure(undefined))).toBeUndefined();
});

test("what a query through drizzle throws is told apart where the database can't, and shows no values", () => {
  const wrapped = (code: string): Error =>
    Object.assign(new Error("Failed query: select $1\nparams: secret", { cause: { code } }), {
      name: "DrizzleQueryError",
    });
  expect(thrownFailure(wrapped("40P01"))).toMatchObject({ code: "UNAVAILABLE", cause: { code: "40P01" } });
  expect(thrownFailure(wrapped("23505"))).toMatchObject({ code: "INTERNAL", cause: { code: "23505" } });
  const plain = new Error("of a hook");
  expect(thrownFailure(plain)).toMatchObject({ code: "INTERNAL", cause: plain });
  const own = new LucentError("FORBIDDEN");
  expect(thrownFailure(own)).toBe(own);
});
