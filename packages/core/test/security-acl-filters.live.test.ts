import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { adm, alice, bob, type Caller, ids, robot } from "./security/callers.ts";
import { listBothWays, short, unknownField, where } from "./security/parameters.ts";
import { insertPosts, nthId } from "./security/rows.ts";
import { safeAsker } from "./security/safe-answer.ts";
import { startWorld, type World } from "./security/world.ts";
import { prepare, serve } from "./world/application.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
});

afterAll(async () => {
  await world.stop();
});

beforeEach(async () => {
  await world.reset();
});

const titles = (answer: { readonly json: { readonly data: readonly { readonly title: string }[] } }) =>
  answer.json.data.map(({ title }) => title).toSorted();

test("T-ACL-02 what has no rule is denied to everyone, the admin too", async () => {
  for (const [method, target, body] of [
    ["GET", "/api/vault"],
    ["POST", "/api/vault/query", {}],
    ["GET", "/api/vault/count"],
    ["GET", `/api/vault/${ids.vault}`],
    ["POST", "/api/vault", { note: "a" }],
    ["PATCH", `/api/vault/${ids.vault}`, { note: "a" }],
    ["DELETE", `/api/vault/${ids.vault}`],
    ["DELETE", `/api/notes/${ids.missing}`],
    ["POST", `/api/notes/${ids.missing}/restore`],
    ["GET", "/api/notes?trashed=only"],
    ["POST", "/api/batch", { operations: [{ op: "create", collection: "vault", data: {} }] }],
  ] as const) {
    const more = body === undefined ? {} : { body };
    expect((await world.as(undefined, method, target, more)).status, `${method} ${target}`).toBe(401);
    for (const user of [alice, adm]) {
      expect((await world.as(user, method, target, more)).status, `${method} ${target}`).toBe(403);
    }
  }
});

test("T-ACL-03 no filter of the caller's reaches beside the rule's", async () => {
  await insertPosts(world, [
    { id: nthId("post", 1), title: "mine", owner: ids.alice },
    { id: nthId("post", 2), title: "bobs", owner: ids.bob },
  ]);
  for (const [filter, expected] of [
    [{ or: [{ owner: { eq: ids.bob } }, { id: { exists: true } }] }, ["mine"]],
    [{ or: [{ owner: ids.bob }, {}] }, ["mine"]],
    [{ not: { owner: ids.alice } }, []],
    [{ not: { and: [{ owner: ids.alice }, { title: "mine" }] } }, []],
    [{ or: [{ not: { id: { in: [] } } }, { owner: ids.bob }] }, ["mine"]],
    [{ "owner.name": "bob" }, []],
    [{ or: [{ "owner.id": ids.bob }, { related: { exists: false } }] }, ["mine"]],
  ] as const) {
    for (const answer of await listBothWays(world, { user: alice, slug: "posts" }, { where: filter })) {
      expect(titles(answer), JSON.stringify(filter)).toStrictEqual(expected);
    }
  }
});

test("T-ACL-04 a rule whose list is empty lets no row through, one whose list is missing denies", async () => {
  await world.sql`insert into reports (id, team) values (${nthId("post", 1)}, 'red'), (${nthId("post", 2)}, null)`;
  const asked = async (teams: object) => world.as({ ...alice, ...teams }, "GET", "/api/reports?count=exact");
  expect((await asked({ teams: ["red"] })).json.meta.total).toBe(1);
  const empty = await asked({ teams: [] });
  expect([empty.status, empty.json.data, empty.json.meta.total]).toStrictEqual([200, [], 0]);
  for (const teams of [
    {},
    { teams: null },
    { teams: "red" },
    { teams: [null] },
    { teams: [{}] },
    { teams: {} },
  ]) {
    expect((await asked(teams)).status, JSON.stringify(teams)).toBe(403);
  }
  expect((await world.as(undefined, "GET", "/api/reports")).status).toBe(401);
});

test("T-ACL-05 an empty filter means the rule's rows, an empty list none, and nothing malformed is left out", async () => {
  await insertPosts(world, [
    { id: nthId("post", 1), title: "mine", owner: ids.alice },
    { id: nthId("post", 2), title: "bobs", owner: ids.bob },
  ]);
  const mine = [200, ["mine"]];
  const malformed = [400, "BAD_REQUEST"];
  for (const [filter, expected] of [
    [{ id: { in: [] } }, [200, []]],
    [{ id: { nin: [] } }, mine],
    [{}, mine],
    [{ or: [] }, malformed],
    [{ and: [] }, malformed],
    [{ id: {} }, malformed],
    [{ views: { between: [1] } }, malformed],
    [{ views: { between: [1, 2, 3] } }, malformed],
    [{ views: { between: 1 } }, malformed],
    [{ views: { near: 1 } }, malformed],
    [{ views: { EQ: 1 } }, malformed],
    [{ tags: { any: [] } }, malformed],
    [{ tags: { all: [] } }, malformed],
    [{ title: null }, malformed],
    [{ title: { eq: null } }, malformed],
  ] as const) {
    for (const answer of await listBothWays(world, { user: alice, slug: "posts" }, { where: filter })) {
      const said = answer.status === 200 ? titles(answer) : answer.json.code;
      expect([answer.status, said], JSON.stringify(filter)).toStrictEqual(expected);
    }
  }
});

test("T-ACL-22 totals, pages and counts know the own rows alone", async () => {
  const post = (at: number) => ({
    id: nthId("post", at),
    title: `t${at}`,
    owner: at < 3 ? ids.alice : ids.bob,
  });
  await insertPosts(
    world,
    Array.from({ length: 100 }, (_, at) => post(at)),
  );
  for (const page of [1, 2, 3, 4]) {
    for (const count of ["exact", "estimated"]) {
      const target = `/api/posts?perPage=1&page=${page}&count=${count}`;
      const { data, meta } = (await world.as(alice, "GET", target)).json;
      expect(data).toHaveLength(page < 4 ? 1 : 0);
      expect(meta).toMatchObject({ total: 3, totalPages: 3, hasNextPage: page < 3 });
    }
  }
  expect((await world.as(alice, "GET", "/api/posts/count")).json).toStrictEqual({ count: 3 });
  expect((await world.as(bob, "GET", "/api/posts/count")).json).toStrictEqual({ count: 97 });
});

test("T-ACL-26 an account of another collection is another caller, whatever its role says", async () => {
  await world.sql`insert into ledger (id, entry) values (${nthId("post", 1)}, 'entry')`;
  const asked = async (user: Caller) => (await world.as(user, "GET", "/api/ledger")).status;
  expect(await asked(adm)).toBe(200);
  expect(await asked(undefined)).toBe(401);
  for (const user of [
    robot,
    { id: ids.adm, role: "admin" },
    { ...adm, role: ["admin"] },
    { ...adm, role: "user" },
  ]) {
    expect(await asked(user)).toBe(403);
    const made = await world.as(user, "POST", "/api/ledger", { body: { entry: "a" } });
    expect(made.status).toBe(403);
  }
});

test("T-ACL-24 a route of the application that passes its caller on is under the rules", async () => {
  await insertPosts(world, [
    { id: nthId("post", 1), title: "mine", owner: ids.alice },
    { id: nthId("post", 2), title: "bobs", owner: ids.bob },
  ]);
  const own = await world.as(alice, "GET", `/api/own/posts/${nthId("post", 1)}`);
  expect([own.json.one.title, own.json.found]).toMatchObject(["mine", [{ title: "mine" }]]);
  expect((await world.as(alice, "GET", `/api/own/posts/${nthId("post", 2)}`)).json.code).toBe("NOT_FOUND");
  expect((await world.as(undefined, "GET", `/api/own/posts/${nthId("post", 1)}`)).json.code).toBe(
    "UNAUTHENTICATED",
  );
});

test("T-ACL-28 no rule outlives the definition that it stood in", async () => {
  const field = { type: "text" } as const;
  const open = { title: field, memo: field };
  const versions = [
    defineCollection({ slug: "memos", fields: open, access: { read: true } }),
    defineCollection({ slug: "memos", fields: { title: field }, access: { read: true } }),
    defineCollection({ slug: "memos", fields: open }),
    defineCollection({
      slug: "memos",
      fields: { ...open, memo: { ...field, access: { read: false } } },
      access: { read: true },
    }),
  ] as const;
  const database = await prepare(inject("databaseUrl"), "security_memos", [versions[0]]);
  await database.sql`insert into memos (id, title, memo) values (${nthId("post", 1)}, 'a', 'kept text')`;
  const answers = [];
  for (const version of versions) {
    const app = await serve({ collections: [version], database: { url: database.url, max: 1 } });
    const ask = safeAsker(app.ask);
    const filtered = await ask("GET", `/api/memos?${where({ memo: "kept text" })}`);
    answers.push([(await ask("GET", "/api/memos")).json.data, short(filtered)[0], filtered.json.errors]);
    await app.stop();
  }
  await database.drop();
  const row = { id: nthId("post", 1), title: "a" };
  const unknown = unknownField("memo").filter((part) => part !== "UNKNOWN_FIELD");
  expect(answers).toStrictEqual([
    [[{ ...row, memo: "kept text" }], 200, undefined],
    [[row], ...unknown],
    [undefined, 401, undefined],
    [[row], ...unknown],
  ]);
});
