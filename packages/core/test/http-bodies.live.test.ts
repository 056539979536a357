import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import { blog } from "./world/blog.ts";

let database: Prepared;
let app: Application<typeof blog>;
const limit = 1_000;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
  app = await serve({
    collections: blog,
    database: { url: database.url, max: 2 },
    api: { bodyLimit: limit },
  });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(async () => {
  await database.sql`truncate open_tags`;
});

const stored = async () => (await database.sql`select count(*)::int as n from open_tags`)[0]?.["n"];
const head = (...lines: readonly string[]) =>
  `${["POST /api/open-tags HTTP/1.1", `host: 127.0.0.1:${app.port}`, ...lines].join("\r\n")}\r\n\r\n`;
const chunked = (...parts: readonly string[]) =>
  [...parts, ""].map((part) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`).join("");
const json = "content-type: application/json";
const sized = (bytes: number) => JSON.stringify({ name: "a".repeat(bytes - 11) });

test.each([
  "application/json",
  "APPLICATION/JSON",
  "application/json; charset=utf-8",
  'application/json;charset="UTF-8"',
])("T-INJ-17 the content type %o is read, and its body checked", async (type) => {
  const post = async (body: string) =>
    (await app.ask("POST", "/api/open-tags", { body, headers: { "content-type": type } })).status;
  expect(await post('{"name":"a"}')).toBe(201);
  expect(await post('{"name":1}')).toBe(422);
});

test.each([
  "application/jsonx",
  "application/json\tx",
  "application/json; charset=utf-7",
  "application/json, application/json",
  "text/plain",
  "text/plain;application/json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "",
])("T-INJ-17 T-CSRF-03 the content type %o is refused before its body is read as anything", async (type) => {
  const { status, json: problem } = await app.ask("POST", "/api/open-tags", {
    body: '{"name":"a"}',
    headers: { "content-type": type },
  });
  expect([status, problem.code]).toStrictEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  expect(await stored()).toBe(0);
});

test("T-INJ-17 a body without a content type is refused", async () => {
  const { status } = await app.ask.raw(`${head("content-length: 12")}{"name":"a"}`, "POST");
  expect(status).toBe(415);
});

test("T-INJ-17 of two content types none lets a body past the schema", async () => {
  for (const types of [
    ["application/json", "text/plain"],
    ["text/plain", "application/json"],
  ]) {
    const lines = types.map((type) => `content-type: ${type}`);
    const { status } = await app.ask.raw(`${head(...lines, "content-length: 10")}{"name":1}`, "POST");
    expect([400, 415, 422]).toContain(status);
  }
  expect(await stored()).toBe(0);
});

test("a body of exactly the limit is read, one byte more is refused, framed and chunked alike", async () => {
  const framed = async (body: string) => (await app.ask("POST", "/api/open-tags", { body })).status;
  expect(await framed(sized(limit))).toBe(201);
  expect(await framed(sized(limit + 1))).toBe(413);
  const streamed = async (body: string) => {
    const bytes = head(json, "transfer-encoding: chunked") + chunked(body.slice(0, 500), body.slice(500));
    return (await app.ask.raw(bytes, "POST")).status;
  };
  expect(await streamed(sized(limit))).toBe(201);
  expect(await streamed(sized(limit + 1))).toBe(413);
  expect(await stored()).toBe(2);
});

test("T-DOS-02 a length in front of a longer chunked body does not lift the limit", async () => {
  const body = sized(limit * 3);
  for (const lines of [
    ["content-length: 20", "transfer-encoding: chunked"],
    ["transfer-encoding: chunked", "content-length: 20"],
  ]) {
    const { status } = await app.ask.raw(head(json, ...lines) + chunked(body), "POST");
    expect([400, 413]).toContain(status);
  }
  expect(await stored()).toBe(0);
});

test("T-DOS-03 a declared length far over the limit is refused without waiting for the body", async () => {
  const { status } = await app.ask.raw(head(json, "content-length: 150000000"), "POST");
  expect(status).toBe(413);
});

test("T-DOS-02 a chunked body without an end is refused once it is over the limit", async () => {
  const endless = `${head(json, "transfer-encoding: chunked")}1000\r\n${"a".repeat(4_096)}\r\n`;
  expect((await app.ask.raw(endless, "POST")).status).toBe(413);
});

test.each(["gzip", "br", "deflate", "identity"])(
  "T-DOS-13 the content encoding %s is refused",
  async (encoding) => {
    const { status } = await app.ask("POST", "/api/open-tags", {
      body: '{"name":"a"}',
      headers: { "content-type": "application/json", "content-encoding": encoding },
    });
    expect([400, 415]).toContain(status);
    expect(await stored()).toBe(0);
  },
);

test.each<[string, unknown]>([
  ["a byte order mark", '\uFEFF{"name":"a"}'],
  ["bytes behind the value", '{"name":"a"}x'],
  ["NaN", '{"name":NaN}'],
  ["a comment", '{"name":"a"/**/}'],
  ["UTF-16", Buffer.from('{"name":"a"}', "utf16le")],
  ["an overlong sequence", Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x7d])],
  ["an empty body", ""],
  ["too many levels", `{"name":${"[".repeat(40)}${"]".repeat(40)}}`],
])("T-INJ-18 %s is 400", async (_, body) => {
  const { status, json: problem } = await app.ask("POST", "/api/open-tags", { body });
  expect([status, problem.code]).toStrictEqual([400, "BAD_REQUEST"]);
});

test("the connection serves the next request after a refused body", async () => {
  for (let round = 0; round < 3; round += 1) {
    expect((await app.ask("POST", "/api/open-tags", { body: sized(limit * 2) })).status).toBe(413);
    expect(
      (await app.ask("POST", "/api/open-tags", { body: "x", headers: { "content-type": "a/b" } })).status,
    ).toBe(415);
    expect((await app.ask("POST", "/api/open-tags", { body: { name: "a" } })).status).toBe(201);
  }
});

test("a body on a route that takes none changes nothing", async () => {
  const { json: made } = await app.ask("POST", "/api/open-tags", { body: { name: "a" } });
  const body = { name: "b" };
  expect((await app.ask("GET", `/api/open-tags/${made.id}`, { body })).json.name).toBe("a");
  expect((await app.ask("DELETE", `/api/open-tags/${made.id}`, { body })).status).toBe(204);
});
