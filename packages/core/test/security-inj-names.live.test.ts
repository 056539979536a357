import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { adm, alice, ids } from "./security/callers.ts";
import { bytes, listBothWays, searchOf, where } from "./security/parameters.ts";
import { insertPosts, nthId } from "./security/rows.ts";
import { startWorld, type World } from "./security/world.ts";
import { type DatabaseProxy, databaseProxy } from "./world/database-proxy.ts";

let world: World;
let proxy: DatabaseProxy;
const list = { user: adm, slug: "posts" };
const id = nthId("post", 1);

beforeAll(async () => {
  const url = async (own: string) => {
    proxy = await databaseProxy(own);
    return proxy.url;
  };
  world = await startWorld(inject("databaseUrl"), { url });
  await world.reset();
  await insertPosts(world, [{ id, title: "one", owner: ids.alice }]);
  await world.as(adm, "PATCH", `/api/posts/${id}`, { body: { meta: { a: { b: 1 } } } });
});

afterAll(async () => {
  await world.stop();
  await proxy.stop();
});

beforeEach(() => {
  proxy.forget();
});

const names = [
  'id"; drop table posts;--',
  "id' or '1'='1",
  "`id`",
  "id)",
  "id\u201d",
  "title\u0000",
  "(select 1)",
  "id desc nulls first",
  "id;select",
  "id --",
  "id/**/",
  '"id"',
  "posts.id",
  "t.id",
  "title::text",
  "*",
  "$1",
  "?title",
];

test("T-INJ-01 a name that is no field is refused, and no statement is sent", async () => {
  for (const name of names) {
    for (const parameters of [
      { where: { [name]: "a" } },
      { where: { [name]: { eq: "a" } } },
      { where: { title: { [name]: "a" } } },
      { where: { [`meta.${name.includes(".") ? " " : ""}${name}`]: "a" } },
      { where: { [`author.${name}`]: "a" } },
      { sort: [name] },
      { sort: [`-${name}`] },
      { select: [name] },
      { populate: [name] },
      { populate: [`author.${name}`] },
    ]) {
      for (const answer of await listBothWays(world, list, { ...parameters })) {
        expect(answer.status, JSON.stringify(parameters)).toBe(400);
      }
    }
  }
  expect(proxy.statements()).toBe(0);
});

test("T-INJ-02 a path into JSON is followed to the letter, or refused", async () => {
  for (const path of [
    "a'b",
    'a"b',
    "a[0]",
    "$",
    "*",
    "",
    "a.",
    ".a",
    "a..b",
    "a-b",
    "a b",
    "0",
    "a.b.c.d.e.f",
    "a".repeat(64),
  ]) {
    for (const answer of await listBothWays(world, list, { where: { [`meta.${path}`]: { eq: 1 } } })) {
      expect([path, answer.status]).toStrictEqual([path, 400]);
    }
  }
  expect(proxy.statements()).toBe(0);
  for (const [path, count] of [
    ["a.b", 1],
    ["A.b", 0],
    ["a.B", 0],
    ["a.b.c", 0],
    ["__proto__", 0],
    ["constructor.name", 0],
  ] as const) {
    const counted = await world.as(
      adm,
      "GET",
      `/api/posts/count?${where({ [`meta.${path}`]: { exists: true } })}`,
    );
    expect([path, counted.json.count]).toStrictEqual([path, count]);
  }
});

test("T-INJ-09 an order that is none is refused", async () => {
  const many = Array.from({ length: 50 }, () => "title").join(",");
  for (const sort of [
    ",",
    "",
    "id,",
    ",id",
    "--id",
    "-",
    "id,id",
    "id,-id",
    "+id",
    " id",
    many,
    "title,views,price,rating",
    "meta",
    "tags",
    "kinds",
    "related.title",
  ]) {
    for (const answer of await listBothWays(world, list, { sort })) {
      expect([sort, answer.status]).toStrictEqual([sort, 400]);
    }
  }
  for (const sort of [[], {}, 1, null, [1], [["id"]], [null], { 0: "id", length: 1 }]) {
    expect((await world.as(adm, "POST", "/api/posts/query", { body: { sort } })).status).toBe(400);
  }
  expect(proxy.statements()).toBe(0);
});

test("T-INJ-10 a page that is none is refused", async () => {
  const sizes = [
    "-1",
    "0",
    "1.5",
    "1e2",
    "101",
    "999999999999999999999",
    "abc",
    "[]",
    "",
    "+1",
    "0x10",
    "1 ",
    "\u0661",
    "1,2",
    "NaN",
  ];
  const searches = [
    ...sizes.map((text) => searchOf({ perPage: text })),
    ...["-1", "0", "1e9", "1.0", "10001", "501"].map((text) => searchOf({ page: text })),
    ...["-1", "4", "1.5", "999", "a", "", "[]", "00", "1e0"].map((text) => searchOf({ depth: text })),
    "perPage=1&perPage=100",
    "page=1&page=1",
    "depth=1&depth=1",
    "page=1&cursor=x",
    "count=all",
    "count=EXACT",
    "trashed=yes",
    "trashed=",
    "search=",
    "search=+",
  ];
  for (const search of searches) {
    expect([search, (await world.as(adm, "GET", `/api/posts?${search}`)).status]).toStrictEqual([
      search,
      400,
    ]);
  }
  for (const value of [-1, 0, 1.5, 101, 1e21, "1", [], {}, null, true]) {
    for (const name of ["perPage", "page", "depth"]) {
      if ((name === "depth" && value === 0) || (name === "page" && value === 101)) continue;
      const answer = await world.as(adm, "POST", "/api/posts/query", { body: { [name]: value } });
      expect([name, value, answer.status]).toStrictEqual([name, value, 400]);
    }
  }
  expect(proxy.statements()).toBe(0);
});

test("T-INJ-12 an id that is none is the id of nothing", async () => {
  const missing = bytes(await world.as(alice, "GET", `/api/posts/${ids.missing}`));
  proxy.forget();
  const odd = [
    "1",
    "null",
    "undefined",
    "a%2fb",
    "..%2fusers%2f1",
    "%00",
    "%",
    "%zz",
    "-1",
    "%7b%7d",
    `{${id}}`,
    `urn:uuid:${id}`,
    id.replaceAll("-", ""),
    `${id}%20`,
    "x".repeat(7_000),
  ];
  for (const text of odd) {
    for (const path of [text, `${text}/restore`]) {
      const method = path === text ? "GET" : "POST";
      expect([path, ...bytes(await world.as(alice, method, `/api/posts/${path}`))]).toStrictEqual([
        path,
        ...missing,
      ]);
    }
  }
  expect((await world.as(alice, "GET", `/api/posts/${"x".repeat(10_000)}`)).status).toBe(400);
  expect((await world.as(alice, "GET", `/api/posts/../users/${ids.bob}`)).status).toBeLessThan(500);
  expect(proxy.parsed.filter((text) => text.includes('from "posts"'))).toStrictEqual([]);
});

const mark = "zq7inj";
const payloads = [
  `${mark}' OR '1'='1`,
  `${mark}' AND '1'='2`,
  `${mark}") OR ("1"="1`,
  `${mark}'; select pg_sleep(5)--`,
  `${mark}' || pg_sleep(5) || '`,
  `${mark}' union select password_hash from users--`,
  `${mark}' AND 1=cast((select version()) as int)--`,
  `${mark}$$; drop table posts; --`,
  `${mark}\\'; drop table posts; --`,
  `${mark}\u02bc OR 1=1`,
  `{"${mark}"}`,
  `(${mark})`,
];

test("T-INJ-13 no text of a client gets into a statement, wherever it stands", async () => {
  const places: readonly ((text: string) => Promise<{ readonly status: number }>)[] = [
    ...["eq", "neq", "gt", "like", "startsWith"].map(
      (operator) => async (text: string) =>
        world.as(adm, "POST", "/api/posts/query", { body: { where: { title: { [operator]: text } } } }),
    ),
    async (text) =>
      world.as(adm, "POST", "/api/posts/query", { body: { where: { title: { in: [text, "a"] } } } }),
    async (text) =>
      world.as(adm, "POST", "/api/posts/query", { body: { where: { kinds: { any: [text] } } } }),
    async (text) =>
      world.as(adm, "POST", "/api/posts/query", { body: { where: { "meta.a": { in: [text] } } } }),
    async (text) => world.as(adm, "POST", "/api/posts/query", { body: { where: { status: text } } }),
    async (text) => world.as(adm, "POST", "/api/posts/query", { body: { search: text } }),
    async (text) => world.as(adm, "GET", `/api/posts?${searchOf({ search: text, sort: "title" })}`),
    async (text) => world.as(adm, "GET", `/api/posts?${searchOf({ cursor: text })}`),
    async (text) => world.as(adm, "GET", `/api/posts/${encodeURIComponent(text)}`),
    async (text) => world.as(adm, "GET", `/api/${encodeURIComponent(text)}`),
    async (text) =>
      world.as(adm, "PATCH", `/api/posts/${id}`, { body: { title: text, meta: { [text]: text } } }),
    async (text) => world.as(adm, "PATCH", `/api/posts/${id}`, { body: { [text]: text } }),
    async (text) =>
      world.as(adm, "GET", "/api/posts", { headers: { "x-request-id": text.replaceAll(/[^ -~]/g, "") } }),
  ];
  for (const text of payloads) for (const place of places) await place(text);
  const sent = proxy.parsed.filter((statement) => statement.includes(mark) || statement.includes("pg_sleep"));
  expect(sent).toStrictEqual([]);
  expect(proxy.statements()).toBeGreaterThan(payloads.length);
  // Each was stored as it came, the last one last.
  const { json } = await world.as(adm, "GET", `/api/posts/${id}?select=title,meta`);
  expect(json).toMatchObject({ title: payloads.at(-1), meta: { [payloads.at(-1) ?? ""]: payloads.at(-1) } });
});
