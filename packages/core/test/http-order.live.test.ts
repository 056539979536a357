import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Asked } from "./world/asker.ts";
import { blog, headerUser } from "./world/blog.ts";

let database: Prepared;
let app: Application<typeof blog>;
const alice = { id: "alice" };
const missing = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";
/** A body with everything wrong that a body can have, for each check in turn. */
const huge = { headers: { "content-type": "text/plain" }, body: "x".repeat(300) };

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
  app = await serve({
    collections: blog,
    database: { url: database.url, max: 2 },
    api: { bodyLimit: 200 },
    plugins: [headerUser],
  });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

const codeOf = async (method: string, target: string, asked: Asked = {}): Promise<string> =>
  (await app.ask(method, target, asked)).json?.code;

test("a host that is not ours comes before everything", async () => {
  const headers = { ...huge.headers, host: "evil.example", "x-user": "{" };
  for (const [method, target] of [
    ["POST", "/api/posts?x=1"],
    ["PUT", "/api/posts"],
    ["GET", "/api/ghosts"],
    ["GET", `/api/posts?${"x".repeat(9_000)}`],
  ] as const) {
    expect(await codeOf(method, target, { ...huge, headers })).toBe("MISDIRECTED_REQUEST");
  }
});

test("the route comes before the credential, the rule and the body", async () => {
  const headers = { ...huge.headers, "x-user": "{" };
  expect(await codeOf("POST", "/api/ghosts", { ...huge, headers })).toBe("NOT_FOUND");
  expect(await codeOf("PUT", "/api/ruleless", { ...huge, headers })).toBe("METHOD_NOT_ALLOWED");
});

test("a bad credential comes before the rule and the body, also where nobody need sign in", async () => {
  const headers = { ...huge.headers, "x-user": "{" };
  expect(await codeOf("POST", "/api/open-tags", { ...huge, headers })).toBe("UNAUTHENTICATED");
  expect(await codeOf("GET", "/api/open-tags", { headers })).toBe("UNAUTHENTICATED");
});

test("the rule comes before the parameters and the body", async () => {
  for (const target of ["/api/ruleless", "/api/ruleless?ghost=1"]) {
    expect(await codeOf("POST", target, huge)).toBe("UNAUTHENTICATED");
    expect(await codeOf("POST", target, { ...huge, user: alice })).toBe("FORBIDDEN");
  }
  expect(await codeOf("GET", "/api/ruleless?where={")).toBe("UNAUTHENTICATED");
  expect(await codeOf("POST", "/api/ruleless/query", huge)).toBe("UNAUTHENTICATED");
  expect(await codeOf("PATCH", "/api/ruleless/not-an-id", huge)).toBe("UNAUTHENTICATED");
});

test("a denied body is not even read: the answer comes before it is there", async () => {
  // Of this body nothing is ever sent, so an engine that waited for it would not answer.
  const promised = `POST /api/ruleless HTTP/1.1\r\nhost: 127.0.0.1:${app.port}\r\ncontent-type: application/json\r\ncontent-length: 150\r\n\r\n`;
  expect((await app.ask.raw(promised, "POST")).json.code).toBe("UNAUTHENTICATED");
});

test("the media type comes before the size, the size before the syntax, the syntax before the schema", async () => {
  const to = (body: string, type = "application/json") =>
    codeOf("POST", "/api/open-tags", { body, headers: { "content-type": type } });
  expect(await to("x".repeat(300), "text/plain")).toBe("UNSUPPORTED_MEDIA_TYPE");
  expect(await to("x".repeat(300))).toBe("PAYLOAD_TOO_LARGE");
  expect(await to("{")).toBe("BAD_REQUEST");
  expect(await to("{}")).toBe("VALIDATION");
});

test("the schema comes before the row, and the relationship too", async () => {
  const target = `/api/posts/${missing}`;
  expect(await codeOf("PATCH", target, { user: alice, body: { title: 1 } })).toBe("VALIDATION");
  expect(await codeOf("PATCH", "/api/posts/not-an-id", { user: alice, body: { title: 1 } })).toBe(
    "VALIDATION",
  );
  expect(await codeOf("PATCH", target, { user: alice, body: { author: missing } })).toBe("VALIDATION");
  expect(await codeOf("PATCH", target, { user: alice, body: { title: "a" } })).toBe("NOT_FOUND");
});

test("the row comes before its new image, and the image of a create comes without a conflict", async () => {
  const admin = { id: "admin", role: "admin" };
  const bobs = await app.ask("POST", "/api/posts", {
    user: admin,
    body: { title: "a", owner: "bob", code: "c" },
  });
  const target = `/api/posts/${bobs.json.id}`;
  expect(await codeOf("PATCH", target, { user: alice, body: { owner: "carol" } })).toBe("NOT_FOUND");
  expect(await codeOf("POST", "/api/posts", { user: alice, body: { title: "a", owner: "bob" } })).toBe(
    "FORBIDDEN",
  );
  const own = await app.ask("POST", "/api/posts", { user: alice, body: { title: "a", owner: "alice" } });
  expect(own.status).toBe(201);
  expect(await codeOf("PATCH", `/api/posts/${own.json.id}`, { user: alice, body: { code: "c" } })).toBe(
    "CONFLICT",
  );
});

test("a target over 8 KiB is refused", async () => {
  expect(await codeOf("GET", `/api/open-tags?select=${"x".repeat(8_192 - 22)}`)).toBe("UNKNOWN_FIELD");
  expect(await codeOf("GET", `/api/open-tags?select=${"x".repeat(8_192 - 21)}`)).toBe("BAD_REQUEST");
  expect(
    (await app.ask("GET", `/api/open-tags?select=${"x".repeat(8_192 - 21)}`)).json.errors,
  ).toBeUndefined();
});

test("an unknown parameter is refused on every route", async () => {
  for (const [method, target, asked] of [
    ["GET", "/api/open-tags", {}],
    ["GET", "/api/open-tags/count", {}],
    ["GET", `/api/open-tags/${missing}`, {}],
    ["POST", "/api/open-tags", { body: { name: "a" } }],
    ["POST", "/api/open-tags/query", { body: {} }],
    ["PATCH", `/api/open-tags/${missing}`, { body: {} }],
    ["DELETE", `/api/open-tags/${missing}`, {}],
  ] as const) {
    expect([method, target, await codeOf(method, `${target}?ghost=1`, asked)]).toStrictEqual([
      method,
      target,
      "BAD_REQUEST",
    ]);
  }
});
