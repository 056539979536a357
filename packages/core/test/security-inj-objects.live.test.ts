import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { alice, ids } from "./security/callers.ts";
import { listBothWays, searchOf } from "./security/parameters.ts";
import { insertPosts, nthId } from "./security/rows.ts";
import { startWorld, type World } from "./security/world.ts";

let world: World;
const list = { user: alice, slug: "posts" };
const id = nthId("post", 1);
const target = `/api/posts/${id}`;

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
});

afterAll(async () => {
  await world.stop();
});

beforeEach(async () => {
  await world.reset();
  await insertPosts(world, [{ id, title: "plain", owner: ids.alice }]);
});

test("T-INJ-07 a filter is an object of known names, and touches no prototype", async () => {
  for (const text of [
    "[]",
    "1",
    '"a"',
    "null",
    "true",
    "{",
    "{'a':1}",
    '{"title":{"__proto__":1}}',
    '{"__proto__":{"eq":1}}',
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"title":{"constructor":{"x":1}}}',
    '{"toString":1}',
    '{"hasOwnProperty":{"exists":true}}',
    '{"title":{"toString":"a"}}',
    '{"title":[{"eq":"a"}]}',
    '{"title":{"eq":{"eq":"a"}}}',
  ]) {
    const answers = [
      await world.as(alice, "GET", `/api/posts?${searchOf({ where: text })}`),
      await world.as(alice, "POST", "/api/posts/query", { body: `{"where":${text}}` }),
      await world.as(alice, "GET", `/api/posts/count?${searchOf({ where: text })}`),
    ];
    expect([text, ...answers.map(({ status }) => status)]).toStrictEqual([text, 400, 400, 400]);
  }
  const long = { where: { title: "x".repeat(65_536) } };
  expect((await world.as(alice, "POST", "/api/posts/query", { body: long })).status).toBe(400);
  expect(Reflect.get({}, "x")).toBeUndefined();
});

const dangerous = [
  '{"__proto__":{"x":1}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"a":[{"__proto__":{"x":1}}]}',
];

test("T-INJ-08 no body touches a prototype, and a JSON field keeps what it was given", async () => {
  for (const text of dangerous) {
    const refused = await world.as(alice, "PATCH", target, { body: text });
    expect([text, refused.status]).toStrictEqual([text, 422]);
    const stored = await world.as(alice, "PATCH", target, { body: `{"meta":${text}}` });
    expect(JSON.stringify(stored.json.meta)).toBe(text);
    const operations = `{"operations":[{"op":"update","collection":"posts","id":"${id}","data":${text}}]}`;
    expect((await world.as(alice, "POST", "/api/batch", { body: operations })).status).toBe(422);
    const [name] = Object.keys(JSON.parse(text));
    const query = `{"where":{"title":"plain"},"${name}":{"x":1}}`;
    expect((await world.as(alice, "POST", "/api/posts/query", { body: query })).status).toBe(400);
  }
  const entry = '{"op":"delete","collection":"posts","id":"a","__proto__":{"x":1}}';
  expect((await world.as(alice, "POST", "/api/batch", { body: `{"operations":[${entry}]}` })).status).toBe(
    422,
  );
  expect(
    (await world.as(alice, "POST", "/api/batch", { body: '{"__proto__":{"operations":[]}}' })).status,
  ).toBe(422);
  expect([Reflect.get({}, "x"), Reflect.get(Object, "x")]).toStrictEqual([undefined, undefined]);
});

test("T-INJ-16 objects that look like parts of a query are data, or refused", async () => {
  for (const marker of [
    { queryChunks: ["select 1"] },
    { sql: "select 1", params: [] },
    { raw: "select 1" },
    { getSQL: "x" },
    { type: "Buffer", data: [1, 2] },
    { toJSON: "x" },
    JSON.parse('{"then":"x"}'),
    { value: "a", encoder: "x" },
  ]) {
    for (const name of ["title", "views", "price", "publishedAt", "isPinned", "status", "owner", "meta.a"]) {
      for (const value of [marker, { eq: marker }, { in: [marker] }]) {
        for (const answer of await listBothWays(world, list, { where: { [name]: value } }))
          expect(answer.status).toBe(400);
      }
      if (name === "meta.a" || name === "status") continue;
      expect((await world.as(alice, "PATCH", target, { body: { [name]: marker } })).status).toBe(422);
    }
    const stored = await world.as(alice, "PATCH", target, { body: { meta: marker } });
    expect(stored.json.meta).toStrictEqual(marker);
  }
});
