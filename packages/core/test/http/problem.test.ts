import { expect, test } from "vitest";

import { LucentError } from "../../src/errors.ts";
import { problemOf } from "../../src/http/problem.ts";

test("a problem has the members of RFC 9457, the code and the request id", () => {
  expect(problemOf(new LucentError("NOT_FOUND"), "r-1")).toStrictEqual({
    type: "urn:lucent:problem:not-found",
    title: "Not found",
    status: 404,
    code: "NOT_FOUND",
    requestId: "r-1",
  });
  const errors = [{ path: "title", rule: "minLength" }] as const;
  expect(problemOf(new LucentError("VALIDATION", { errors }), "r-2")).toStrictEqual({
    type: "urn:lucent:problem:validation",
    title: "Validation failed",
    status: 422,
    code: "VALIDATION",
    requestId: "r-2",
    errors,
  });
});

test("T-HDR-04 neither the cause nor the headers of a failure get into its problem", () => {
  const failure = new LucentError("INTERNAL", { cause: new TypeError("secret"), headers: { x: "secret" } });
  expect(JSON.stringify(problemOf(failure, "r-3"))).not.toContain("secret");
});
