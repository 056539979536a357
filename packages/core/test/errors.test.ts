import { BootError, isLucentError, LucentError } from "@lucent/core";
import { expect, test, vi } from "vitest";

const codes = {
  BAD_REQUEST: 400,
  UNKNOWN_FIELD: 400,
  BAD_CURSOR: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  MISDIRECTED_REQUEST: 421,
  VALIDATION: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const;

test("every code has the status of the contract and a fixed title", () => {
  for (const [code, status] of Object.entries(codes)) {
    const error = new LucentError(code as keyof typeof codes);
    expect([error.code, error.status]).toStrictEqual([code, status]);
    expect(error.message).toMatch(/^[A-Z][a-z ]+$/);
  }
});

test("details stay beside the message, never inside it", () => {
  const cause = new TypeError("secret");
  const errors = [{ path: "a", rule: "type" }] as const;
  const error = new LucentError("CONFLICT", { errors, headers: { x: "y" }, cause });
  expect(error).toMatchObject({
    name: "LucentError",
    message: "Conflict",
    errors,
    headers: { x: "y" },
    cause,
  });
  expect(String(error)).toBe("LucentError: Conflict");
});

test("a LucentError is recognised by its brand, also across two copies of the package", async () => {
  vi.resetModules();
  const other = await import("../src/errors.ts");
  const foreign = new other.LucentError("NOT_FOUND");
  expect(foreign).not.toBeInstanceOf(LucentError);
  expect(isLucentError(foreign)).toBe(true);
  expect(other.isLucentError(new LucentError("NOT_FOUND"))).toBe(true);
});

test("nothing else is recognised, least of all what JSON can carry", () => {
  const lookalikes: readonly unknown[] = [
    null,
    undefined,
    "LucentError",
    new TypeError("x"),
    { name: "LucentError", code: "NOT_FOUND", status: 404 },
    JSON.parse('{"Symbol(lucent.error)":true,"lucent.error":true}'),
    new BootError([]),
  ];
  expect(lookalikes.map(isLucentError)).toStrictEqual(lookalikes.map(() => false));
});

test("the brand can't be taken off or listed", () => {
  const error = new LucentError("NOT_FOUND");
  expect(Object.keys(error)).toStrictEqual(["name", "code", "status", "errors", "headers", "operation"]);
  expect(JSON.stringify(error)).not.toContain("lucent.error");
  expect(Reflect.deleteProperty(error, Symbol.for("lucent.error"))).toBe(false);
});

test("a BootError lists its problems, one line each", () => {
  const cause = new TypeError("x");
  const error = new BootError(["One.", "Two."], { cause });
  expect(error).toMatchObject({
    name: "BootError",
    message: "One.\nTwo.",
    problems: ["One.", "Two."],
    cause,
  });
});
