import { expect, test } from "vitest";

import { LucentError } from "../../src/errors.ts";
import { targetOf } from "../../src/http/path.ts";
import { secureLocation } from "../../src/http/secure-origin.ts";

const origin = "https://api.example.com";
const locationOf = (target: string, method = "GET") =>
  secureLocation(method, targetOf(new Request(`http://evil.example${target}`)), origin);

test("the same target on the public origin, whatever the host was", () => {
  expect(locationOf("/api/posts?sort=-title&page=2")).toBe(`${origin}/api/posts?sort=-title&page=2`);
  expect(locationOf("/api/posts", "HEAD")).toBe(`${origin}/api/posts`);
  expect(locationOf("//evil.example/api")).toBe(`${origin}//evil.example/api`);
});

test("what may have carried a secret is refused", () => {
  for (const method of ["POST", "PATCH", "PUT", "DELETE", "OPTIONS", "get"])
    expect(() => locationOf("/api/posts", method)).toThrow(LucentError);
});

test("a target that fits no header is refused", () => {
  for (const path of ["/api/\r\nx: y", "/api/é", "/api/ x", "/api/\0"])
    expect(() => secureLocation("GET", { path, search: "", length: path.length }, origin)).toThrow(
      "Forbidden",
    );
});
