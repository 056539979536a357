import type { Counter, RateLimit, Route, User } from "@lucent/core";
import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import { limits } from "../../src/request/limits.ts";
import { type Matched, matcher } from "../../src/request/match.ts";

interface Asked {
  readonly key: string;
  readonly limit: RateLimit;
  readonly cost: number | undefined;
}

/** A counter that allows everything and notes what it was asked for. */
function noting() {
  const asked: Asked[] = [];
  const counter: Counter = {
    async take(key, limit, cost) {
      asked.push({ key, limit, cost });
      return { allowed: true, remaining: 3, resetAfter: 1.2, retryAfter: 0 };
    },
    clear: async () => undefined,
  };
  return { asked, counter };
}

const api = { principal: { max: 300, window: 60 }, anonymous: { max: 60, window: 60 } };
const own = { max: 5, window: 10 };
const handle = () => new Response();
const routes: readonly Route[] = [
  { id: "open", method: "GET", path: "/open", handle },
  { id: "near", method: "GET", path: "/near", limit: own, handle },
  { id: "who", method: "GET", path: "/who/{id}", limit: { ...own, by: "principal" }, handle },
];
const match = matcher(describe({ collections: [{ slug: "posts", fields: {} }] }), routes);
const address = () => "192.0.2.1";
const unasked = () => {
  throw new TypeError("nobody may ask for the address");
};
const alice: User = { id: "alice", collection: "users" };

/** The keys that a request of a caller takes from, in their order. */
async function keysOf(matched: Matched, user: User | null): Promise<readonly string[]> {
  const { asked, counter } = noting();
  const { byAddress, byCaller } = limits(counter, api);
  await byAddress(matched, address);
  await byCaller(matched, { user, address });
  return asked.map(({ key }) => key);
}

test("a route without a limit, and OPTIONS, ask no counter and no address", () => {
  const { counter } = noting();
  const { byAddress, byCaller, charge } = limits(counter, undefined);
  for (const matched of [
    match("GET", "/api/open"),
    match("OPTIONS", "/api/near"),
    match("GET", "/api/posts"),
  ]) {
    expect(byAddress(matched, unasked)).toBeUndefined();
    expect(byCaller(matched, { user: null, address: unasked })).toBeUndefined();
  }
  expect(charge({ user: alice, address: unasked }, 5)).toBeUndefined();
});

test("a route's own limit is counted under its id, by address unless it says otherwise", async () => {
  expect(await keysOf(match("GET", "/api/near"), alice)).toStrictEqual(["route:near:address:192.0.2.1"]);
  expect(await keysOf(match("GET", "/api/who/7"), alice)).toStrictEqual(["route:who:principal:users/alice"]);
  expect(await keysOf(match("GET", "/api/who/8"), null)).toStrictEqual(["route:who:address:192.0.2.1"]);
});

test("T-RL-04 R-RL-4 no spelling of a path has a key of its own", async () => {
  const spellings = ["/api/who/7", "/api/who/7/", "/api/who/%37", "/api/who/x;y"];
  const keys = await Promise.all(spellings.map((path) => keysOf(match("GET", path), null)));
  expect(new Set(keys.flat())).toStrictEqual(new Set(["route:who:address:192.0.2.1"]));
});

test("every route of every collection takes from one allowance, HEAD too", async () => {
  for (const [method, path] of [
    ["GET", "/api/posts"],
    ["HEAD", "/api/posts"],
    ["POST", "/api/posts"],
    ["POST", "/api/posts/query"],
    ["GET", "/api/posts/count"],
    ["DELETE", "/api/posts/7"],
    ["POST", "/api/batch"],
  ] as const) {
    expect(await keysOf(match(method, path), alice)).toStrictEqual(["api:principal:users/alice"]);
    expect(await keysOf(match(method, path), null)).toStrictEqual(["api:address:192.0.2.1"]);
  }
});

test("a signed-in caller is counted wherever it comes from, and nobody asks for the address", () => {
  const { asked, counter } = noting();
  const { byCaller, charge } = limits(counter, api);
  expect(byCaller(match("GET", "/api/posts"), { user: alice, address: unasked })).toBeDefined();
  expect(charge({ user: alice, address: unasked }, 50)).toBeDefined();
  expect(asked.map(({ cost, limit }) => [cost, limit])).toStrictEqual([
    [1, api.principal],
    [50, api.principal],
  ]);
});

test("two accounts have two keys, whatever their ids look like, and none is longer than it has to be", async () => {
  const users: readonly User[] = [
    alice,
    { id: "alice" },
    { id: "alice", collection: "admins" },
    { id: "users/alice" },
    { id: "a:b" },
    { id: "" },
    { id: "x".repeat(10_000) },
    { id: "\r\nx" },
  ];
  const keys = (await Promise.all(users.map((user) => keysOf(match("GET", "/api/posts"), user)))).flat();
  expect(new Set(keys).size).toBe(users.length);
  for (const key of keys) expect(key).toMatch(/^api:principal:[\w/-]{1,129}$/);
});

test("what the client is told is in whole seconds, rounded up, and never zero for a refusal", async () => {
  const refusing: Counter = {
    take: async () => ({ allowed: false, remaining: 0, resetAfter: 0.4, retryAfter: 0.0001 }),
    clear: async () => undefined,
  };
  const { byAddress } = limits(refusing, undefined);
  expect(await byAddress(match("GET", "/api/near"), address)).toStrictEqual({
    allowed: false,
    headers: { "ratelimit-limit": "5", "ratelimit-remaining": "0", "ratelimit-reset": "1" },
    retryAfter: "1",
  });
});
