import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered, Asked } from "./world/asker.ts";
import { blog, headerUser } from "./world/blog.ts";

let database: Prepared;
let app: Application<typeof blog>;
const admin = { id: "admin", role: "admin" };
const alice = { id: "alice" };
const bob = { id: "bob" };
const missing = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

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

const post = async (body: object): Promise<string> =>
  (await app.ask("POST", "/api/posts", { user: admin, body: { title: "x", ...body } })).json.id;
const short = ({ status, json }: Answered) => [status, json?.code, json?.errors];
/** The answer without its request id and the time. */
const bytes = ({ status, headers, json }: Answered) => [
  status,
  { ...headers, "x-request-id": "", date: "" },
  JSON.stringify({ ...json, requestId: "" }),
];
const titles = async (target: string, asked: Asked = {}): Promise<readonly string[]> =>
  (await app.ask("GET", target, asked)).json.data.map(({ title }: { title: string }) => title).toSorted();
const where = (filter: object) => `where=${encodeURIComponent(JSON.stringify(filter))}`;

test("a read filter decides which rows each caller sees, in lists, counts, totals and one by one", async () => {
  const hidden = await post({ title: "alice draft", owner: "alice" });
  await post({ title: "bob draft", owner: "bob" });
  const open = await post({ title: "bob public", owner: "bob", status: "published" });
  for (const [user, expected] of [
    [undefined, ["bob public"]],
    [alice, ["alice draft", "bob public"]],
    [bob, ["bob draft", "bob public"]],
    [admin, ["alice draft", "bob draft", "bob public"]],
  ] as const) {
    const asked = user === undefined ? {} : { user };
    expect(await titles("/api/posts", asked)).toStrictEqual(expected);
    expect((await app.ask("GET", "/api/posts/count", asked)).json).toStrictEqual({ count: expected.length });
    const { meta } = (await app.ask("GET", "/api/posts?count=exact&perPage=1", asked)).json;
    expect(meta).toMatchObject({
      total: expected.length,
      totalPages: expected.length,
      hasNextPage: expected.length > 1,
    });
  }
  expect((await app.ask("GET", `/api/posts/${hidden}`, { user: bob })).status).toBe(404);
  expect((await app.ask("GET", `/api/posts/${hidden}`, { user: alice })).status).toBe(200);
  expect((await app.ask("GET", `/api/posts/${open}`)).status).toBe(200);
});

test("T-ACL-03 T-ACL-05 no where of a caller widens the rule", async () => {
  await post({ title: "own", owner: "alice" });
  await post({ title: "other", owner: "bob" });
  for (const [filter, expected] of [
    [{ or: [{ owner: "bob" }, { id: { exists: true } }] }, ["own"]],
    [{ owner: "bob" }, []],
    [{ not: { owner: "alice" } }, []],
    [{ or: [{ not: { status: "published" } }, {}] }, ["own"]],
    [{}, ["own"]],
    [{ id: { nin: [] } }, ["own"]],
    [{ id: { in: [] } }, []],
  ] as const) {
    expect(await titles(`/api/posts?${where(filter)}`, { user: alice })).toStrictEqual(expected);
  }
  for (const filter of [{ or: [] }, { and: [] }, { views: { between: [1] } }, { views: { near: 1 } }]) {
    expect((await app.ask("GET", `/api/posts?${where(filter)}`, { user: alice })).status).toBe(400);
  }
});

test("T-ACL-22 totals and pages count the own rows alone", async () => {
  await database.sql`insert into posts (id, title, owner, status)
    select gen_random_uuid(), 't' || n, case when n <= 3 then 'alice' else 'bob' end, 'draft' from generate_series(1, 100) n`;
  for (const page of [1, 2, 3]) {
    const { data, meta } = (
      await app.ask("GET", `/api/posts?perPage=1&page=${page}&count=exact`, { user: alice })
    ).json;
    expect(data).toHaveLength(1);
    expect(meta).toMatchObject({ page, total: 3, totalPages: 3, hasNextPage: page < 3 });
  }
  const beyond = (await app.ask("GET", "/api/posts?perPage=1&page=4", { user: alice })).json;
  expect([beyond.data, beyond.meta.hasNextPage, beyond.meta.nextCursor]).toStrictEqual([[], false, null]);
});

test("T-ACL-06 R-ER-3 a missing row, a hidden row and no id at all are one answer, byte for byte", async () => {
  const hidden = await post({ owner: "bob" });
  const ids = [
    missing,
    "1",
    "null",
    "undefined",
    "%00",
    "%E0%A4%A",
    "a%2fb",
    "..%2fposts",
    "x".repeat(4_000),
    `${hidden}x`,
  ];
  for (const [method, body] of [["GET"], ["PATCH", { title: "y" }], ["DELETE"]] as const) {
    const ask = (id: string) =>
      app.ask(method, `/api/posts/${id}`, { user: alice, ...(body === undefined ? {} : { body }) });
    const expected = bytes(await ask(hidden));
    expect(expected[0]).toBe(404);
    for (const id of ids) expect([id, bytes(await ask(id))]).toStrictEqual([id, expected]);
    expect(bytes(await ask(hidden.toUpperCase()))).toStrictEqual(expected);
  }
  expect(await database.sql`select title from posts`).toMatchObject([{ title: "x" }]);
});

test("T-ACL-23 R-ER-3 unknown collections, those of the engine and unknown routes are one answer", async () => {
  const expected = bytes(await app.ask("GET", "/api/ghosts", { user: admin }));
  for (const target of [
    "lucent_uploads",
    "lucent-migrations",
    "lucent_jobs/1",
    "__proto__",
    "constructor",
    "batch/1",
    "posts/1/2",
  ]) {
    expect(bytes(await app.ask("GET", `/api/${target}`, { user: admin }))).toStrictEqual(expected);
  }
});

test("T-ACL-02 a collection without rules denies every operation to everyone", async () => {
  for (const [method, target, body] of [
    ["GET", "/api/ruleless"],
    ["GET", "/api/ruleless/count"],
    ["POST", "/api/ruleless/query", {}],
    ["GET", `/api/ruleless/${missing}`],
    ["POST", "/api/ruleless", {}],
    ["PATCH", `/api/ruleless/${missing}`, {}],
    ["DELETE", `/api/ruleless/${missing}`],
  ] as const) {
    const asked = body === undefined ? {} : { body };
    expect(short(await app.ask(method, target, asked))).toStrictEqual([401, "UNAUTHENTICATED", undefined]);
    expect(short(await app.ask(method, target, { ...asked, user: admin }))).toStrictEqual([
      403,
      "FORBIDDEN",
      undefined,
    ]);
  }
  expect(app.log.lines).toStrictEqual([]);
});

test("T-ACL-01 rules that answer late are waited for, rules that fail deny and are logged with the request id", async () => {
  expect((await app.ask("GET", "/api/odd")).status).toBe(401);
  expect((await app.ask("GET", "/api/odd", { user: alice })).json.data).toStrictEqual([]);
  expect(app.log.lines).toStrictEqual([]);
  for (const [method, target, body] of [
    ["POST", "/api/odd", { name: "a" }],
    ["PATCH", `/api/odd/${missing}`, {}],
    ["DELETE", `/api/odd/${missing}`],
  ] as const) {
    app.log.lines.length = 0;
    const answer = await app.ask(method, target, { user: alice, ...(body === undefined ? {} : { body }) });
    expect(short(answer)).toStrictEqual([403, "FORBIDDEN", undefined]);
    expect(app.log.lines).toMatchObject([
      { level: "error", facts: { collection: "odd", requestId: answer.headers["x-request-id"] } },
    ]);
    expect(answer.text).not.toContain("broken");
  }
  expect(await database.sql`select count(*)::int from odd`).toMatchObject([{ count: 0 }]);
});

test("a create filter must match the new row, or nothing is stored", async () => {
  const own = await app.ask("POST", "/api/posts", { user: alice, body: { title: "a", owner: "alice" } });
  expect(own.status).toBe(201);
  for (const owner of ["bob", null]) {
    const answer = await app.ask("POST", "/api/posts", { user: alice, body: { title: "b", owner } });
    expect(short(answer)).toStrictEqual([403, "FORBIDDEN", undefined]);
  }
  expect(await database.sql`select title from posts`).toMatchObject([{ title: "a" }]);
});

test("T-ACL-07 an update whose new image leaves the filter is 403 and changes nothing", async () => {
  const id = await post({ title: "before", owner: "alice" });
  for (const owner of ["bob", null]) {
    const answer = await app.ask("PATCH", `/api/posts/${id}`, {
      user: alice,
      body: { owner, title: "after" },
    });
    expect(short(answer)).toStrictEqual([403, "FORBIDDEN", undefined]);
  }
  expect(await database.sql`select title, owner from posts`).toMatchObject([
    { title: "before", owner: "alice" },
  ]);
  const fine = await app.ask("PATCH", `/api/posts/${id}`, { user: alice, body: { title: "after" } });
  expect([fine.status, fine.json.title]).toStrictEqual([200, "after"]);
});

test("update and delete reach only the rows of their filter", async () => {
  const open = await post({ owner: "bob", status: "published" });
  expect((await app.ask("GET", `/api/posts/${open}`, { user: alice })).status).toBe(200);
  expect((await app.ask("PATCH", `/api/posts/${open}`, { user: alice, body: { title: "y" } })).status).toBe(
    404,
  );
  expect((await app.ask("DELETE", `/api/posts/${open}`, { user: alice })).status).toBe(404);
  expect((await app.ask("DELETE", `/api/posts/${open}`, { user: bob })).status).toBe(204);
});

test("T-ACL-08 an update that waited for another writer never lands on a row that has moved away", async () => {
  for (let round = 0; round < 25; round += 1) {
    const id = await post({ owner: "alice", title: "before" });
    const [moved, patched] = await Promise.all([
      database.sql`update posts set owner = 'bob' where id = ${id} and title = 'before'`,
      app.ask("PATCH", `/api/posts/${id}`, { user: alice, body: { title: "after" } }),
    ]);
    const [row] = await database.sql`select title, owner from posts where id = ${id}`;
    const isMoved = moved.count === 1;
    expect([patched.status, row]).toStrictEqual(
      isMoved ? [404, { title: "before", owner: "bob" }] : [200, { title: "after", owner: "alice" }],
    );
  }
});

test("what its writer may not read answers with the id alone", async () => {
  const body = { name: "hidden one", hidden: true };
  const seen = await app.ask("POST", "/api/authors", { user: admin, body });
  expect(seen.json).toStrictEqual({ id: seen.json.id, ...body });
  const config = {
    collections: [
      {
        slug: "open-tags",
        fields: { name: { type: "text" } },
        access: { create: true, update: () => ({ name: "a" }) },
      },
    ],
    database: { url: database.url, max: 2 },
  } as const;
  const writeOnly = await serve(config);
  const made = await writeOnly.ask("POST", "/api/open-tags", { body: { name: "a" } });
  expect([made.status, made.json]).toStrictEqual([201, { id: made.json.id }]);
  expect(made.headers["location"]).toBe(`/api/open-tags/${made.json.id}`);
  const changed = await writeOnly.ask("PATCH", `/api/open-tags/${made.json.id}`, { body: { name: "a" } });
  expect([changed.status, changed.json]).toStrictEqual([200, { id: made.json.id }]);
  await writeOnly.stop();
});

test("T-ACL-14 R-AC-11 a missing and an unreadable target of a relationship are one answer", async () => {
  const [open, hidden] = await Promise.all(
    [false, true].map(async (flag) => {
      const { json } = await app.ask("POST", "/api/authors", {
        user: admin,
        body: { name: "a", hidden: flag },
      });
      return json.id as string;
    }),
  );
  const id = await post({ owner: "alice" });
  const write = (author: unknown) => [
    app.ask("POST", "/api/posts", { user: alice, body: { title: "a", owner: "alice", author } }),
    app.ask("PATCH", `/api/posts/${id}`, { user: alice, body: { author } }),
  ];
  const expected = [422, "VALIDATION", [{ path: "author", rule: "relationship" }]];
  for (const author of [hidden, missing, "1"]) {
    for (const answer of await Promise.all(write(author))) expect(short(answer)).toStrictEqual(expected);
  }
  for (const answer of await Promise.all(write(open))) expect(answer.json.author).toBe(open);
  for (const wrong of [{ id: open, role: "admin" }, [open], 1]) {
    for (const answer of await Promise.all(write(wrong))) expect(answer.status).toBe(422);
  }
  expect((await app.ask("PATCH", `/api/posts/${id}`, { user: admin, body: { author: hidden } })).status).toBe(
    200,
  );
  expect(
    (await app.ask("PATCH", `/api/posts/${id}`, { user: alice, body: { author: null } })).json.author,
  ).toBeNull();
});
