import { randomBytes } from "node:crypto";

import { LucentError, type Plugin, start } from "@lucent/core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";
import { blog, headerUser } from "./world/blog.ts";
import { recordingLogger } from "./world/recording-logger.ts";

let database: Prepared;
let app: Application<typeof blog>;
let secure: Application<typeof blog>;
let small: Application<typeof blog>;
let proxied: Application<typeof blog>;
const alice = { id: "alice" };
const expected = {
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "x-xss-protection": "0",
  "origin-agent-cluster": "?1",
  "x-dns-prefetch-control": "off",
  vary: "Authorization, Cookie, Origin, Sec-Fetch-Site",
};
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
  const config = { collections: blog, database: { url: database.url, max: 2 }, plugins: [headerUser] };
  const thrower: Plugin = {
    name: "thrower",
    routes: () => [
      {
        id: "throw",
        method: "GET",
        path: "/throw",
        handle: () => {
          throw new TypeError("secret");
        },
      },
      {
        id: "elsewhere",
        method: "GET",
        path: "/elsewhere",
        handle: () => new Response(null, { status: 303, headers: { location: "/api/open-tags" } }),
      },
      {
        id: "once",
        method: "GET",
        path: "/once",
        limit: { max: 1, window: 3_600 },
        handle: () => new Response(),
      },
      {
        id: "stale",
        method: "GET",
        path: "/stale",
        handle() {
          throw new LucentError("PRECONDITION_FAILED");
        },
      },
      {
        id: "events",
        method: "GET",
        path: "/events",
        handle() {
          const stream = new ReadableStream({
            start(controller) {
              controller.enqueue(new TextEncoder().encode("data: one\n\n"));
              controller.close();
            },
          });
          return new Response(stream, { headers: { "content-type": "text/event-stream" } });
        },
      },
    ],
  };
  app = await serve({ ...config, plugins: [headerUser, thrower] });
  secure = await serve({ ...config, api: { url: "https://api.example.com" } });
  small = await serve({ ...config, api: { bodyLimit: 100 } });
  proxied = await serve({
    ...config,
    api: { url: "http://api.example.com", cors: { origin: ["https://app.example.com"] } },
  });
});

afterAll(async () => {
  for (const each of [app, secure, small, proxied]) await each.stop();
  await database.drop();
});

/** One answer of every kind that there is. */
async function everyStatus(): Promise<readonly (readonly [number, Answered])[]> {
  const { ask } = app;
  const body = { name: "a" };
  const made = await ask("POST", "/api/open-tags", { body });
  const { id } = made.json;
  await ask("POST", "/api/authors", { user: { id: "a", role: "admin" }, body });
  const author = (await ask("GET", "/api/authors")).json.data[0].id;
  const preflight = { origin: "https://app.example.com", "access-control-request-method": "PUT" };
  const post = (title: string) =>
    ask("POST", "/api/posts", { user: alice, body: { title, owner: "alice", code: "same", author } });
  await post("one");
  await ask("GET", "/api/once");
  return [
    [201, made],
    [200, await ask("GET", "/api/open-tags")],
    [200, await ask("HEAD", "/api/open-tags")],
    [200, await ask("GET", "/api/health/live")],
    [204, await ask("OPTIONS", "/api/open-tags")],
    [204, await proxied.ask("OPTIONS", "/api/open-tags", { headers: preflight })],
    [303, await ask("GET", "/api/elsewhere")],
    [200, await ask("GET", "/api/events")],
    [412, await ask("GET", "/api/stale")],
    [429, await ask("GET", "/api/once")],
    [204, await ask("DELETE", `/api/open-tags/${id}`)],
    [400, await ask("GET", "/api/open-tags?page=0")],
    [401, await ask("GET", "/api/ruleless")],
    [401, await ask("GET", "/api/open-tags", { headers: { "x-user": "{" } })],
    [403, await ask("GET", "/api/ruleless", { user: alice })],
    [404, await ask("GET", "/api/ghosts")],
    [404, await ask("GET", "/api")],
    [404, await ask("HEAD", "/api/open-tags/1")],
    [405, await ask("PUT", "/api/open-tags", { body })],
    [409, await post("two")],
    [413, await small.ask("POST", "/api/open-tags", { body: { name: "a".repeat(200) } })],
    [415, await ask("POST", "/api/open-tags", { body, headers: { "content-type": "text/plain" } })],
    [421, await ask("GET", "/api/open-tags", { headers: { host: "evil.example" } })],
    [422, await ask("POST", "/api/open-tags", { body: {} })],
    [500, await ask("GET", "/api/throw")],
  ];
}

test("T-HDR-01 every answer has the full set of default headers, each once, and names no server", async () => {
  for (const [status, answer] of await everyStatus()) {
    expect(answer.status).toBe(status);
    expect([status, answer.headers]).toMatchObject([status, expected]);
    expect(answer.headers["x-request-id"]).toMatch(uuid);
    for (const absent of ["server", "x-powered-by", "strict-transport-security"]) {
      expect([status, absent, answer.headers[absent]]).toStrictEqual([status, absent, undefined]);
    }
  }
});

test("every problem is the type of RFC 9457 with the request id of its header", async () => {
  for (const [status, answer] of await everyStatus()) {
    if (status < 400 || answer.text === "") continue;
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(answer.json).toMatchObject({
      type: expect.stringMatching(/^urn:lucent:problem:[a-z-]+$/),
      title: expect.any(String),
      status,
      code: expect.stringMatching(/^[A-Z_]+$/),
      requestId: answer.headers["x-request-id"],
    });
    expect(answer.json.type).toBe(
      `urn:lucent:problem:${answer.json.code.toLowerCase().replaceAll("_", "-")}`,
    );
  }
});

test("strict transport is asked for only where the public origin is https", async () => {
  for (const target of ["/api/open-tags", "/api/ghosts"]) {
    const { headers } = await secure.ask("GET", target);
    expect(headers["strict-transport-security"]).toBe("max-age=63072000; includeSubDomains");
  }
});

test("T-HDR-02 a harmless request id comes back, any other is replaced", async () => {
  const sent = async (id: string) =>
    (await app.ask("GET", "/api/open-tags", { headers: { "x-request-id": id } })).headers["x-request-id"];
  expect(await sent("test.id-0_1")).toBe("test.id-0_1");
  expect(await sent("x".repeat(64))).toBe("x".repeat(64));
  for (const bad of [
    "",
    "short",
    "x".repeat(65),
    "<script>alert</script>",
    "${jndi:ldap}",
    "with space",
    "a,b,c,d,e",
  ]) {
    expect(await sent(bad)).toMatch(uuid);
  }
});

test("T-HDR-02 what is no header text at all never comes back", async () => {
  const first = `GET /api/open-tags HTTP/1.1\r\nhost: 127.0.0.1:${app.port}\r\nx-request-id: `;
  for (const bad of ["unicode-\u00e9\u202e", "line\nbreak-it", "line\r\n folded", "nul-\0-nul"]) {
    const { status, headers } = await app.ask.raw(Buffer.from(`${first}${bad}\r\n\r\n`));
    expect([200, 400]).toContain(status);
    if (status === 200)
      expect([bad, headers["x-request-id"]]).toStrictEqual([bad, expect.stringMatching(uuid)]);
  }
});

test("T-HDR-04 an exception is the same fixed body in development and in production", async () => {
  const thrower: Plugin = {
    name: "thrower",
    routes: () => [
      { id: "throw", method: "GET", path: "/throw", handle: () => Promise.reject(new TypeError("secret")) },
    ],
  };
  const bodies: string[] = [];
  for (const NODE_ENV of ["development", "production"]) {
    const logger = recordingLogger();
    const SESSION_SECRET = randomBytes(32).toString("hex");
    const engine = await start(
      { collections: [], database: { url: database.url, max: 1 }, plugins: [thrower], logger },
      { NODE_ENV, SESSION_SECRET, API_URL: "http://localhost" },
    );
    const headers = { host: "localhost", "x-request-id": "request-1" };
    const answer = await engine.handle(new Request("http://localhost/api/throw", { headers }));
    bodies.push(`${answer.status} ${await answer.text()}`);
    expect(logger.text()).toContain("secret");
    await engine.stop();
  }
  expect(bodies[0]).toBe(
    '500 {"type":"urn:lucent:problem:internal","title":"Internal error","status":500,"code":"INTERNAL","requestId":"request-1"}',
  );
  expect(bodies[1]).toBe(bodies[0]);
});

test("T-HDR-03 what is made for a signed-in caller is not stored, what is made for anyone may be", async () => {
  const control = async (target: string, user?: object) =>
    (await app.ask("GET", target, user === undefined ? {} : { user })).headers["cache-control"];
  for (const target of ["/api/open-tags", "/api/health/live"]) {
    expect(await control(target, alice)).toBe("no-store");
    expect(await control(target)).toBeUndefined();
  }
  for (const target of ["/api/open-tags?page=0", "/api/ruleless"]) {
    expect(await control(target, alice)).toBe("no-store");
    expect(await control(target)).toBe("no-store");
  }
});

test("an anonymous caller is told how to sign in, a signed-in one is not", async () => {
  const anonymous = await app.ask("GET", "/api/ruleless");
  expect([anonymous.json.code, anonymous.headers["www-authenticate"]]).toStrictEqual([
    "UNAUTHENTICATED",
    "Bearer",
  ]);
  const known = await app.ask("GET", "/api/ruleless", { user: alice });
  expect([known.json.code, known.headers["www-authenticate"]]).toStrictEqual(["FORBIDDEN", undefined]);
});

test("another method is told which ones there are", async () => {
  const { headers, json } = await app.ask("PUT", "/api/open-tags/1", { body: {} });
  expect([json.code, headers["allow"]]).toStrictEqual([
    "METHOD_NOT_ALLOWED",
    "GET, PATCH, DELETE, HEAD, OPTIONS",
  ]);
});

test("T-CSRF-06 a method is what the request line says", async () => {
  for (const asked of [
    { headers: { "x-http-method-override": "DELETE" }, body: { name: "a" } },
    { headers: { "x-method-override": "DELETE", "x-http-method": "DELETE" }, body: { name: "a" } },
  ]) {
    expect((await app.ask("POST", "/api/open-tags", asked)).status).toBe(201);
  }
  expect((await app.ask("GET", "/api/open-tags?_method=POST")).status).toBe(400);
});
