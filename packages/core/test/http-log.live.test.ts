import type { Config, Facts, Lucent, Plugin } from "@lucent/core";
import type { Elysia } from "elysia";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import { blog, headerUser } from "./world/blog.ts";

let database: Prepared;
let app: Application<typeof blog>;

const routes: Plugin = {
  name: "routes",
  routes: () => [
    {
      id: "files.get",
      method: "GET",
      path: "/files/{id}",
      async handle({ services }) {
        await services.database.run({ text: "select 1", values: [] });
        return Response.json({});
      },
    },
    {
      id: "broken",
      method: "GET",
      path: "/broken",
      handle: () => Promise.reject(new TypeError("the cause")),
    },
  ],
};

const config = (more: Partial<Config> = {}): Config<typeof blog> => ({
  database: { url: database.url, max: 2 },
  plugins: [headerUser, routes],
  ...more,
  collections: blog,
});

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
  app = await serve(
    config({ api: { requestLog: true } }),
    (host) =>
      host.get("/whoami", async (context) => {
        const engine = Reflect.get(context, "lucent") as Lucent;
        const known: Facts | string = await engine.facts(context.request).catch(String);
        return Response.json(known);
      }) as unknown as Elysia,
  );
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(() => {
  app.log.lines.length = 0;
});

/** The request lines so far, without what differs from run to run. */
function lines() {
  return app.log.lines
    .filter(({ message }) => message === "request")
    .map(({ level, facts: { requestId, durationMs, ...facts } }) => {
      expect(requestId).toEqual(expect.any(String));
      expect(durationMs).toEqual(expect.any(Number));
      return { level, ...facts };
    });
}

test("each request is one line with its route, its outcome and how often it asked the database", async () => {
  const { ask } = app;
  await ask("GET", "/api/open-tags");
  await ask("POST", "/api/open-tags", { body: { name: "a" } });
  await ask("GET", "/api/open-tags/018f4e1c-7a3b-7c3d-8e4f-0123456789ab");
  await ask("GET", "/api/ruleless");
  await ask("GET", "/api/ghosts");
  await ask("PUT", "/api/open-tags", { body: {} });
  await ask("OPTIONS", "/api/open-tags");
  await ask("GET", "/api/files/7");
  await ask("GET", "/api/open-tags", { headers: { host: "evil.example" } });
  expect(lines()).toStrictEqual([
    { level: "info", method: "GET", route: "open-tags.list", status: 200, queries: 1 },
    { level: "info", method: "POST", route: "open-tags.create", status: 201, queries: 1 },
    { level: "info", method: "GET", route: "open-tags.one", status: 404, queries: 1 },
    { level: "info", method: "GET", route: "ruleless.list", status: 401, queries: 0 },
    { level: "info", method: "GET", route: "none", status: 404, queries: 0 },
    { level: "info", method: "PUT", route: "none", status: 405, queries: 0 },
    { level: "info", method: "OPTIONS", route: "options", status: 204, queries: 0 },
    { level: "info", method: "GET", route: "files.get", status: 200, queries: 1 },
    { level: "info", method: "GET", route: "none", status: 421, queries: 0 },
  ]);
});

test("a failure of ours is an error line, beside the one with its cause, under one request id", async () => {
  const { headers } = await app.ask("GET", "/api/broken");
  expect(app.log.lines).toMatchObject([
    {
      level: "error",
      message: "request failed",
      facts: { requestId: headers["x-request-id"], code: "INTERNAL" },
    },
    {
      level: "error",
      message: "request",
      facts: { requestId: headers["x-request-id"], route: "broken", status: 500 },
    },
  ]);
});

test("R-AU-2 nothing that a client sent is in a line, except an id that is harmless", async () => {
  const secret = "SECRETsecret";
  const headers = {
    authorization: `Bearer ${secret}`,
    cookie: `session=${secret}`,
    "x-api-key": secret,
    "user-agent": secret,
    referer: `https://a.example/${secret}`,
    "x-forwarded-for": secret,
    "x-request-id": "harmless-1",
  };
  const user = { id: secret, email: `${secret}@example.com` };
  for (const [method, target, body] of [
    ["GET", `/api/open-tags?where=${secret}`, undefined],
    ["GET", `/api/open-tags/${secret}`, undefined],
    ["POST", "/api/open-tags", { name: 7, password: secret }],
    ["GET", `/api/files/${secret}`, undefined],
    ["GET", `/api/${secret}`, undefined],
    [secret, "/api/open-tags", undefined],
  ] as const) {
    await app.ask(method, target, { headers, user, ...(body && { body }) }).catch(() => undefined);
  }
  expect(app.log.lines.length).toBeGreaterThanOrEqual(5);
  expect(app.log.text()).not.toContain(secret);
  expect(app.log.text()).toContain("harmless-1");
});

test("a logger of one's own gets no request lines unless they are asked for", async () => {
  const quiet = await serve(config());
  await quiet.ask("GET", "/api/open-tags");
  expect(quiet.log.lines.filter(({ message }) => message === "request")).toStrictEqual([]);
  await quiet.stop();
});

test("a route of the host asks who is calling, and hears of a bad credential", async () => {
  const whoami = async (headers: Record<string, string>) =>
    (await app.ask("GET", "/whoami", { headers })).json;
  expect(await whoami({ "x-user": '{"id":"alice"}' })).toStrictEqual({ user: { id: "alice" } });
  expect(await whoami({})).toStrictEqual({});
  expect(await whoami({ "x-user": "{" })).toBe("LucentError: Authentication required");
});
