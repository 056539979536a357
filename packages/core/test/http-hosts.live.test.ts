import type { Lucent, Plugin } from "@lucent/core";
import { Elysia } from "elysia";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import { blog, headerUser } from "./world/blog.ts";

let database: Prepared;
let app: Application<typeof blog>;
let checks = 0;
let isReady = false;

const broken: Plugin = {
  name: "broken",
  async health() {
    checks += 1;
    if (!isReady) throw new TypeError("redis://user:secret@cache is down");
  },
  routes: () => [
    {
      id: "broken.ping",
      method: "GET",
      path: "/ping",
      handle: () => Response.json({ pong: true }),
    },
    { id: "broken.plain", method: "GET", path: "/plain", handle: () => new Response("plain") },
  ],
};

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
  app = await serve(
    {
      collections: blog,
      database: { url: database.url, max: 2 },
      plugins: [headerUser, broken],
      api: { prefix: "/v1/data", allowedHosts: ["api.example.com", "api.example.com:8443"] },
    },
    (host) =>
      host
        .get("/hello", () => "hello from the host")
        .get("/lucent", (context) => (Reflect.get(context, "lucent") as Lucent).blueprint.prefix)
        .use(new Elysia().get("/v1/other", () => ({ other: true }))) as unknown as Elysia,
  );
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

const request = (target: string, ...headers: readonly string[]) =>
  app.ask.raw(`${[`GET ${target} HTTP/1.1`, ...headers].join("\r\n")}\r\n\r\n`);

test("the hosts that are listed are answered, in any case, and loopback outside production", async () => {
  for (const host of [
    "api.example.com",
    "API.example.COM",
    "api.example.com:8443",
    "localhost",
    `127.0.0.1:${app.port}`,
  ]) {
    expect([host, (await request("/v1/data/open-tags", `host: ${host}`)).status]).toStrictEqual([host, 200]);
  }
});

test.each([
  "a",
  "ab",
  "abc",
  "evil.example",
  "api.example.com.evil.example",
  "api.example.com.",
  "api.example.com:1",
  "x@y",
])(
  "T-HOST-01 T-HOST-02 the host %s is refused before routing, for the host's own routes too",
  async (host) => {
    for (const target of ["/v1/data/open-tags", "/v1/data/ghosts", "/hello", "/nothing", "/"]) {
      const { status, json } = await request(target, `host: ${host}`);
      expect([target, status]).toSatisfy(([, found]) => found === 421 || found === 400);
      if (status === 421) expect(json.code).toBe("MISDIRECTED_REQUEST");
    }
  },
);

test.each([
  ["no host", []],
  ["two hosts", ["host: api.example.com", "host: evil.example"]],
  ["two hosts the other way round", ["host: evil.example", "host: api.example.com"]],
  ["user information", ["host: user@api.example.com"]],
  ["a host behind user information", ["host: api.example.com@evil.example"]],
  ["a path", ["host: api.example.com/evil"]],
  ["an odd port", ["host: api.example.com:99999"]],
  ["an empty host", ["host: "]],
])("T-HOST-02 a request with %s is refused", async (_, headers) => {
  expect([400, 421]).toContain((await request("/v1/data/open-tags", ...headers)).status);
});

const isBun = "bun" in process.versions;

test("T-HOST-02 a target in absolute form does not stand in for the host", async () => {
  for (const [target, host] of [
    ["http://evil.example/v1/data/open-tags", "api.example.com"],
    ["http://api.example.com/v1/data/open-tags", "evil.example"],
    ["http://evil.example/hello", "api.example.com"],
  ] as const) {
    const { status } = await request(target, `host: ${host}`);
    // Bun drops the target's authority and routes by Host alone, so there is nothing to tell the two apart by.
    const refusals = isBun && host === "api.example.com" ? [200, 400, 404, 421] : [400, 404, 421];
    expect([target, status, refusals.includes(status)]).toStrictEqual([target, status, true]);
  }
});

test("T-HOST-03 no spelling of a path leads out of the prefix or into it", async () => {
  for (const target of [
    "/v1/data/../data/open-tags/..%2f..%2fhello",
    "/v1/data//open-tags",
    "//v1/data/open-tags",
    "/v1/data/open-tags;x",
    "/v1/data/%6fpen-tags",
    "/V1/data/open-tags",
    "/v1/data/./ghosts",
    "/v1/data/health/../ruleless/%2e%2e",
  ]) {
    const { status } = await request(target, "host: api.example.com");
    expect([target, [400, 401, 404].includes(status)]).toStrictEqual([target, true]);
  }
});

test("health answers any host, and nothing else below it does", async () => {
  expect((await request("/v1/data/health/live", "host: 10.0.0.7")).json).toStrictEqual({ status: "ok" });
  expect((await request("/v1/data/health/ready", "host: probe")).status).toBe(503);
  expect((await request("/v1/data/open-tags", "host: probe")).status).toBe(421);
});

test("a plugin's route is refused on another host, like everything but health", async () => {
  expect((await request("/v1/data/ping", "host: api.example.com")).json).toStrictEqual({ pong: true });
  expect((await request("/v1/data/ping", "host: probe")).status).toBe(421);
});

test("R-LI-9 T-DOS-17 ready is 503 without a detail while a plugin is not, and asks once in five seconds", async () => {
  const answers = [];
  for (let round = 0; round < 20; round += 1)
    answers.push(await request("/v1/data/health/ready", "host: api.example.com"));
  for (const { status, json, text, headers } of answers) {
    expect([status, json]).toStrictEqual([
      503,
      { status: "unavailable", checks: { database: "ok", broken: "unavailable" } },
    ]);
    expect(text).not.toContain("secret");
    expect(headers["x-frame-options"]).toBe("DENY");
  }
  expect(checks).toBe(1);
  expect(app.log.text()).toContain("redis://user:secret@cache is down");
  isReady = true;
  expect((await request("/v1/data/health/ready", "host: api.example.com")).status).toBe(503);
  expect(checks).toBe(1);
});

test("the host's own routes go on beside the plugin, without the API's headers", async () => {
  const hello = await request("/hello", "host: api.example.com");
  expect([hello.status, hello.text, hello.headers["x-request-id"]]).toStrictEqual([
    200,
    "hello from the host",
    undefined,
  ]);
  expect((await request("/v1/other", "host: api.example.com")).json).toStrictEqual({ other: true });
  expect((await request("/lucent", "host: api.example.com")).text).toBe("/v1/data");
  const nothing = await request("/nothing", "host: api.example.com");
  expect([nothing.status, nothing.headers["x-request-id"]]).toStrictEqual([404, undefined]);
});

test("under another prefix the API is there and nowhere else, and says so in Location", async () => {
  const made = await app.ask("POST", "/v1/data/open-tags", { body: { name: "a" } });
  expect(made.headers["location"]).toBe(`/v1/data/open-tags/${made.json.id}`);
  expect((await app.ask("GET", made.headers["location"] ?? "")).status).toBe(200);
  const elsewhere = await app.ask("GET", "/api/open-tags");
  expect([elsewhere.status, elsewhere.headers["x-request-id"]]).toStrictEqual([404, undefined]);
  for (const target of ["/v1/data", "/v1/data/"]) {
    expect((await app.ask("GET", target)).json.code).toBe("NOT_FOUND");
  }
});
