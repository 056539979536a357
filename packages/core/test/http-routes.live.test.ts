import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import { blog, headerUser } from "./world/blog.ts";

let database: Prepared;
let app: Application<typeof blog>;
const admin = { id: "admin", role: "admin" };
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
  app = await serve({ collections: blog, database: { url: database.url }, plugins: [headerUser] });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(async () => {
  await database.sql`truncate posts, authors, open_tags`;
});

const tag = async (body: object): Promise<string> =>
  (await app.ask("POST", "/api/open-tags", { body })).json.id;

test("a create answers 201, the whole document and where it is", async () => {
  const { status, json, headers } = await app.ask("POST", "/api/posts", {
    user: admin,
    body: {
      title: "One",
      price: "12.5",
      publishedAt: "2026-11-23T06:00:00+01:00",
      meta: { a: [1] },
      views: 2 ** 40,
    },
  });
  expect(status).toBe(201);
  expect(json).toStrictEqual({
    id: expect.stringMatching(uuid),
    title: "One",
    owner: null,
    status: "draft",
    code: null,
    views: 2 ** 40,
    price: "12.50",
    rating: null,
    publishedAt: "2026-11-23T05:00:00.000Z",
    meta: { a: [1] },
    author: null,
    createdAt: expect.stringMatching(instant),
    updatedAt: expect.stringMatching(instant),
  });
  expect(headers["location"]).toBe(`/api/posts/${json.id}`);
  expect(headers["content-type"]).toBe("application/json");
});

test("one document is read at its own address, in upper case too", async () => {
  const id = await tag({ name: "a" });
  const expected = { id, name: "a", size: null, note: null };
  for (const name of [id, id.toUpperCase(), `${id}/`]) {
    const { status, json } = await app.ask("GET", `/api/open-tags/${name}`);
    expect([status, json]).toStrictEqual([200, expected]);
  }
});

test("a list answers data and meta", async () => {
  const ids = [await tag({ name: "a" }), await tag({ name: "b" })];
  const { status, json } = await app.ask("GET", "/api/open-tags");
  expect(status).toBe(200);
  expect(json).toStrictEqual({
    data: [
      { id: ids[0], name: "a", size: null, note: null },
      { id: ids[1], name: "b", size: null, note: null },
    ],
    meta: { perPage: 20, hasNextPage: false, nextCursor: null, page: 1 },
  });
});

test("a list of nothing is empty, with no total that was not asked for", async () => {
  const { json } = await app.ask("GET", "/api/open-tags?count=exact");
  expect(json).toStrictEqual({
    data: [],
    meta: { perPage: 20, hasNextPage: false, nextCursor: null, page: 1, total: 0, totalPages: 0 },
  });
});

test("where, sort, select and perPage work together, and sort and select may be repeated", async () => {
  for (const [name, size] of [
    ["a", 1],
    ["b", 2],
    ["c", 2],
    ["d", 3],
  ] as const)
    await tag({ name, size });
  const where = encodeURIComponent(JSON.stringify({ size: { gte: 2 } }));
  const expected = [{ name: "d" }, { name: "b" }].map((each) => ({
    id: expect.stringMatching(uuid),
    ...each,
  }));
  for (const parameters of ["sort=-size,name&select=name", "sort=-size&sort=name&select=id&select=name"]) {
    const { json } = await app.ask("GET", `/api/open-tags?where=${where}&${parameters}&perPage=2`);
    expect(json.data).toStrictEqual(expected);
    expect(json.meta).toMatchObject({ perPage: 2, hasNextPage: true, page: 1 });
  }
});

test("a query body is the same list", async () => {
  await tag({ name: "a", size: 1 });
  await tag({ name: "b", size: 2 });
  const body = {
    where: { size: { in: [1, 2] } },
    sort: ["-size"],
    select: ["name"],
    perPage: 1,
    count: "exact",
  };
  const { status, json } = await app.ask("POST", "/api/open-tags/query", { body });
  expect(status).toBe(200);
  expect(json).toStrictEqual({
    data: [{ id: expect.stringMatching(uuid), name: "b" }],
    meta: { perPage: 1, hasNextPage: true, nextCursor: expect.any(String), page: 1, total: 2, totalPages: 2 },
  });
  const all = await app.ask("POST", "/api/open-tags/query", { body: {} });
  expect(all.json.data).toHaveLength(2);
});

test("count answers the exact number under a filter", async () => {
  await tag({ name: "a", size: 1 });
  await tag({ name: "b" });
  expect((await app.ask("GET", "/api/open-tags/count")).json).toStrictEqual({ count: 2 });
  const where = encodeURIComponent('{"size":{"exists":true}}');
  const { status, json } = await app.ask("GET", `/api/open-tags/count?where=${where}`);
  expect([status, json]).toStrictEqual([200, { count: 1 }]);
});

test("select of one document leaves the rest out", async () => {
  const id = await tag({ name: "a", note: "n" });
  const { json } = await app.ask("GET", `/api/open-tags/${id}?select=note`);
  expect(json).toStrictEqual({ id, note: "n" });
});

test("an update answers 200 and the document, changed where it was said", async () => {
  const id = await tag({ name: "a", size: 1, note: "n" });
  const { status, json, headers } = await app.ask("PATCH", `/api/open-tags/${id}`, { body: { size: null } });
  expect([status, json]).toStrictEqual([200, { id, name: "a", size: null, note: "n" }]);
  expect(headers).not.toHaveProperty("location");
});

test("an update moves updatedAt, and an empty one changes nothing", async () => {
  const { json: made } = await app.ask("POST", "/api/posts", { user: admin, body: { title: "a" } });
  const same = await app.ask("PATCH", `/api/posts/${made.id}`, { user: admin, body: {} });
  expect([same.status, same.json]).toStrictEqual([200, made]);
  await database.sql`update posts set updated_at = '2020-01-01Z'`;
  const { json } = await app.ask("PATCH", `/api/posts/${made.id}`, { user: admin, body: { title: "b" } });
  expect(json).toStrictEqual({ ...made, title: "b", updatedAt: json.updatedAt });
  expect(Date.parse(json.updatedAt)).toBeGreaterThan(Date.parse("2026-01-01"));
});

test("a delete answers 204 without a body, and the document is gone", async () => {
  const id = await tag({ name: "a" });
  const gone = await app.ask("DELETE", `/api/open-tags/${id}`);
  expect([gone.status, gone.text]).toStrictEqual([204, ""]);
  expect(gone.headers).not.toHaveProperty("content-type");
  expect((await app.ask("GET", `/api/open-tags/${id}`)).status).toBe(404);
  expect((await app.ask("DELETE", `/api/open-tags/${id}`)).status).toBe(404);
});

test("T-ACL-27 HEAD decides like GET and has no body, OPTIONS says the methods alone", async () => {
  const id = await tag({ name: "a" });
  for (const target of ["/api/open-tags", "/api/open-tags/count", `/api/open-tags/${id}`]) {
    const head = await app.ask("HEAD", target);
    expect([head.status, head.text]).toStrictEqual([200, ""]);
    expect(head.headers["content-type"]).toBe("application/json");
  }
  expect((await app.ask("HEAD", "/api/ruleless")).status).toBe(401);
  expect((await app.ask("HEAD", "/api/open-tags/1")).status).toBe(404);
  for (const [target, allow] of [
    ["/api/open-tags", "GET, POST, HEAD, OPTIONS"],
    [`/api/ruleless/${id}`, "GET, PATCH, DELETE, HEAD, OPTIONS"],
    ["/api/open-tags/query", "POST, OPTIONS"],
  ] as const) {
    const options = await app.ask("OPTIONS", target);
    expect([options.status, options.text, options.headers["allow"]]).toStrictEqual([204, "", allow]);
  }
});

test("T-INJ-05 texts come back byte for byte", async () => {
  for (const name of [
    "\u202eabc\ufeff",
    "😀",
    "e\u0301",
    "\u00e9",
    "\\u0000",
    " a\tb\n",
    "<script>",
    `'";--`,
  ]) {
    const id = await tag({ name });
    expect((await app.ask("GET", `/api/open-tags/${id}`)).json.name).toBe(name);
  }
});

test("T-INJ-08 T-INJ-16 a JSON field holds whatever JSON it was given, as data", async () => {
  for (const text of [
    '{"__proto__":{"a":1},"constructor":{"prototype":{"b":1}}}',
    '{"sql":{"raw":1},"getSQL":"x","queryChunks":["select 1"]}',
    '[[],{},"",0,false,null]',
    "false",
    "0",
    '""',
  ]) {
    const made = await app.ask("POST", "/api/posts", { user: admin, body: `{"title":"x","meta":${text}}` });
    expect(made.status).toBe(201);
    const { text: read } = await app.ask("GET", `/api/posts/${made.json.id}?select=meta`, { user: admin });
    expect(JSON.stringify(JSON.parse(read).meta)).toBe(text);
  }
  expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
});
