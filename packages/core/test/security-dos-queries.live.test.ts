import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { alice, ids } from "./security/callers.ts";
import { expectLinear } from "./security/pace.ts";
import { listBothWays, searchOf, short, where } from "./security/parameters.ts";
import { insertLinks, insertPosts, nthId } from "./security/rows.ts";
import { safeAsker } from "./security/safe-answer.ts";
import { startWorld, type World } from "./security/world.ts";
import { prepare, serve } from "./world/application.ts";
import { type DatabaseProxy, databaseProxy } from "./world/database-proxy.ts";

let world: World;
let proxy: DatabaseProxy;
const list = { user: alice, slug: "posts" };
const id = nthId("post", 1);
const target = `/api/posts/${id}`;

beforeAll(async () => {
  const url = async (own: string) => {
    proxy = await databaseProxy(own);
    return proxy.url;
  };
  world = await startWorld(inject("databaseUrl"), {
    url,
    api: { cors: { origin: ["https://app.example.com"] }, trustProxy: 1 },
  });
});

afterAll(async () => {
  await world.stop();
  await proxy.stop();
});

beforeEach(async () => {
  await world.reset();
  await insertPosts(world, [{ id, title: "plain", owner: ids.alice, author: ids.bob }]);
});

test("T-DOS-04 a circle of relationships is cut at three", async () => {
  await world.sql`update users set favourite = ${id}`;
  await insertLinks(world, "related", [id, [id]]);
  const { json } = await world.as(alice, "GET", `${target}?depth=3`);
  expect(json.author.favourite.author.favourite).toBe(id);
  expect(json.related[0].related[0].related[0].related).toStrictEqual([id]);
  for (const depth of ["4", "-1", "999", "1e1", "3.5", "03"]) {
    for (const path of [`${target}?depth=${depth}`, `/api/posts?depth=${depth}`]) {
      expect((await world.as(alice, "GET", path)).status).toBe(400);
    }
  }
  for (const populate of [
    "related.related.related.related",
    "author.favourite.author.favourite",
    Array.from({ length: 21 }, () => "author").join(","),
    "related.".repeat(500),
  ]) {
    for (const answer of await listBothWays(world, list, { populate })) expect(answer.status).toBe(400);
  }
});

test("T-DOS-05 what an answer may hold is bounded by the fields, before anything is read", async () => {
  const tags = defineCollection({ slug: "tags", fields: { name: { type: "text" } }, access: { read: true } });
  const wide = defineCollection({
    slug: "wide",
    fields: { tags: { type: "relationship", to: "tags", hasMany: true, maxItems: 1_000 } },
    access: { read: true },
  });
  const collections = [wide, tags] as const;
  const database = await prepare(inject("databaseUrl"), "security_wide", collections);
  await database.sql`insert into tags (id, name) select gen_random_uuid(), 'tag' from generate_series(1, 1000)`;
  await database.sql`insert into wide (id) select gen_random_uuid() from generate_series(1, 20)`;
  await database.sql`insert into wide_tags_links (owner_id, target_id, position)
    select w.id, t.id, row_number() over (partition by w.id) from wide w, tags t`;
  const app = await serve({ collections, database: { url: database.url, max: 1 } });
  const ask = safeAsker(app.ask);
  for (const search of ["depth=3&perPage=100", "depth=1&perPage=11", "populate=tags"]) {
    expect(short(await ask("GET", `/api/wide?${search}`))).toStrictEqual([
      400,
      "BAD_REQUEST",
      [{ path: "populate", rule: "max" }],
    ]);
  }
  const { json } = await ask("GET", "/api/wide?depth=1&perPage=10");
  expect(json.data.map((each: { readonly tags: readonly unknown[] }) => each.tags.length)).toStrictEqual(
    Array.from({ length: 10 }, () => 1_000),
  );
  await app.stop();
  await database.drop();
});

test("T-DOS-05 a list takes as many statements for a hundred documents as for one", async () => {
  const many = Array.from({ length: 100 }, (_, at) => nthId("post", 10 + at));
  await insertPosts(
    world,
    many.map((each) => ({ id: each, title: "many", owner: ids.alice, author: ids.bob })),
  );
  await world.sql`insert into tags (id, name) values (${nthId("tag", 1)}, 'tag')`;
  for (const each of many) {
    await insertLinks(world, "tags", [each, [nthId("tag", 1)]]);
    await insertLinks(world, "related", [each, [id]]);
  }
  const count = async (perPage: number) => {
    const search = searchOf({ perPage, populate: "author.favourite,owner,tags,related.author" });
    proxy.forget();
    expect((await world.as(alice, "GET", `/api/posts?${search}`)).json.data).toHaveLength(perPage);
    return proxy.statements();
  };
  // A shape of list that is new is looked at by the index advice too, when it has been answered.
  for (const perPage of [2, 100]) await expect.poll(async () => count(perPage)).toBe(1);
});

test("T-DOS-06 a filter over its budget is refused", async () => {
  const conditions = (count: number, name = "views") => ({
    and: Array.from({ length: Math.ceil(count / 10) }, (_, at) => ({
      or: Array.from({ length: Math.min(10, count - at * 10) }, () => ({ [name]: 1 })),
    })),
  });
  const query = async (filter: unknown) =>
    (await world.as(alice, "POST", "/api/posts/query", { body: { where: filter } })).status;
  expect(await query(conditions(50))).toBe(200);
  expect(await query({ views: { in: Array.from({ length: 100 }, (_, at) => at) } })).toBe(200);
  for (const filter of [
    { views: { in: Array.from({ length: 101 }, (_, at) => at) } },
    { views: { nin: Array.from({ length: 101 }, (_, at) => at) } },
    { tags: { any: Array.from({ length: 101 }, () => ids.missing) } },
    conditions(51),
    conditions(50, "author.favourite.views"),
    { or: Array.from({ length: 21 }, () => ({})) },
    { and: Array.from({ length: 20 }, () => ({ or: Array.from({ length: 20 }, () => ({ views: 1 })) })) },
    { [`${"author.favourite.".repeat(150)}title`]: "a" },
    { [`${"related.".repeat(4)}title`]: "a" },
    { [`meta.${"a.".repeat(300)}a`]: "a" },
  ]) {
    expect([filter, await query(filter)]).toStrictEqual([filter, 400]);
  }
  expect([400, 413]).toContain(await query({ views: { in: Array.from({ length: 100_000 }, () => 1) } }));
  await expectLinear(400, async (hops) => query({ [`${"author.favourite.".repeat(hops)}title`]: "a" }));
  expect((await world.as(alice, "GET", `/api/posts?${where({ title: "x".repeat(4_100) })}`)).status).toBe(
    400,
  );
});

test.each<[string, string, (size: number) => string]>([
  ["contacts", "email", (size) => "a@".repeat(size)],
  ["contacts", "email", (size) => `a@${"a.".repeat(size)}`],
  ["contacts", "email", (size) => `${"a.".repeat(size)}@b.c`],
  ["contacts", "email", (size) => `"${"\\".repeat(size)}@b.c`],
  ["posts", "publishedAt", (size) => "0-".repeat(size)],
  ["posts", "publishedAt", (size) => `2024-01-01T00:00:00.${"0".repeat(size)}`],
  ["posts", "price", (size) => "1".repeat(size)],
  ["posts", "price", (size) => `1.${"0".repeat(size)}x`],
  ["posts", "owner", (size) => "0-".repeat(size)],
  ["posts", "status", (size) => "draft".repeat(size)],
  ["posts", "title", (size) => "\\".repeat(size)],
  ["posts", "meta", (size) => "\\u0000".repeat(size)],
])(
  "T-DOS-07 a text built against the format of %s.%s costs no more than its length",
  async (slug, name, text) => {
    const ask = async (size: number) => [
      await world.as(alice, "POST", `/api/${slug}`, { body: { owner: ids.alice, [name]: text(size) } }),
      await world.as(alice, "POST", `/api/${slug}/query`, { body: { where: { [name]: text(size) } } }),
      await world.as(alice, "GET", `/api/${slug}/${encodeURIComponent(text(size)).slice(0, 8_000)}`),
    ];
    for (const answer of await ask(50_000)) expect([400, 404, 422]).toContain(answer.status);
    for (const answer of await ask(2_000)) expect([200, 201, 400, 404, 422]).toContain(answer.status);
    await expectLinear(25_000, ask);
  },
);

const headers: readonly (readonly [name: string, text: (size: number) => string])[] = [
  ["access-control-request-headers", (size) => `a${" ".repeat(size)}b`],
  ["access-control-request-headers", (size) => ",".repeat(size)],
  ["origin", (size) => `https://${"a.".repeat(size / 2)}`],
  ["accept-language", (size) => "a;q=0.1,".repeat(size / 8)],
  ["cookie", (size) => "a=;".repeat(size / 3)],
  ["forwarded", (size) => "for=".repeat(size / 4)],
  ["x-forwarded-for", (size) => ",".repeat(size)],
  ["x-forwarded-for", (size) => "1.2.3.4,".repeat(size / 8)],
  ["x-forwarded-for", (size) => ":".repeat(size)],
  ["x-forwarded-proto", (size) => "http,".repeat(size / 5)],
  ["content-type", (size) => `application/json${" ".repeat(size)}x`],
  ["content-type", (size) => `application/json;${"\t".repeat(size)}charset`],
  ["range", (size) => `bytes=${"0-1,".repeat(size / 4)}`],
  ["if-none-match", (size) => '"",'.repeat(size / 3)],
  ["if-match", (size) => "W/".repeat(size / 2)],
  ["x-request-id", (size) => "a".repeat(size)],
  ["authorization", (size) => `Bearer ${" ".repeat(size)}x`],
];

test.each(headers)("T-DOS-08 a long %s costs no more than its length", async (name, text) => {
  const ask = async (size: number) => {
    const sent = { headers: { origin: "https://app.example.com", [name]: text(size) } };
    return [
      await world.as(alice, "GET", target, sent),
      await world.as(alice, "PATCH", target, {
        body: "{}",
        headers: { "content-type": "application/json", ...sent.headers },
      }),
      await world.as(undefined, "OPTIONS", target, {
        headers: { "access-control-request-method": "DELETE", ...sent.headers },
      }),
    ];
  };
  for (const answer of await ask(15_000)) expect([200, 204, 304, 400, 412, 415]).toContain(answer.status);
  await expectLinear(7_000, ask);
});

test("T-DOS-11 a text of wildcards is searched for literally, at the price of any other", async () => {
  await world.sql`insert into tags (id, name)
    select gen_random_uuid(), repeat('ab', 20) || n from generate_series(1, 100000) n`;
  const time = async (text: string) => {
    const started = performance.now();
    const { json } = await world.as(alice, "GET", `/api/tags/count?${where({ name: { like: text } })}`);
    expect(json).toStrictEqual({ count: 0 });
    return performance.now() - started;
  };
  const plain = Math.min(await time("x".repeat(200)), await time("x".repeat(200)));
  for (const text of ["%".repeat(200), "%a".repeat(100), "_".repeat(200), `${"%_".repeat(99)}z`]) {
    const wild = Math.min(await time(text), await time(text));
    expect(wild, `${wild} ms, a plain text: ${plain} ms`).toBeLessThan(plain * 4 + 100);
  }
});

test("T-DOS-17 a hundred calls of the readiness check ask the database once", async () => {
  expect((await world.ask("GET", "/api/health/ready")).json).toMatchObject({ status: "ok" });
  proxy.forget();
  for (let at = 0; at < 100; at += 1) expect((await world.ask("GET", "/api/health/ready")).status).toBe(200);
  // The answer may grow old meanwhile, on a slow machine.
  expect(proxy.statements()).toBeLessThanOrEqual(2);
});
