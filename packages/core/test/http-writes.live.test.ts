import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";
import { blog, headerUser } from "./world/blog.ts";

let database: Prepared;
let app: Application<typeof blog>;
const admin = { id: "admin", role: "admin" };
const alice = { id: "alice" };

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
  app = await serve({ collections: blog, database: { url: database.url, max: 3 }, plugins: [headerUser] });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(async () => {
  app.log.lines.length = 0;
  await database.sql`truncate posts, authors`;
});

const create = (body: object, user: object = admin) =>
  app.ask("POST", "/api/posts", { user, body: { title: "x", ...body } });
const update = (id: string, body: unknown, user: object = admin) =>
  app.ask("PATCH", `/api/posts/${id}`, { user, body });
const short = ({ status, json }: Answered) => [status, json?.code, json?.errors];

test("R-ER-2 T-ACL-21 a conflict names its field only where the caller may read the other row", async () => {
  await create({ code: "taken", owner: "bob" });
  const conflict = [409, "CONFLICT", undefined];
  const named = [409, "CONFLICT", [{ path: "code", rule: "unique" }]];
  expect(short(await create({ code: "taken" }))).toStrictEqual(named);
  const hidden = await create({ code: "taken", owner: "alice" }, alice);
  expect(short(hidden)).toStrictEqual(conflict);
  expect(hidden.text).not.toMatch(/taken|bob|posts/);
  const own = (await create({ owner: "alice", code: "mine" }, alice)).json.id;
  expect(short(await update(own, { code: "taken" }, alice))).toStrictEqual(conflict);
  expect(short(await update(own, { code: "taken" }))).toStrictEqual(named);
  await database.sql`update posts set status = 'published' where code = 'taken'`;
  expect(short(await create({ code: "taken", owner: "alice" }, alice))).toStrictEqual(named);
  expect(short(await update(own, { code: "taken" }, alice))).toStrictEqual(named);
  expect(await database.sql`select count(*)::int from posts`).toMatchObject([{ count: 2 }]);
});

test("a unique field may be null in many rows, and keep its own value", async () => {
  expect([(await create({})).status, (await create({})).status]).toStrictEqual([201, 201]);
  const { id } = (await create({ code: "a" })).json;
  expect((await update(id, { code: "a" })).status).toBe(200);
});

test("T-INJ-05 unique is by exact bytes", async () => {
  for (const code of ["\u00e9", "e\u0301", "E\u0301", "é ", ""])
    expect((await create({ code })).status).toBe(201);
  expect((await create({ code: "e\u0301" })).status).toBe(409);
});

test("a value too long for its index is a conflict or a validation problem, not a failure of the server", async () => {
  const code = Array.from({ length: 2_500 }, (_, at) =>
    String.fromCodePoint(0x4e00 + ((at * 7_919) % 20_000)),
  ).join("");
  const { status } = await create({ code });
  expect([409, 422]).toContain(status);
});

test("a document that others refer to is not deleted: 409", async () => {
  const author = (await app.ask("POST", "/api/authors", { user: admin, body: { name: "a" } })).json.id;
  const post = (await create({ author })).json.id;
  const answer = await app.ask("DELETE", `/api/authors/${author}`, { user: admin });
  expect(short(answer)).toStrictEqual([409, "CONFLICT", undefined]);
  expect(answer.text).not.toMatch(/fkey|posts/);
  expect((await app.ask("DELETE", `/api/posts/${post}`, { user: admin })).status).toBe(204);
  expect((await app.ask("DELETE", `/api/authors/${author}`, { user: admin })).status).toBe(204);
});

test("a patch changes what it names: null clears, null on a required field is refused, nothing changes nothing", async () => {
  const { id } = (await create({ owner: "o", views: 1 })).json;
  expect((await update(id, { views: null })).json).toMatchObject({ views: null, owner: "o" });
  expect(short(await update(id, { title: null, views: 2 }))).toStrictEqual([
    422,
    "VALIDATION",
    [{ path: "title", rule: "required" }],
  ]);
  const { json } = await update(id, {});
  expect(json).toMatchObject({ title: "x", views: null, owner: "o" });
});

test("T-ACL-11 T-ACL-19 T-INJ-08 a body that names what the server owns, or nothing, is refused whole", async () => {
  const { id } = (await create({})).json;
  for (const [name, rule] of [
    ["id", "readOnly"],
    ["createdAt", "readOnly"],
    ["updatedAt", "readOnly"],
    ["deletedAt", "readOnly"],
    ["ghost", "unknown"],
    ["constructor", "unknown"],
  ] as const) {
    for (const value of ["null", "0", '""', "false", `"${id}"`]) {
      const body = `{"title":"changed","${name}":${value}}`;
      const expected = [422, "VALIDATION", [{ path: name, rule }]];
      expect(short(await update(id, body))).toStrictEqual(expected);
      expect(short(await app.ask("POST", "/api/posts", { user: admin, body }))).toStrictEqual(expected);
    }
  }
  for (const name of ["created_at", "__proto__", "$set", "author.name", "title\\u0000"]) {
    const answer = await update(id, `{"title":"changed","${name}":{"a":1}}`);
    expect(short(answer)).toStrictEqual([422, "VALIDATION", [{ path: "", rule: "unknown" }]]);
  }
  expect(await database.sql`select title from posts`).toMatchObject([{ title: "x" }]);
});

test.each([
  ["views", 2 ** 53, "max"],
  ["views", -(2 ** 53), "min"],
  ["views", 1.5, "type"],
  ["views", "1", "type"],
  ["price", "12345.67", "max"],
  ["price", "1.234", "format"],
  ["price", 1, "type"],
  ["price", "9".repeat(400), "max"],
  ["publishedAt", "infinity", "format"],
  ["publishedAt", "2024-02-30", "format"],
  ["publishedAt", "10000-01-01", "format"],
  ["status", "Draft", "options"],
  ["title", "a".repeat(51), "maxLength"],
  ["title", "a\0b", "format"],
  ["title", "\ud800", "format"],
  ["meta", "\0", "format"],
  ["meta", { "\ud800": 1 }, "format"],
  ["meta", "x".repeat(70_000), "maxLength"],
])("T-INJ-04 T-INJ-06 T-INJ-11 T-INJ-14 %s = %o is refused: %s", async (name, value, rule) => {
  expect(short(await create({ [name]: value }))).toStrictEqual([422, "VALIDATION", [{ path: name, rule }]]);
  expect(app.log.lines).toStrictEqual([]);
});

test("T-INJ-06 a number too large for JSON is refused wherever it stands, never a failure of the server", async () => {
  for (const member of ['"views":1e309', '"rating":-1e309', '"meta":1e309', '"meta":{"a":[1e309]}']) {
    const answer = await app.ask("POST", "/api/posts", { user: admin, body: `{"title":"x",${member}}` });
    expect([member, answer.status]).toStrictEqual([member, 422]);
  }
});

test("T-INJ-06 numbers at the edge of their type are stored exactly", async () => {
  const body = { views: Number.MAX_SAFE_INTEGER, rating: 5e-324, price: "-9999.99" };
  expect((await create(body)).json).toMatchObject(body);
  const other = { views: Number.MIN_SAFE_INTEGER, rating: 1.7976931348623157e308, price: "0.01" };
  expect((await create(other)).json).toMatchObject(other);
  expect(
    (await app.ask("POST", "/api/posts", { user: admin, body: '{"title":"x","rating":-0,"views":-0}' }))
      .status,
  ).toBe(201);
});

test("T-HDR-05 no value that was sent comes back in a problem", async () => {
  const secret = "hunter2hunter2";
  for (const body of [
    { title: [secret] },
    { title: "x", status: secret },
    { title: "x", price: secret },
    { title: "x", [`${secret}!`]: 1 },
    { title: secret.repeat(10) },
  ]) {
    const { status, text } = await app.ask("POST", "/api/posts", { user: admin, body });
    expect(status).toBe(422);
    expect(text).not.toContain(secret);
  }
});
