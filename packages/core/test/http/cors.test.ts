import type { CorsOptions } from "@lucent/core";
import { expect, test } from "vitest";

import { cors } from "../../src/http/cors.ts";

const app = "https://app.example.com";

function made(options: CorsOptions) {
  const problems: string[] = [];
  const found = cors(options, problems);
  expect(problems).toStrictEqual([]);
  if (found === undefined) throw new TypeError("there is no CORS");
  return found;
}

function problemsOf(options: unknown): readonly string[] {
  const problems: string[] = [];
  expect(cors(options as CorsOptions, problems)).toBeUndefined();
  return problems;
}

const asking = (origin: string | undefined, method = "GET", more: Record<string, string> = {}) =>
  new Request("http://a/", { method, headers: { ...(origin === undefined ? {} : { origin }), ...more } });

const preflight = (origin: string, more: Record<string, string> = {}) =>
  asking(origin, "OPTIONS", { "access-control-request-method": "DELETE", ...more });

test("without options there is nothing", () => {
  const problems: string[] = [];
  expect(cors(undefined, problems)).toBeUndefined();
  expect(problems).toStrictEqual([]);
});

test("a listed origin is granted by the list's own text, with credentials only where they are asked for", () => {
  const expose =
    "X-Request-ID, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, ETag, Location";
  expect(made({ origin: [app] }).answer(asking(app))).toStrictEqual({
    "access-control-allow-origin": app,
    "access-control-expose-headers": expose,
  });
  expect(made({ origin: [app], credentials: true }).answer(asking(app))).toStrictEqual({
    "access-control-allow-origin": app,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": expose,
  });
});

test("a preflight is answered with fixed lists, whatever it asks for", () => {
  const { preflight: answer } = made({ origin: [app] });
  const expected = {
    "access-control-allow-origin": app,
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers":
      "Authorization, Content-Type, X-API-Key, X-Request-ID, If-Match, If-None-Match",
    "access-control-max-age": "600",
  };
  for (const more of [
    {},
    { "access-control-request-headers": "x-odd, y" },
    { "access-control-request-method": "FOO" },
  ])
    expect(answer(preflight(app, more))).toStrictEqual(expected);
  expect(made({ origin: [app], maxAge: 0 }).preflight(preflight(app))).toMatchObject({
    "access-control-max-age": "0",
  });
});

test("only OPTIONS with an origin and a method asked for is a preflight", () => {
  const { preflight: answer } = made({ origin: [app] });
  expect(answer(asking(app, "OPTIONS"))).toBeUndefined();
  expect(answer(asking(undefined, "OPTIONS", { "access-control-request-method": "GET" }))).toBeUndefined();
  expect(answer(asking(app, "GET", { "access-control-request-method": "GET" }))).toBeUndefined();
  expect(answer(preflight("https://evil.example"))).toStrictEqual({});
});

test.each([
  "http://app.example.com",
  "https://app.example.com.evil.com",
  "https://evilapp.example.com",
  "https://app.example.com:444",
  "https://app.example.com:443",
  "https://app.example.com.",
  "https://APP.example.com",
  "https://user@app.example.com",
  "https://app.example.com/",
  "https://app.example.com, https://evil.example",
  "null",
  "toString",
  "__proto__",
  "constructor",
  "",
  "*",
])("T-CORS-02 R-CO-2 the origin %j is granted nothing", (origin) => {
  const { answer, preflight: early } = made({ origin: [app, "https://two.example"], credentials: true });
  expect(answer(asking(origin))).toStrictEqual({});
  expect(early(preflight(origin))).toStrictEqual({});
});

test("every origin may be allowed, except the one that calls itself null", () => {
  const { answer } = made({ origin: "*" });
  expect(answer(asking("https://any.example"))).toMatchObject({ "access-control-allow-origin": "*" });
  expect(answer(asking("https://any.example"))).not.toHaveProperty("access-control-allow-credentials");
  expect(answer(asking("null"))).toStrictEqual({});
  expect(answer(asking(undefined))).toStrictEqual({});
});

test("T-CORS-03 every origin with credentials is refused at boot", () => {
  expect(problemsOf({ origin: "*", credentials: true })).toStrictEqual([
    "api.cors can't allow every origin with credentials: list the origins.",
  ]);
});

test.each([
  "null",
  "*",
  "https://app.example.com/",
  "https://app.example.com/path",
  "https://APP.example.com",
  "https://app.example.com:443",
  "app.example.com",
  "ftp://app.example.com",
  "https://*.example.com",
  "https://user@app.example.com",
  "file://",
  "",
  7,
  null,
  /https/,
])("R-CO-2 the entry %s is refused at boot", (entry) => {
  const problems = problemsOf({ origin: [app, entry] });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^api\.cors\.origin names/);
});

test("anything else that is wrong is named", () => {
  expect(problemsOf({ origin: app })).toStrictEqual(['api.cors.origin is a list of origins, or "*".']);
  expect(problemsOf({})).toHaveLength(1);
  for (const maxAge of [-1, 1.5, 86_401, "600"])
    expect(problemsOf({ origin: [app], maxAge })).toStrictEqual([
      "api.cors.maxAge is a whole number of seconds up to 86400.",
    ]);
  expect(problemsOf({ origin: [app], methods: ["GET"] })).toStrictEqual([
    'api.cors has the unknown key "methods"; it takes origin, credentials, maxAge.',
  ]);
});

test("refuses what is of another site and not granted, and nothing else", () => {
  const { refuses } = made({ origin: [app] });
  const from = (origin: string | undefined) =>
    refuses(asking(origin, "POST", { host: "api.example.com:8443" }));
  expect([undefined, app, "https://api.example.com:8443"].map(from)).toStrictEqual([false, false, false]);
  const others = [
    "https://evil.example",
    "null",
    "https://api.example.com",
    `${app}.evil.example`,
    "nonsense",
  ];
  expect(others.map(from)).toStrictEqual(others.map(() => true));
  expect(refuses(preflight("https://evil.example"))).toBe(true);
  expect(made({ origin: "*" }).refuses(asking("https://evil.example"))).toBe(false);
  expect(made({ origin: "*" }).refuses(asking("null"))).toBe(true);
});
