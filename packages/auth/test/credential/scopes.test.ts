import { expect, test } from "vitest";

import { expandScopes, knownScopes, scopeProblem } from "../../src/credential/scopes.ts";

const slugs = ["posts", "users"];
const known = knownScopes(slugs);
const everything = slugs.flatMap((slug) =>
  ["read", "create", "update", "delete"].map((action) => `${slug}:${action}`),
);

test.each([
  [["posts:read"], ["posts:read"]],
  [
    ["posts:read", "users:delete"],
    ["posts:read", "users:delete"],
  ],
  [["read"], ["posts:read", "users:read"]],
  [
    ["write"],
    ["posts:create", "posts:update", "posts:delete", "users:create", "users:update", "users:delete"],
  ],
  [["read", "write"], everything],
  [["admin"], everything],
  [["*"], everything],
  [
    ["read", "posts:delete"],
    ["posts:read", "posts:delete", "users:read"],
  ],
  [[], []],
])("%j stand for %j", (scopes, rights) => {
  expect(scopeProblem(scopes, known)).toBeUndefined();
  expect([...expandScopes(scopes, slugs)].toSorted()).toEqual(rights.toSorted());
});

test.each([
  "posts:*",
  "__proto__:read",
  "constructor",
  "toString",
  " posts:read",
  "posts:read ",
  "POSTS:READ",
  "posts:READ",
  "posts",
  "posts:",
  ":read",
  "posts:read:own",
  "gone:read",
  "Admin",
  "**",
  "",
])("T-KEY-11 %j is refused, and would be no right", (scope) => {
  expect(scopeProblem([scope], known)).toEqual({ path: "scopes.0", rule: "options" });
  expect(scopeProblem(["posts:read", scope], known)).toEqual({ path: "scopes.1", rule: "options" });
  expect(expandScopes([scope], slugs).size).toBe(0);
});

test.each([
  ["nothing", undefined, { path: "scopes", rule: "required" }],
  ["null", null, { path: "scopes", rule: "required" }],
  ["text", "posts:read", { path: "scopes", rule: "type" }],
  ["an object", { 0: "admin", length: 1 }, { path: "scopes", rule: "type" }],
  ["a number in the list", ["posts:read", 7], { path: "scopes.1", rule: "type" }],
  ["a list in the list", [["admin"]], { path: "scopes.0", rule: "type" }],
  ["one twice", ["admin", "admin"], { path: "scopes", rule: "unique" }],
  [
    "more than there are",
    Array.from({ length: known.size + 1 }, () => "admin"),
    { path: "scopes", rule: "maxLength" },
  ],
])("T-KEY-11 %s is refused", (_, scopes, problem) => {
  expect(scopeProblem(scopes, known)).toEqual(problem);
});

test("a right on a collection that is gone is no right, and one that is new is in the coarse ones", () => {
  expect([...expandScopes(["posts:read", "gone:read"], slugs)]).toEqual(["posts:read"]);
  expect([...expandScopes(["read"], [...slugs, "new"])]).toContain("new:read");
});
