import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";
import { headerUser } from "./world/blog.ts";
import { databaseProxy } from "./world/database-proxy.ts";

/** Readers see their own deleted pages, editors all of them, anonymous callers none. */
const pages = defineCollection({
  slug: "pages",
  softDelete: true,
  timestamps: true,
  fields: {
    title: { type: "text", required: true, searchable: true },
    path: { type: "text", unique: true },
    owner: { type: "text" },
    draft: { type: "boolean", default: false },
    parent: { type: "relationship", to: "pages" },
    related: { type: "relationship", to: "pages", hasMany: true },
  },
  access: {
    read: ({ user }) => user?.["role"] === "editor" || { draft: { neq: true } },
    create: true,
    update: true,
    delete: ({ user }) => {
      if (user === null) return false;
      return user["role"] === "editor" || { owner: user.id };
    },
    readDeleted: ({ user }) => {
      if (user === null) return false;
      return user["role"] === "editor" || { owner: user.id };
    },
  },
});

const links = defineCollection({
  slug: "links",
  fields: { name: { type: "text" }, page: { type: "relationship", to: "pages" } },
  access: { read: true, create: true, update: true },
});

/** Deleted documents of which nobody may ask for. */
const logs = defineCollection({
  slug: "logs",
  softDelete: true,
  fields: { name: { type: "text" } },
  access: { read: true, create: true, update: true, delete: true },
});

const collections = [pages, links, logs] as const;
const editor = { id: "root", role: "editor" };
const alice = { id: "alice" };
const bob = { id: "bob" };
const missing = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

let database: Prepared;
let app: Application<typeof collections>;
let gone: string;
let live: string;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "soft_delete", collections);
  app = await serve({ collections, database: { url: database.url, max: 2 }, plugins: [headerUser] });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

type Parts = readonly [method: string, target: string, user?: object | undefined, body?: object];

const ask = (...[method, target, user, body]: Parts): Promise<Answered> =>
  app.ask(method, `/api/${target}`, {
    ...(user === undefined ? {} : { user }),
    ...(body === undefined ? {} : { body }),
  });
const short = ({ status, json }: Answered) => [status, json?.code, json?.errors];
const titles = async (target: string, user?: object) =>
  (await ask("GET", target, user)).json.data.map(({ title }: { readonly title: string }) => title);

beforeEach(async () => {
  await database.sql`truncate pages, links, logs cascade`;
  const system = app.engine.asSystem();
  gone = (await system.pages.create({ title: "gone", path: "/a", owner: "alice" })).id;
  live = (await system.pages.create({ title: "live", owner: "alice", parent: gone, related: [gone] })).id;
  await system.links.create({ name: "l", page: gone });
  expect((await ask("DELETE", `pages/${gone}`, alice)).status).toBe(204);
});

test("a delete keeps the row, and marks it", async () => {
  const [row] = await database.sql`select title, deleted_at from pages where id = ${gone}`;
  expect(row).toMatchObject({ title: "gone" });
  expect(row?.["deleted_at"]).toBeInstanceOf(Date);
});

test("R-AC-15 a deleted document is on no path of a plain read, for nobody", async () => {
  const where = encodeURIComponent('{"title":"gone"}');
  for (const user of [undefined, alice, editor]) {
    expect((await ask("GET", `pages/${gone}`, user)).status).toBe(404);
    expect(await titles("pages", user)).toStrictEqual(["live"]);
    expect(await titles(`pages?where=${where}`, user)).toStrictEqual([]);
    expect(await titles("pages?search=gone", user)).toStrictEqual([]);
    expect((await ask("POST", "pages/query", user, { count: "exact" })).json.meta.total).toBe(1);
    expect((await ask("GET", "pages/count", user)).json.count).toBe(1);
    expect((await ask("GET", `pages/count?where=${where}`, user)).json.count).toBe(0);
  }
});

test("R-AC-15 a deleted target is not there for a relationship", async () => {
  for (const user of [undefined, editor]) {
    const one = (await ask("GET", `pages/${live}?depth=1`, user)).json;
    expect([one.parent, one.related]).toStrictEqual([null, []]);
    expect((await ask("GET", "links?populate=page", user)).json.data).toMatchObject([{ page: null }]);
    for (const filter of [{ "page.title": "gone" }, { "page.title": { neq: "x" } }]) {
      const where = encodeURIComponent(JSON.stringify(filter));
      expect((await ask("GET", `links/count?where=${where}`, user)).json.count).toBe(0);
    }
    const related = encodeURIComponent('{"related.title":{"exists":true}}');
    expect(await titles(`pages?where=${related}`, user)).toStrictEqual([]);
  }
  for (const body of [{ page: gone }, { name: "m", page: gone }]) {
    expect(short(await ask("POST", "links", editor, body))).toStrictEqual([
      422,
      "VALIDATION",
      [{ path: "page", rule: "relationship" }],
    ]);
  }
  expect((await ask("PATCH", `pages/${live}`, editor, { related: [gone] })).status).toBe(422);
});

test("a deleted document can be neither updated nor deleted again", async () => {
  for (const user of [alice, editor]) {
    expect((await ask("PATCH", `pages/${gone}`, user, { title: "x" })).status).toBe(404);
    expect((await ask("PATCH", `pages/${gone}`, user, {})).status).toBe(404);
    expect((await ask("DELETE", `pages/${gone}`, user)).status).toBe(404);
  }
  const operations = [{ op: "update", collection: "pages", id: gone, data: { title: "x" } }];
  expect((await ask("POST", "batch", editor, { operations })).status).toBe(404);
  await expect(app.engine.asSystem().pages.update(gone, { title: "x" })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("T-ACL-15 a soft delete needs the delete rule, and a restore too", async () => {
  expect((await ask("DELETE", `pages/${live}`)).status).toBe(401);
  expect((await ask("DELETE", `pages/${live}`, bob)).status).toBe(404);
  expect((await ask("POST", `pages/${gone}/restore`)).status).toBe(401);
  expect((await ask("POST", `pages/${gone}/restore`, bob)).status).toBe(404);
  for (const deletedAt of [null, "2026-01-01", ""]) {
    for (const user of [alice, editor]) {
      expect(short(await ask("PATCH", `pages/${live}`, user, { deletedAt }))).toStrictEqual([
        422,
        "VALIDATION",
        [{ path: "deletedAt", rule: "readOnly" }],
      ]);
    }
  }
  expect((await ask("POST", "pages", alice, { title: "x", deletedAt: null })).status).toBe(422);
});

test("T-ACL-15 trashed shows deleted documents to whom readDeleted allows, and of those that read allows", async () => {
  const system = app.engine.asSystem();
  const draft = await system.pages.create({ title: "draft", owner: "alice", draft: true });
  await system.pages.delete(draft.id);
  const other = await system.pages.create({ title: "other", owner: "bob" });
  await system.pages.delete(other.id);
  for (const mode of ["only", "with"]) {
    expect(short(await ask("GET", `pages?trashed=${mode}`))).toStrictEqual([
      401,
      "UNAUTHENTICATED",
      undefined,
    ]);
    expect(short(await ask("GET", `logs?trashed=${mode}`, editor))).toStrictEqual([
      403,
      "FORBIDDEN",
      undefined,
    ]);
    expect(short(await ask("GET", `links?trashed=${mode}`, editor))[0]).toBe(400);
  }
  const only = (user: object) => titles("pages?trashed=only&sort=title", user);
  const both = (user: object) => titles("pages?trashed=with&sort=title", user);
  expect([await only(alice), await only(bob), await only(editor)]).toStrictEqual([
    ["gone"],
    ["other"],
    ["draft", "gone", "other"],
  ]);
  expect([await both(alice), await both(bob), await both(editor)]).toStrictEqual([
    ["gone", "live"],
    ["live", "other"],
    ["draft", "gone", "live", "other"],
  ]);
  expect(await titles("pages?trashed=only&search=gone", editor)).toStrictEqual(["gone"]);
  const counted = await ask("GET", "pages?trashed=only&count=exact&perPage=1", alice);
  expect(counted.json.meta).toMatchObject({ total: 1, hasNextPage: false });
  expect((await app.engine.asSystem().pages.find({ trashed: "only" })).data).toHaveLength(3);
  for (const mode of ["without", "", "all"]) {
    expect(short(await ask("GET", `pages?trashed=${mode}`, editor))[1]).toBe("BAD_REQUEST");
  }
});

test("a cursor of the trash does not open the plain list", async () => {
  await ask("POST", "pages", alice, { title: "b" });
  const { json } = await ask("GET", "pages?trashed=with&perPage=1", editor);
  const { nextCursor } = json.meta;
  expect((await ask("GET", `pages?trashed=with&perPage=1&cursor=${nextCursor}`, editor)).status).toBe(200);
  expect(short(await ask("GET", `pages?perPage=1&cursor=${nextCursor}`, editor))[1]).toBe("BAD_CURSOR");
});

test("deletedAt is there for whom readDeleted allows, where it allows", async () => {
  expect((await ask("GET", `pages/${live}`)).json).not.toHaveProperty("deletedAt");
  expect((await ask("GET", `pages/${live}`, bob)).json).not.toHaveProperty("deletedAt");
  expect((await ask("GET", `pages/${live}`, alice)).json.deletedAt).toBeNull();
  expect((await ask("GET", `pages/${live}`, editor)).json.deletedAt).toBeNull();
  const [shown] = (await ask("GET", "pages?trashed=only", editor)).json.data;
  expect(shown.deletedAt).toMatch(/^20\d\d-.*Z$/);
  const newest = await ask("GET", "pages?trashed=only&sort=-deletedAt&select=deletedAt", editor);
  expect(newest.json.data).toStrictEqual([{ id: gone, deletedAt: shown.deletedAt }]);
  const where = encodeURIComponent('{"deletedAt":{"exists":true}}');
  expect(await titles(`pages?trashed=with&where=${where}`, editor)).toStrictEqual(["gone"]);
  for (const target of [`pages?where=${where}`, "pages?sort=deletedAt"]) {
    for (const user of [undefined, alice]) {
      expect(short(await ask("GET", target, user))).toStrictEqual([
        400,
        "UNKNOWN_FIELD",
        [{ path: "deletedAt", rule: "unknown" }],
      ]);
    }
  }
  expect((await ask("GET", "logs", editor)).status).toBe(200);
  expect(short(await ask("GET", "logs?select=deletedAt", editor))[1]).toBe("UNKNOWN_FIELD");
});

test("a restore brings a document back, with a new ETag", async () => {
  const restored = await ask("POST", `pages/${gone}/restore`, alice);
  expect(restored).toMatchObject({ status: 200, json: { id: gone, title: "gone", deletedAt: null } });
  const read = await ask("GET", `pages/${gone}`, alice);
  expect(read.json).toStrictEqual(restored.json);
  expect(read.headers["etag"]).toBe(restored.headers["etag"]);
  const one = (await ask("GET", `pages/${live}?depth=1`)).json;
  expect([one.parent.title, one.related.length]).toStrictEqual(["gone", 1]);
});

test("a restore of a live document is 200 and changes nothing", async () => {
  const before = await ask("GET", `pages/${live}`, alice);
  const restored = await ask("POST", `pages/${live}/restore`, alice);
  expect(restored.status).toBe(200);
  expect(restored.json).toStrictEqual(before.json);
  expect(restored.headers["etag"]).toBe(before.headers["etag"]);
});

test("a restore finds no missing document, no other route and no collection that keeps nothing", async () => {
  expect((await ask("POST", `pages/${missing}/restore`, editor)).status).toBe(404);
  expect((await ask("POST", "pages/not-an-id/restore", editor)).status).toBe(404);
  expect((await ask("POST", `links/${missing}/restore`, editor)).status).toBe(404);
  expect((await ask("POST", `pages/${gone}/restore/x`, editor)).status).toBe(404);
  const other = await ask("GET", `pages/${gone}/restore`, editor);
  expect([other.status, other.headers["allow"]]).toStrictEqual([405, "POST, OPTIONS"]);
  expect((await ask("POST", `pages/${gone}/restore?force=1`, editor)).status).toBe(400);
  expect((await ask("POST", `pages/${gone}/restore`, editor)).status).toBe(200);
});

test("a unique value is free again after a delete, and a restore meets whoever took it", async () => {
  const taken = await ask("POST", "pages", alice, { title: "new", path: "/a" });
  expect(taken.status).toBe(201);
  const conflict = await ask("POST", `pages/${gone}/restore`, editor);
  expect([conflict.status, conflict.json.code]).toStrictEqual([409, "CONFLICT"]);
  expect((await ask("GET", `pages/${gone}`, editor)).status).toBe(404);
  await ask("DELETE", `pages/${taken.json.id}`, editor);
  expect((await ask("POST", `pages/${gone}/restore`, editor)).status).toBe(200);
  expect((await ask("POST", `pages/${taken.json.id}/restore`, editor)).status).toBe(409);
});

test("restores race to one live row", async () => {
  const taken = await ask("POST", "pages", alice, { title: "new", path: "/a" });
  await ask("DELETE", `pages/${taken.json.id}`, editor);
  const { pages: system } = app.engine.asSystem();
  const results = await Promise.allSettled([system.restore(gone), system.restore(taken.json.id)]);
  expect(results.map(({ status }) => status).toSorted()).toStrictEqual(["fulfilled", "rejected"]);
  expect(
    await database.sql`select count(*)::int as n from pages where path = '/a' and deleted_at is null`,
  ).toMatchObject([{ n: 1 }]);
});

test("what its restorer may not read answers with the id alone", async () => {
  const draft = await app.engine.asSystem().pages.create({ title: "draft", owner: "alice", draft: true });
  await ask("DELETE", `pages/${draft.id}`, alice);
  const restored = await ask("POST", `pages/${draft.id}/restore`, alice);
  expect([restored.status, restored.json, restored.headers["etag"]]).toStrictEqual([
    200,
    { id: draft.id },
    undefined,
  ]);
});

test("an estimate of a collection that keeps its deleted documents is the planner's, one of its trash is not", async () => {
  await database.sql`insert into logs (id, name, deleted_at)
    select gen_random_uuid(), 'x', case when n % 2 = 0 then now() end from generate_series(1, 200) n`;
  await database.sql`analyze logs`;
  const proxy = await databaseProxy(database.url);
  const open = { ...logs, access: { ...logs.access, readDeleted: true } } as const;
  const estimating = await serve({
    collections: [open],
    database: { url: proxy.url, max: 1 },
    logger: false,
  });
  for (const [target, isPlanned] of [
    ["/api/logs?count=estimated", true],
    ["/api/logs?count=estimated&trashed=only", false],
    ["/api/logs?count=exact", false],
  ] as const) {
    proxy.forget();
    const { json } = await estimating.ask("GET", target);
    expect(json.meta.total).toBe(100);
    expect([target, proxy.parsed.some((text) => text.startsWith("explain"))]).toStrictEqual([
      target,
      isPlanned,
    ]);
  }
  await estimating.stop();
  await proxy.stop();
});
