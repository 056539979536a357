import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import { blog, headerUser } from "./world/blog.ts";

let database: Prepared;
let app: Application<typeof blog>;
let untrusting: Application<typeof blog>;
const url = "https://api.example.com";

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
  const config = { collections: blog, database: { url: database.url, max: 2 }, plugins: [headerUser] };
  app = await serve({ ...config, api: { url, trustProxy: 1, hstsPreload: true } });
  untrusting = await serve({ ...config, api: { url, trustProxy: ["192.0.2.1"] } });
});

afterAll(async () => {
  for (const each of [app, untrusting]) await each.stop();
  await database.drop();
});

const http = { "x-forwarded-proto": "http", "x-forwarded-for": "192.0.2.7" };

test("a client that came by http is sent to the same target on the public https origin", async () => {
  for (const method of ["GET", "HEAD"]) {
    const { status, headers, text } = await app.ask(method, "/api/open-tags?select=name&perPage=1", {
      headers: http,
    });
    expect([status, headers["location"], text]).toStrictEqual([
      308,
      `${url}/api/open-tags?select=name&perPage=1`,
      "",
    ]);
    expect(headers["strict-transport-security"]).toBe("max-age=63072000; includeSubDomains; preload");
    expect(headers["x-frame-options"]).toBe("DENY");
  }
});

test("the host of the request has no say in where it is sent", async () => {
  const { headers } = await app.ask("GET", "/api/ghosts", { headers: { ...http, host: "localhost" } });
  expect(headers["location"]).toBe(`${url}/api/ghosts`);
  expect((await app.ask("GET", "/api/ghosts", { headers: { ...http, host: "evil.example" } })).status).toBe(
    421,
  );
});

test("a request that may have carried a secret in the clear is refused", async () => {
  for (const method of ["POST", "PATCH", "DELETE", "PUT", "OPTIONS"]) {
    const { status, json } = await app.ask(method, "/api/open-tags", { headers: http });
    expect([method, status, json.code]).toStrictEqual([method, 403, "FORBIDDEN"]);
  }
});

test("health is asked from within, by http", async () => {
  expect((await app.ask("GET", "/api/health/live", { headers: http })).status).toBe(200);
});

test("who came by https, or without a word about it, is answered", async () => {
  for (const headers of [{ ...http, "x-forwarded-proto": "https" }, { "x-forwarded-for": "192.0.2.7" }, {}])
    expect((await app.ask("GET", "/api/open-tags", { headers })).status).toBe(200);
});

test("who is no trusted proxy can neither redirect nor be redirected", async () => {
  expect((await untrusting.ask("GET", "/api/open-tags", { headers: http })).status).toBe(200);
});
