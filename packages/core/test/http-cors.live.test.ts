import { BootError, type Plugin, start } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import { blog, headerUser } from "./world/blog.ts";

let database: Prepared;
let app: Application<typeof blog>;
let open: Application<typeof blog>;
let closed: Application<typeof blog>;
const origin = "https://app.example.com";
const calls: string[] = [];

const noting: Plugin = {
  name: "noting",
  facts: async (request) => {
    calls.push(`facts ${request.method}`);
    return {};
  },
  routes: () => [
    {
      id: "note",
      method: "DELETE",
      path: "/note",
      limit: { max: 1, window: 3_600 },
      handle: ({ request }) => {
        calls.push(`route ${request.method}`);
        return new Response("ok", { headers: { vary: "Accept" } });
      },
    },
  ],
};

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
  const config = {
    collections: blog,
    database: { url: database.url, max: 2 },
    plugins: [headerUser, noting],
  };
  app = await serve({
    ...config,
    api: { cors: { origin: [origin, "https://two.example"], credentials: true } },
  });
  open = await serve({ ...config, api: { cors: { origin: "*" } } });
  closed = await serve(config);
});

afterAll(async () => {
  for (const each of [app, open, closed]) await each.stop();
  await database.drop();
});

beforeEach(() => {
  calls.length = 0;
});

type Headers = Readonly<Record<string, string>>;

const accessControl = (headers: Headers): readonly string[] =>
  Object.keys(headers).filter((name) => name.startsWith("access-control"));

const preflight = (asked: Application<typeof blog>, target: string, more: Headers = {}) =>
  asked.ask("OPTIONS", target, {
    headers: { origin, "access-control-request-method": "DELETE", ...more },
  });

test("T-CORS-01 without CORS no answer opens the API to another origin", async () => {
  for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
    for (const target of ["/api/open-tags", "/api/ghosts", "/api/ruleless", "/api/health/live"]) {
      for (const more of [{}, { "access-control-request-method": "DELETE" }]) {
        const { headers } = await closed.ask(method, target, { headers: { origin, ...more } });
        expect([method, target, accessControl(headers)]).toStrictEqual([method, target, []]);
      }
    }
  }
});

test("a listed origin reads answers of every kind, with credentials", async () => {
  for (const [target, status] of [
    ["/api/open-tags", 200],
    ["/api/ghosts", 404],
    ["/api/ruleless", 401],
    ["/api/open-tags?page=0", 400],
    ["/api/health/live", 200],
  ] as const) {
    const answer = await app.ask("GET", target, { headers: { origin } });
    expect([target, answer.status]).toStrictEqual([target, status]);
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": expect.stringContaining("X-Request-ID"),
      "cross-origin-resource-policy": "same-origin",
      vary: "Authorization, Cookie, Origin, Sec-Fetch-Site",
    });
  }
});

test.each([
  "http://app.example.com",
  "https://app.example.com.evil.com",
  "https://evilapp.example.com",
  "https://app.example.com:444",
  "null",
  "toString",
  "__proto__",
  "https://app.example.com.",
  "https://APP.example.com",
  "https://user@app.example.com",
  "https://app.example.com,https://two.example",
])("T-CORS-02 the origin %s is told nothing, and every answer varies by it", async (other) => {
  for (const [method, more] of [
    ["GET", {}],
    ["OPTIONS", { "access-control-request-method": "GET" }],
  ] as const) {
    const { headers } = await app.ask(method, "/api/open-tags", { headers: { origin: other, ...more } });
    expect([method, accessControl(headers)]).toStrictEqual([method, []]);
    expect(headers["vary"]).toContain("Origin");
  }
});

test("T-CORS-02 a request without an origin, and one with two of them, are told nothing", async () => {
  expect(accessControl((await app.ask("GET", "/api/open-tags")).headers)).toStrictEqual([]);
  const lines = [
    "GET /api/open-tags HTTP/1.1",
    `host: 127.0.0.1:${app.port}`,
    `origin: ${origin}`,
    `origin: ${origin}`,
  ];
  const { headers } = await app.ask.raw(`${lines.join("\r\n")}\r\n\r\n`);
  expect(accessControl(headers)).toStrictEqual([]);
});

test("T-CORS-03 every origin with credentials refuses to start", async () => {
  const api = { cors: { origin: "*", credentials: true } } as const;
  await expect(
    start({ collections: [], database: { url: database.url }, api, logger: false }, {}),
  ).rejects.toThrow(BootError);
});

test("T-CORS-04 a preflight has one answer, whatever there is and whoever asks; nothing is run for it", async () => {
  const answers = [];
  for (const target of [
    "/api/open-tags",
    "/api/ghosts",
    "/api/ruleless",
    "/api/note",
    "/api/health/live",
    "/api",
  ]) {
    for (const more of [{}, { "access-control-request-headers": "x-odd, \u00e9, ;", "x-user": "{" }]) {
      const { status, headers, text } = await preflight(app, target, more);
      const { "x-request-id": _, date: __, ...others } = headers;
      answers.push(JSON.stringify([status, others, text]));
    }
  }
  expect(new Set(answers).size).toBe(1);
  expect(calls).toStrictEqual([]);
  const { status, headers } = await preflight(app, "/api/note");
  expect(status).toBe(204);
  expect(headers).toMatchObject({
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers":
      "Authorization, Content-Type, X-API-Key, X-Request-ID, If-Match, If-None-Match",
    "access-control-max-age": "600",
    "x-frame-options": "DENY",
  });
  expect(headers["allow"]).toBeUndefined();
});

test("T-CORS-04 preflights take nothing from a route's allowance", async () => {
  for (let at = 0; at < 5; at += 1) await preflight(app, "/api/note");
  const first = await app.ask("DELETE", "/api/note", { headers: { origin } });
  expect([first.status, first.headers["vary"]]).toStrictEqual([
    200,
    "Authorization, Cookie, Origin, Sec-Fetch-Site, Accept",
  ]);
  const second = await app.ask("DELETE", "/api/note", { headers: { origin } });
  expect([second.status, second.headers["access-control-allow-origin"]]).toStrictEqual([429, origin]);
});

test("an unknown host has no preflight", async () => {
  expect((await preflight(app, "/api/open-tags", { host: "evil.example" })).status).toBe(421);
});

test("OPTIONS that is no preflight still tells the methods, or that there is nothing", async () => {
  const plain = await app.ask("OPTIONS", "/api/open-tags", { headers: { origin } });
  expect([plain.status, plain.headers["allow"]]).toStrictEqual([204, "GET, POST, HEAD, OPTIONS"]);
  expect((await app.ask("OPTIONS", "/api/ghosts", { headers: { origin } })).status).toBe(404);
});

test("every origin may read where everything is public, without credentials", async () => {
  const { headers } = await open.ask("GET", "/api/open-tags", { headers: { origin: "https://any.example" } });
  expect(headers["access-control-allow-origin"]).toBe("*");
  expect(headers["access-control-allow-credentials"]).toBeUndefined();
});

test("T-DOS-08 headers full of anything are answered, and none of them comes back", async () => {
  const size = 12_000;
  for (const filling of [" ", ",", "a,", "a ", ";", "=", "\t", "(", "\u00e9"]) {
    const long = filling.repeat(size / filling.length);
    for (const name of [
      "access-control-request-headers",
      "forwarded",
      "x-forwarded-for",
      "accept-language",
      "cookie",
    ]) {
      const { status, headers } = await preflight(app, "/api/open-tags", { [name]: `x${long}x` });
      // The server below us may refuse what is no header value, or too much of it.
      expect([204, 400, 431]).toContain(status);
      expect(JSON.stringify(headers).length).toBeLessThan(2_000);
    }
  }
});
