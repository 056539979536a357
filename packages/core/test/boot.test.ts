import { randomBytes } from "node:crypto";

import type { ApiRateLimits, Config, Route } from "@lucent/core";
import { expect, test } from "vitest";

import type { Environment } from "../src/blueprint/environment.ts";
import { checkRoutes, databaseUrlOf, maskedUrl, settingsOf } from "../src/boot.ts";
import { BootError } from "../src/errors.ts";

const secret = randomBytes(32).toString("base64");
const full: Environment = {
  NODE_ENV: "production",
  DATABASE_URL: "postgres://u:hidden@db.example/app",
  SESSION_SECRET: secret,
  API_URL: "https://api.example.com",
};

function problemsOf(environment: Environment, config: Partial<Config> = {}): readonly string[] {
  try {
    settingsOf({ collections: [], ...config }, environment);
    return [];
  } catch (error) {
    if (error instanceof BootError) return error.problems;
    throw error;
  }
}

const isAnswered = (environment: Environment, config: Partial<Config>, host: string) =>
  settingsOf({ collections: [], ...config }, environment).hosts(
    new Request(`http://${host}/`, { headers: { host } }),
  );

test("a complete production environment is taken without a warning", () => {
  expect(problemsOf(full)).toStrictEqual([]);
  expect(settingsOf({ collections: [] }, full).warnings).toStrictEqual([]);
});

test("everything that production lacks is named at once", () => {
  expect(problemsOf({ NODE_ENV: "production" })).toStrictEqual([
    "Set DATABASE_URL (or database.url) to a Postgres connection string.",
    "Set SESSION_SECRET to at least 32 random bytes, as base64 or hex.",
    "Set API_URL to the public origin of this API, or list api.allowedHosts.",
  ]);
});

test("outside production a missing secret is a warning", () => {
  const { warnings } = settingsOf({ collections: [] }, { DATABASE_URL: "postgres://x" });
  expect(warnings).toStrictEqual(["SESSION_SECRET is not set: cursors are valid until this process ends."]);
});

test.each(["correct-horse", "password", "A1b2".repeat(4), "Zm9v".repeat(20)])(
  "the weak secret %s is refused everywhere, and never printed",
  (weak) => {
    for (const NODE_ENV of ["production", "test"]) {
      const [problem, ...more] = problemsOf({ ...full, NODE_ENV, SESSION_SECRET: weak });
      expect(more).toStrictEqual([]);
      expect(problem).toMatch(/^SESSION_SECRET (?:is|has) /);
      expect(problem).not.toContain(weak);
    }
  },
);

test("the configuration wins over the environment", () => {
  const config = { database: { url: "postgres://other" }, api: { url: "https://other.example" }, secret };
  expect(settingsOf({ collections: [], ...config }, { ...full, SESSION_SECRET: "weak" })).toMatchObject({
    databaseUrl: "postgres://other",
    apiUrl: "https://other.example",
  });
  expect(isAnswered(full, config, "other.example")).toBe(true);
  expect(isAnswered(full, config, "api.example.com")).toBe(false);
});

test.each([
  "api.example.com",
  "ftp://api.example.com",
  "//api.example.com",
  "https://",
  "https://api.example.com/v1",
  "https://api.example.com/?a",
  "https://api.example.com/#a",
  "https://user@api.example.com",
  "https://:hunter2@api.example.com",
])("API_URL=%s is no origin, also where the hosts are listed", (API_URL) => {
  for (const config of [{}, { api: { allowedHosts: ["api.example.com"] } }]) {
    expect(problemsOf({ ...full, API_URL }, config)).toStrictEqual([
      "API_URL must be an origin such as https://api.example.com: without a path, a query or a user.",
    ]);
  }
});

test("an origin may end with a slash", () => {
  expect(settingsOf({ collections: [] }, { ...full, API_URL: "https://api.example.com/" })).toMatchObject({
    apiUrl: "https://api.example.com",
  });
});

test.each(["www.example.com", "ftp://www.example.com"])("APP_URL=%s is no origin", (APP_URL) => {
  expect(problemsOf({ ...full, APP_URL })).toStrictEqual([
    "APP_URL must be an origin such as https://www.example.com.",
  ]);
});

test("what is wrong with the edge is named together with the rest", () => {
  const api = {
    cors: { origin: "*", credentials: true },
    trustProxy: 1.5,
    rateLimit: { anonymous: { max: 0, window: 60 }, guest: {} },
  } as const;
  expect(problemsOf({ NODE_ENV: "test" }, { api })).toStrictEqual([
    "Set DATABASE_URL (or database.url) to a Postgres connection string.",
    "api.trustProxy is the number of proxies in front (1 to 32), or the list of their addresses.",
    "api.cors can't allow every origin with credentials: list the origins.",
    'api.rateLimit has the unknown key "guest"; it takes principal, anonymous.',
    "api.rateLimit.anonymous: max is a whole number from 1 to 1000000.",
  ]);
});

test("the limits of the API are off, the defaults, or what they are set to", () => {
  const limitsOf = (rateLimit?: boolean | ApiRateLimits) =>
    settingsOf({ collections: [], api: rateLimit === undefined ? {} : { rateLimit } }, full).edge.rateLimit;
  const principal = { max: 300, window: 60 };
  const anonymous = { max: 60, window: 60 };
  expect([limitsOf(), limitsOf(false)]).toStrictEqual([undefined, undefined]);
  expect([limitsOf(true), limitsOf({})]).toStrictEqual([
    { principal, anonymous },
    { principal, anonymous },
  ]);
  const own = { max: 5, window: 1 };
  expect(limitsOf({ anonymous: own })).toStrictEqual({ principal, anonymous: own });
});

test("plain http is only looked at where the origin is https and a proxy is trusted", () => {
  const secureOrigin = (environment: Environment, api: Config["api"]) =>
    settingsOf({ collections: [], ...(api && { api }) }, environment).edge.secureOrigin;
  expect(secureOrigin(full, { trustProxy: 1 })).toBe("https://api.example.com");
  expect(secureOrigin(full, {})).toBeUndefined();
  expect(secureOrigin(full, { trustProxy: 0 })).toBeUndefined();
  expect(secureOrigin({ ...full, API_URL: "http://api.example.com" }, { trustProxy: 1 })).toBeUndefined();
});

const route = (id: string, place: string, limit?: Route["limit"]): Route => {
  const [method = "", path = ""] = place.split(" ");
  return {
    id,
    method: method as Route["method"],
    path,
    ...(limit && { limit }),
    handle: () => new Response(),
  };
};

function routeProblems(...routes: readonly Route[]): readonly string[] {
  try {
    checkRoutes(routes);
    return [];
  } catch (error) {
    if (error instanceof BootError) return error.problems;
    throw error;
  }
}

test("two routes with one id, or with one method and path, are refused", () => {
  expect(routeProblems(route("a", "GET /a"), route("b", "POST /a"), route("c", "GET /{a}/b"))).toStrictEqual(
    [],
  );
  expect(routeProblems(route("a", "GET /a"), route("a", "POST /b"))).toStrictEqual([
    'Two routes have the id "a".',
  ]);
  expect(routeProblems(route("a", "GET /a/{x}"), route("b", "GET /a/{y}"))).toStrictEqual([
    'The routes "a" and "b" are both GET /a/{y}.',
  ]);
});

test("a route's limit that can't be counted is refused", () => {
  expect(routeProblems(route("a", "GET /a", { max: 1, window: 0 }))).toStrictEqual([
    'The limit of the route "a": window is a whole number of seconds from 1 to 2592000.',
  ]);
});

test("the hosts of API_URL and APP_URL are answered, listed ones instead of them, and loopback only outside production", () => {
  const both = { ...full, APP_URL: "https://www.example.com:8443" };
  expect(isAnswered(both, {}, "api.example.com")).toBe(true);
  expect(isAnswered(both, {}, "www.example.com:8443")).toBe(true);
  expect(isAnswered(both, {}, "localhost:3000")).toBe(false);
  expect(isAnswered({ ...both, NODE_ENV: "test" }, {}, "localhost:3000")).toBe(true);
  expect(isAnswered(both, { api: { allowedHosts: ["only.example"] } }, "only.example")).toBe(true);
  expect(isAnswered(both, { api: { allowedHosts: ["only.example"] } }, "api.example.com")).toBe(false);
});

test("an empty list of hosts is refused in production", () => {
  expect(problemsOf(full, { api: { allowedHosts: [] } })).toStrictEqual([
    "Set API_URL to the public origin of this API, or list api.allowedHosts.",
  ]);
});

test("the connection string alone is found the same way", () => {
  expect(databaseUrlOf({ collections: [] }, full)).toBe(full.DATABASE_URL);
  expect(databaseUrlOf({ collections: [], database: { url: "postgres://x" } }, full)).toBe("postgres://x");
  expect(() => databaseUrlOf({ collections: [] }, {})).toThrow(BootError);
});

test.each([
  ["postgres://user:pa%20ss@db.example:5433/app?sslmode=require", "db.example:5433/app"],
  ["postgres://db.example/app", "db.example/app"],
  ["postgres://u:se#cret@db.example/app", "(not a URL)"],
  ["host=db password=secret", "(not a URL)"],
])("a connection string is shown without who signs in: %s", (url, shown) => {
  expect(maskedUrl(url)).toBe(shown);
});

test.each(["postgres://ada:hunter2 x@[bad/db", "http://ada:hunter2@db/app", "hunter2"])(
  "the connection string %s is refused in one line that does not show it",
  (url) => {
    const [problem, ...more] = problemsOf({ ...full, DATABASE_URL: url });
    expect(more).toStrictEqual([]);
    expect(problem).toMatch(/^DATABASE_URL is not a URL/);
    expect(problem).not.toContain("hunter2");
    expect(() => databaseUrlOf({ collections: [] }, { DATABASE_URL: url })).toThrow(
      /^DATABASE_URL is not a URL/,
    );
  },
);

test("several hosts in one connection string are the driver's business", () => {
  for (const url of [
    "postgres://u:p@a:5432,b:5432/app",
    "postgresql://a,b",
    "postgres://u:p%2C@a/app?sslmode=require",
  ]) {
    expect(problemsOf({ ...full, DATABASE_URL: url })).toStrictEqual([]);
  }
});

test("an empty text in the configuration counts as unset", () => {
  expect(problemsOf({ NODE_ENV: "test" }, { database: { url: "" } })).toStrictEqual([
    "Set DATABASE_URL (or database.url) to a Postgres connection string.",
  ]);
});
