import type { Blueprint, Method, Route } from "@lucent/core";
import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import { isLucentError } from "../../src/errors.ts";
import { matcher } from "../../src/request/match.ts";

const blueprint: Blueprint = describe({
  collections: [
    { slug: "posts", fields: {} },
    { slug: "blog-posts", fields: {} },
    { slug: "notes", fields: {}, softDelete: true },
  ],
});
const route = (method: Method, path: string): Route => ({
  id: `${method} ${path}`,
  method,
  path,
  handle: () => new Response(),
});
const match = matcher(blueprint, [
  route("GET", "/health/live"),
  route("POST", "/posts/import"),
  route("GET", "/files/{id}/{name}"),
  route("PUT", "/files/{id}/{name}"),
]);

/** What a request is understood as, in short. */
function meaning(method: string, path: string): string {
  try {
    const found = match(method, path);
    if (found.kind === "options") return `allow ${found.allow}`;
    if (found.kind === "batch") return "batch";
    if (found.kind === "route") return [found.route.id, ...[...found.params].flat()].join(" ");
    return [found.action, found.model.slug, found.id ?? ""].join(" ").trim();
  } catch (error) {
    if (!isLucentError(error)) throw error;
    return error.code === "METHOD_NOT_ALLOWED" ? `405 ${String(error.headers?.["allow"])}` : error.code;
  }
}

test.each([
  ["GET", "/api/posts", "list posts"],
  ["GET", "/api/blog-posts", "list blog-posts"],
  ["POST", "/api/posts", "create posts"],
  ["POST", "/api/posts/query", "query posts"],
  ["GET", "/api/posts/count", "count posts"],
  ["GET", "/api/posts/7", "one posts 7"],
  ["PATCH", "/api/posts/7", "update posts 7"],
  ["DELETE", "/api/posts/7", "delete posts 7"],
  ["GET", "/api/posts/", "list posts"],
  ["DELETE", "/api/posts/7/", "delete posts 7"],
  ["HEAD", "/api/posts", "list posts"],
  ["HEAD", "/api/posts/7", "one posts 7"],
  ["POST", "/api/batch", "batch"],
  ["POST", "/api/batch/", "batch"],
  ["POST", "/api/notes/7/restore", "restore notes 7"],
  ["POST", "/api/notes/7/restore/", "restore notes 7"],
  ["POST", "/api/notes/query", "query notes"],
  ["DELETE", "/api/notes/7", "delete notes 7"],
  ["GET", "/api/notes/restore", "one notes restore"],
])("%s %s is: %s", (method, path, expected) => {
  expect(meaning(method, path)).toBe(expected);
});

test.each([
  ["PUT", "/api/posts", "405 GET, POST, HEAD, OPTIONS"],
  ["DELETE", "/api/posts", "405 GET, POST, HEAD, OPTIONS"],
  ["POST", "/api/posts/7", "405 GET, PATCH, DELETE, HEAD, OPTIONS"],
  ["GET", "/api/posts/query", "405 POST, OPTIONS"],
  ["HEAD", "/api/posts/query", "405 POST, OPTIONS"],
  ["PATCH", "/api/posts/count", "405 GET, HEAD, OPTIONS"],
  ["GET", "/api/posts/import", "405 POST, OPTIONS"],
  ["post", "/api/posts", "405 GET, POST, HEAD, OPTIONS"],
  ["PROPFIND", "/api/posts", "405 GET, POST, HEAD, OPTIONS"],
  ["__proto__", "/api/posts", "405 GET, POST, HEAD, OPTIONS"],
  ["TRACE", "/api/health/live", "405 GET, HEAD, OPTIONS"],
  ["GET", "/api/batch", "405 POST, OPTIONS"],
  ["HEAD", "/api/batch", "405 POST, OPTIONS"],
  ["PUT", "/api/batch", "405 POST, OPTIONS"],
  ["GET", "/api/notes/7/restore", "405 POST, OPTIONS"],
  ["PATCH", "/api/notes/7/restore", "405 POST, OPTIONS"],
])("%s %s has another method: %s", (method, path, expected) => {
  expect(meaning(method, path)).toBe(expected);
});

test.each([
  ["/api/posts", "allow GET, POST, HEAD, OPTIONS"],
  ["/api/posts/7", "allow GET, PATCH, DELETE, HEAD, OPTIONS"],
  ["/api/posts/query", "allow POST, OPTIONS"],
  ["/api/files/1/a", "allow GET, PUT, HEAD, OPTIONS"],
  ["/api/batch", "allow POST, OPTIONS"],
  ["/api/notes/7/restore", "allow POST, OPTIONS"],
  ["/api/posts/7/restore", "NOT_FOUND"],
  ["/api/ghosts", "NOT_FOUND"],
  ["/api/posts//", "NOT_FOUND"],
  ["/api/notes//restore", "NOT_FOUND"],
])("OPTIONS %s: %s", (path, expected) => {
  expect(meaning("OPTIONS", path)).toBe(expected);
});

test.each([
  "/",
  "/api",
  "/api/",
  "/apis/posts",
  "/API/posts",
  "/api/Posts",
  "/api//posts",
  "//api/posts",
  "/api/posts/7/8",
  "/api/ghosts",
  "/api/lucent_jobs",
  "/api/lucent-jobs",
  "/api/blog_posts",
  "/api/%70osts",
  "/api/posts%2f7",
  "/api/posts;x",
  "/api/__proto__",
  "/api/constructor",
  "/api/health",
  "/api/health/../posts",
  "/api/files",
])("T-RL-04 %s is not found", (path) => {
  expect(meaning("GET", path)).toBe("NOT_FOUND");
});

test.each([
  "/api/posts/7/restore",
  "/api/notes/7/RESTORE",
  "/api/notes/7/restore/8",
  "/api/notes/7/restore//",
  "/api/notes/7//restore",
  "/api/batch/7",
  "/api/batch/query",
  "/api/batch/count",
])("POST %s is not found", (path) => {
  expect(meaning("POST", path)).toBe("NOT_FOUND");
});

test("a declared route wins over a collection of the same path", () => {
  expect(meaning("POST", "/api/posts/import")).toBe("POST /posts/import");
  expect(meaning("GET", "/api/health/live")).toBe("GET /health/live");
});

test("the segments of a declared route in braces are decoded and named", () => {
  expect(meaning("GET", "/api/files/1/a%20b%2Fc.txt")).toBe("GET /files/{id}/{name} id 1 name a b/c.txt");
  expect(meaning("PUT", "/api/files/1/__proto__")).toBe("PUT /files/{id}/{name} id 1 name __proto__");
});

test.each(["/api/files/1/%E0%A4%A", "/api/files/1/%", "/api/files//a", "/api/files/1"])(
  "%s fits no declared route",
  (path) => {
    expect(meaning("GET", path)).toBe("NOT_FOUND");
  },
);

test("a route with a literal path wins over one with a name in its place, in whichever order they come", () => {
  for (const order of [
    ["/users/me", "/users/{id}"],
    ["/users/{id}", "/users/me"],
  ]) {
    const found = matcher(
      blueprint,
      order.map((path) => route("GET", path)),
    )("GET", "/api/users/me");
    expect(found.kind === "route" && found.route.path).toBe("/users/me");
  }
});

test("the prefix is the one of the blueprint", () => {
  const other = matcher(
    describe({ collections: [{ slug: "posts", fields: {} }], api: { prefix: "/v1/data" } }),
    [],
  );
  expect(other("GET", "/v1/data/posts").kind).toBe("collection");
  expect(() => other("GET", "/api/posts")).toThrow("Not found");
});
