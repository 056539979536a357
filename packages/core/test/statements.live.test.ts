import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Asked } from "./world/asker.ts";
import { blog, headerUser } from "./world/blog.ts";
import { type DatabaseProxy, databaseProxy } from "./world/database-proxy.ts";

let database: Prepared;
let proxy: DatabaseProxy;
let app: Application<typeof blog>;
let tag: string;
let author: string;
let post: string;
const admin = { id: "admin", role: "admin" };
const alice = { id: "alice" };

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
  proxy = await databaseProxy(database.url);
  // Without a logger nobody is told which index is missing, and no statement looks for one.
  app = await serve({
    collections: blog,
    database: { url: proxy.url, max: 1 },
    plugins: [headerUser],
    logger: false,
  });
  const create = async (slug: string, body: object): Promise<string> =>
    (await app.ask("POST", `/api/${slug}`, { user: admin, body })).json.id;
  tag = await create("open-tags", { name: "a" });
  author = await create("authors", { name: "a" });
  post = await create("posts", { title: "a", owner: "alice", code: "taken" });
  for (let more = 0; more < 5; more += 1) await create("posts", { title: "b", owner: "alice", views: more });
});

afterAll(async () => {
  await app.stop();
  await proxy.stop();
  await database.drop();
});

beforeEach(() => proxy.forget());

/** How many statements reached Postgres for one request. */
async function cost(method: string, target: string, asked: Asked = {}): Promise<readonly [number, number]> {
  proxy.forget();
  const { status } = await app.ask(method, target, asked);
  return [status, proxy.statements()];
}

test("every read is one statement, with an exact count two", async () => {
  const where = encodeURIComponent('{"or":[{"title":{"like":"b"}},{"views":{"in":[1,2]}}]}');
  for (const user of [admin, alice, undefined]) {
    const asked = user === undefined ? {} : { user };
    for (const parameters of ["", `?where=${where}&sort=-views,title&select=title`, "?perPage=1&page=2"]) {
      expect(await cost("GET", `/api/posts${parameters}`, asked)).toStrictEqual([200, 1]);
    }
    expect(await cost("GET", "/api/posts?count=exact", asked)).toStrictEqual([200, 2]);
    expect(await cost("GET", "/api/posts?count=estimated", asked)).toStrictEqual([200, 2]);
    expect(await cost("GET", `/api/posts/count?where=${where}`, asked)).toStrictEqual([200, 1]);
    expect(await cost("POST", "/api/posts/query", { ...asked, body: {} })).toStrictEqual([200, 1]);
  }
  expect(await cost("GET", `/api/open-tags/${tag}`)).toStrictEqual([200, 1]);
  const { nextCursor } = (await app.ask("GET", "/api/posts?perPage=2&sort=-views", { user: alice })).json
    .meta;
  expect(await cost("GET", `/api/posts?sort=-views&cursor=${nextCursor}`, { user: alice })).toStrictEqual([
    200, 1,
  ]);
});

test("a write under a plain rule is one statement, a reference one more", async () => {
  const user = admin;
  expect(await cost("POST", "/api/posts", { user, body: { title: "a" } })).toStrictEqual([201, 1]);
  expect(await cost("POST", "/api/posts", { user, body: { title: "a", author } })).toStrictEqual([201, 2]);
  expect(await cost("PATCH", `/api/posts/${post}`, { user, body: { title: "a" } })).toStrictEqual([200, 1]);
  expect(await cost("PATCH", `/api/posts/${post}`, { user, body: {} })).toStrictEqual([200, 1]);
  expect(await cost("DELETE", `/api/open-tags/${tag}`)).toStrictEqual([204, 1]);
});

test("a write under a filter is one statement in a transaction of its own", async () => {
  const body = { title: "a", owner: "alice" };
  expect(await cost("POST", "/api/posts", { user: alice, body })).toStrictEqual([201, 3]);
  expect(await cost("PATCH", `/api/posts/${post}`, { user: alice, body })).toStrictEqual([200, 3]);
  expect(await cost("PATCH", `/api/posts/${post}`, { user: alice, body: { owner: "bob" } })).toStrictEqual([
    403, 3,
  ]);
  expect(proxy.parsed.some((text) => /^rollback/i.test(text))).toBe(true);
});

test("a conflict costs one look-up more", async () => {
  expect(
    await cost("POST", "/api/posts", { user: admin, body: { title: "a", code: "taken" } }),
  ).toStrictEqual([409, 2]);
});

test("what is refused before the row costs no statement", async () => {
  for (const [method, target, asked] of [
    ["GET", "/api/ghosts", {}],
    ["GET", "/api/ruleless", {}],
    ["GET", "/api/posts?page=0", {}],
    ["GET", "/api/open-tags/not-an-id", {}],
    ["DELETE", "/api/open-tags/%00", {}],
    ["POST", "/api/open-tags", { body: {} }],
    ["OPTIONS", "/api/posts", {}],
    ["GET", "/api/health/live", {}],
  ] as const) {
    const [status, statements] = await cost(method, target, asked);
    expect([method, target, status >= 200, statements]).toStrictEqual([method, target, true, 0]);
  }
});

test("a shape is prepared once and then used for any value", async () => {
  const ask = (views: number) =>
    app.ask(
      "GET",
      `/api/posts?where=${encodeURIComponent(JSON.stringify({ views, title: { like: `b${views}` } }))}`,
      {
        user: admin,
      },
    );
  for (let warm = 0; warm < 3; warm += 1) await ask(warm);
  proxy.forget();
  for (let views = 0; views < 30; views += 1) expect((await ask(views)).status).toBe(200);
  expect(proxy.parsed).toStrictEqual([]);
  expect(proxy.statements()).toBe(30);
  const prepared = await app.engine.services.database.run({
    text: `select statement from pg_prepared_statements where statement like '%ilike%limit%'`,
    values: [],
  });
  expect(prepared.length).toBeGreaterThanOrEqual(1);
  const texts = prepared.map(([text]) => String(text));
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.join()).not.toMatch(/b\d/);
});

test("a list of any length is one shape", async () => {
  const ask = (count: number) => {
    const where = JSON.stringify({ views: { in: Array.from({ length: count }, (_, at) => at) } });
    return app.ask("GET", `/api/posts?where=${encodeURIComponent(where)}`, { user: admin });
  };
  for (const count of [1, 2, 3]) await ask(count);
  proxy.forget();
  for (const count of [4, 50, 100]) await ask(count);
  expect(proxy.parsed).toStrictEqual([]);
});

test("no text that a client sent reaches Postgres as SQL", async () => {
  const mark = "zqx'; select 1; --";
  const asked = { user: admin, body: { title: mark, code: mark, meta: { [mark]: mark } } };
  expect((await app.ask("POST", "/api/posts", asked)).status).toBe(201);
  expect((await app.ask("POST", "/api/posts", asked)).status).toBe(409);
  const where = encodeURIComponent(
    JSON.stringify({ title: mark, code: { like: mark }, "meta.zqx": { in: [mark] } }),
  );
  expect((await app.ask("GET", `/api/posts?where=${where}&count=exact`, { user: admin })).status).toBe(200);
  expect(proxy.parsed.length).toBeGreaterThan(2);
  expect(proxy.parsed.join()).not.toContain("zqx");
});
