import { type Config, LucentError, type Plugin } from "@lucent/core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { prepare, type Prepared, serve } from "./world/application.ts";
import { blog, headerUser, tags } from "./world/blog.ts";

let database: Prepared;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
});

afterAll(() => database.drop());

const config = (plugins: readonly Plugin[]): Config => ({
  collections: [tags],
  database: { url: database.url, max: 2 },
  plugins,
});

test("what one plugin offers reaches the next, its routes and its facts", async () => {
  const seen: unknown[] = [];
  const offering: Plugin = { name: "mail", start: async () => ({ mail: "transport" }) as object };
  const using: Plugin = {
    name: "news",
    after: ["mail"],
    start: async (services) => void seen.push(Reflect.get(services, "mail")),
    facts: async (_, services) => {
      seen.push(Reflect.get(services, "mail"));
      return {};
    },
    routes: () => [
      {
        id: "news",
        method: "GET",
        path: "/news",
        handle: ({ services }) => Response.json({ mail: Reflect.get(services, "mail") }),
      },
    ],
  };
  const app = await serve(config([offering, using]));
  expect((await app.ask("GET", "/api/news")).json).toStrictEqual({ mail: "transport" });
  expect(seen).toStrictEqual(["transport", "transport"]);
  expect(Reflect.get(app.engine.services, "mail")).toBe("transport");
  await app.stop();
});

test("the first plugin with a user wins, and a LucentError in facts is the answer", async () => {
  const second: Plugin = { name: "second", facts: async () => ({ user: { id: "second" } }) };
  const strict: Plugin = {
    name: "strict",
    facts: async (request) => {
      if (request.headers.has("x-bad"))
        throw new LucentError("UNAUTHENTICATED", { headers: { "www-authenticate": "Bearer" } });
      if (request.headers.has("x-worse")) throw new TypeError("secret");
      return {};
    },
  };
  const whoami: Plugin = {
    name: "whoami",
    routes: () => [
      { id: "me", method: "GET", path: "/me", handle: ({ facts }) => Response.json(facts.user ?? null) },
    ],
  };
  const app = await serve(config([strict, headerUser, second, whoami]));
  expect((await app.ask("GET", "/api/me", { user: { id: "first" } })).json).toStrictEqual({ id: "first" });
  expect((await app.ask("GET", "/api/me")).json).toStrictEqual({ id: "second" });
  const bad = await app.ask("GET", "/api/me", { headers: { "x-bad": "1" } });
  expect([bad.status, bad.json.code, bad.headers["www-authenticate"]]).toStrictEqual([
    401,
    "UNAUTHENTICATED",
    "Bearer",
  ]);
  const worse = await app.ask("GET", "/api/me", { headers: { "x-worse": "1" } });
  expect([worse.status, worse.json.code, worse.text.includes("secret")]).toStrictEqual([
    500,
    "INTERNAL",
    false,
  ]);
  expect(app.log.text()).toContain("secret");
  await app.stop();
});

const files: Plugin = {
  name: "files",
  routes: () => [
    {
      id: "files.get",
      method: "GET",
      path: "/files/{id}/{name}",
      handle: ({ params, requestId }) =>
        new Response(JSON.stringify([...params, requestId]), { status: 202, headers: { "x-own": "1" } }),
    },
    {
      id: "files.throw",
      method: "POST",
      path: "/files/throw",
      handle: () => Promise.reject(new TypeError("secret path /etc")),
    },
    {
      id: "files.refuse",
      method: "POST",
      path: "/files/refuse",
      handle() {
        throw new LucentError("CONFLICT", { errors: [{ path: "name", rule: "unique" }] });
      },
    },
    {
      id: "files.cookies",
      method: "GET",
      path: "/cookies",
      handle() {
        const response = new Response("ok");
        response.headers.append("set-cookie", "a=1; Path=/");
        response.headers.append("set-cookie", "b=2; Path=/");
        return response;
      },
    },
  ],
};

test("a plugin's route has its params, its own answer and the headers of every answer", async () => {
  const app = await serve(config([files]));
  const found = await app.ask("GET", "/api/files/7/a%20b", { headers: { "x-request-id": "my-request" } });
  expect([found.status, JSON.parse(found.text)]).toStrictEqual([
    202,
    [["id", "7"], ["name", "a b"], "my-request"],
  ]);
  expect(found.headers).toMatchObject({
    "x-own": "1",
    "x-frame-options": "DENY",
    "x-request-id": "my-request",
  });
  const head = await app.ask("HEAD", "/api/files/7/a");
  expect([head.status, head.text]).toStrictEqual([202, ""]);
  expect((await app.ask("PUT", "/api/files/7/a", { body: {} })).headers["allow"]).toBe("GET, HEAD, OPTIONS");
  expect((await app.ask("OPTIONS", "/api/files/7/a")).status).toBe(204);
  expect((await app.ask("GET", "/api/files/7/%E0%A4%A")).status).toBe(404);
  await app.stop();
});

test("R-AK-2 a credential in a URL is refused on every route, and nothing of it is logged", async () => {
  const strict: Plugin = {
    name: "strict",
    routes: () => [
      { id: "strict", method: "GET", path: "/strict", parameters: ["q"], handle: () => Response.json("ok") },
    ],
  };
  const app = await serve(config([files, strict]));
  const status = async (target: string) => (await app.ask("GET", `/api${target}`)).status;
  expect([
    await status("/strict?q=1"),
    await status("/strict?r=1"),
    await status("/files/7/a?r=1"),
  ]).toStrictEqual([200, 400, 202]);
  for (const path of ["/strict", "/files/7/a", "/open-tags", "/health/live"])
    expect([path, await status(`${path}?api_key=lk_secret`)]).toStrictEqual([path, 400]);
  expect(app.log.text()).not.toContain("lk_secret");
  await app.stop();
});

test("T-HDR-04 what a plugin's route throws is a problem of its code, or 500 with the message in the log alone", async () => {
  const app = await serve(config([files]));
  const thrown = await app.ask("POST", "/api/files/throw", { body: {} });
  const requestId = thrown.headers["x-request-id"];
  expect([thrown.status, thrown.json]).toStrictEqual([
    500,
    {
      type: "urn:lucent:problem:internal",
      title: "Internal error",
      status: 500,
      code: "INTERNAL",
      requestId,
    },
  ]);
  expect(app.log.lines.filter(({ level }) => level === "error")).toMatchObject([
    { facts: { requestId, error: expect.stringContaining("secret path /etc") } },
  ]);
  const refused = await app.ask("POST", "/api/files/refuse", { body: {} });
  expect([refused.status, refused.json.errors]).toStrictEqual([409, [{ path: "name", rule: "unique" }]]);
  await app.stop();
});

test("a plugin's route can set several cookies, and R-HD-4 none of them is stored by a cache", async () => {
  const app = await serve(config([files]));
  const { headers } = await app.ask("GET", "/api/cookies");
  expect(headers["set-cookie"]).toBe("a=1; Path=/, b=2; Path=/");
  expect(headers["cache-control"]).toBe("no-store");
  await app.stop();
});

test("a plugin's routes can share one allowance", async () => {
  const limit = { max: 3, window: 3_600, shared: "pair.both" };
  const pair: Plugin = {
    name: "pair",
    routes: () =>
      ["one", "two"].map((id) => ({
        id,
        method: "GET",
        path: `/${id}`,
        limit,
        handle: () => Response.json("ok"),
      })),
  };
  const app = await serve(config([pair]));
  const left: unknown[] = [];
  for (const path of ["/api/one", "/api/two", "/api/two", "/api/one", "/api/two"]) {
    const { status, headers } = await app.ask("GET", path);
    left.push([status, headers["ratelimit-remaining"]]);
  }
  expect(left).toStrictEqual([
    [200, "2"],
    [200, "1"],
    [200, "0"],
    [429, "0"],
    [429, "0"],
  ]);
  await app.stop();
});
