import { isLucentError, type LucentError } from "@lucent/core";
import { and, eq, ilike, sql as text } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import { blog, headerUser } from "./world/blog.ts";

let database: Prepared;
let app: Application<typeof blog>;
const admin = { id: "admin", role: "admin" };
const alice = { id: "alice" };
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
  await database.sql`truncate posts, authors, open_tags, ruleless`;
});

async function refused(work: Promise<unknown>): Promise<LucentError> {
  try {
    await work;
  } catch (error) {
    if (isLucentError(error)) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

const codeOf = async (work: Promise<unknown>) => (await refused(work)).code;

test("every operation works for a caller, under the caller's rules", async () => {
  const { posts } = app.engine.as(alice);
  const made = await posts.create({ title: "a", owner: "alice", views: 1 });
  expect(made).toMatchObject({ title: "a", owner: "alice", status: "draft", views: 1, price: null });
  expect(await posts.findById(made.id)).toStrictEqual(made);
  expect(await posts.findById(made.id, { select: ["title"] })).toStrictEqual({ id: made.id, title: "a" });
  const changed = await posts.update(made.id, { views: null, price: "1.5" });
  expect(changed).toMatchObject({ title: "a", views: null, price: "1.50" });
  expect(await posts.count()).toBe(1);
  expect(await posts.count({ views: { exists: true } })).toBe(0);
  expect(
    await posts.find({ where: { title: "a" }, sort: "-title", perPage: 5, count: "exact" }),
  ).toStrictEqual({
    data: [changed],
    meta: { perPage: 5, hasNextPage: false, nextCursor: null, page: 1, total: 1, totalPages: 1 },
  });
  await posts.delete(made.id);
  expect(await codeOf(posts.findById(made.id))).toBe("NOT_FOUND");
});

test("T-ACL-24 R-AC-17 rules hold in the process as they do over HTTP", async () => {
  const id = (await app.engine.as(admin).posts.create({ title: "a", owner: "bob" })).id;
  const anonymous = app.engine.as(null);
  expect((await anonymous.posts.find()).data).toStrictEqual([]);
  expect(await anonymous.posts.count()).toBe(0);
  expect(await codeOf(anonymous.posts.findById(id))).toBe("NOT_FOUND");
  expect(await codeOf(anonymous.posts.create({ title: "a" }))).toBe("UNAUTHENTICATED");
  expect(await codeOf(anonymous.ruleless.find())).toBe("UNAUTHENTICATED");
  const { posts, ruleless } = app.engine.as(alice);
  expect(await codeOf(posts.update(id, { title: "b" }))).toBe("NOT_FOUND");
  expect(await codeOf(posts.delete(id))).toBe("NOT_FOUND");
  expect(await codeOf(posts.create({ title: "a", owner: "bob" }))).toBe("FORBIDDEN");
  expect(await codeOf(ruleless.find())).toBe("FORBIDDEN");
  expect(await codeOf(ruleless.delete(missing))).toBe("FORBIDDEN");
});

test("the system is asked for no rule, and reads what it writes", async () => {
  const system = app.engine.asSystem();
  const row = await system.ruleless.create({ name: "a" });
  expect(row).toStrictEqual({ id: row.id, name: "a" });
  expect(await system.ruleless.update(row.id, { name: "b" })).toStrictEqual({ id: row.id, name: "b" });
  expect((await system.ruleless.find()).data).toStrictEqual([{ id: row.id, name: "b" }]);
  expect(await system.ruleless.count()).toBe(1);
  await system.ruleless.delete(row.id);
  expect(await codeOf(system.ruleless.findById(row.id))).toBe("NOT_FOUND");
  const author = await system.authors.create({ name: "hidden", hidden: true });
  expect((await system.posts.create({ title: "a", author: author.id })).author).toBe(author.id);
});

test("a caller who may not read what it wrote gets the id alone", async () => {
  const config = {
    collections: [{ slug: "open-tags", fields: { name: { type: "text" } }, access: { create: true } }],
  } as const;
  const writeOnly = await serve({ ...config, database: { url: database.url, max: 1 } });
  const made = await writeOnly.engine.as(alice)["open-tags"].create({ name: "a" });
  expect(Object.keys(made)).toStrictEqual(["id"]);
  await writeOnly.stop();
});

test("checks hold for the system too", async () => {
  const { posts } = app.engine.asSystem();
  for (const [body, path, rule] of [
    [{}, "title", "required"],
    [{ title: 1 }, "title", "type"],
    [{ title: "a", ghost: 1 }, "ghost", "unknown"],
    [{ title: "a", id: missing }, "id", "readOnly"],
    [{ title: "a", author: missing }, "author", "relationship"],
    [{ title: "a\0" }, "title", "format"],
  ] as const) {
    const error = await refused(posts.create(body as never));
    expect([error.code, error.errors]).toStrictEqual(["VALIDATION", [{ path, rule }]]);
  }
});

test("every refusal is the one that HTTP would give", async () => {
  const { posts } = app.engine.as(alice);
  const own = await posts.create({ title: "a", owner: "alice", code: "taken" });
  const pairs: readonly (readonly [() => Promise<unknown>, string, string, unknown?])[] = [
    [() => posts.findById("not-an-id"), "GET", "/not-an-id"],
    [() => posts.findById(missing), "GET", `/${missing}`],
    [() => posts.find({ perPage: 0 }), "POST", "/query", { perPage: 0 }],
    [() => posts.find({ page: 501 }), "POST", "/query", { page: 501 }],
    [() => posts.find({ cursor: "x" }), "POST", "/query", { cursor: "x" }],
    [() => posts.find({ where: { or: [] } }), "POST", "/query", { where: { or: [] } }],
    [() => posts.find({ where: { ghost: 1 } as never }), "POST", "/query", { where: { ghost: 1 } }],
    [() => posts.find({ sort: "ghost" as never }), "POST", "/query", { sort: "ghost" }],
    [() => posts.find({ select: ["ghost" as never] }), "POST", "/query", { select: ["ghost"] }],
    [() => posts.find({ limit: 1 } as never), "POST", "/query", { limit: 1 }],
    [
      () => posts.create({ title: "a", owner: "alice", code: "taken" }),
      "POST",
      "",
      { title: "a", owner: "alice", code: "taken" },
    ],
    [() => posts.create([] as never), "POST", "", []],
    [() => posts.update(own.id, { owner: "bob" }), "PATCH", `/${own.id}`, { owner: "bob" }],
    [() => posts.update(own.id, { title: null } as never), "PATCH", `/${own.id}`, { title: null }],
    [() => posts.update(missing, { title: "a" }), "PATCH", `/${missing}`, { title: "a" }],
    [() => posts.delete("1"), "DELETE", "/1"],
  ];
  for (const [work, method, target, body] of pairs) {
    const { json } = await app.ask(method, `/api/posts${target}`, {
      user: alice,
      ...(body === undefined ? {} : { body }),
    });
    const error = await work().then(
      () => undefined,
      (thrown: unknown) => (isLucentError(thrown) ? thrown : undefined),
    );
    expect([method, target, body, error?.code, error?.status, error?.errors]).toStrictEqual([
      method,
      target,
      body,
      json.code,
      json.status,
      json.errors,
    ]);
  }
});

test("a key that is there and undefined counts as not there", async () => {
  const { "open-tags": tags } = app.engine.as(null);
  const made = await tags.create({ name: "a", size: undefined, note: undefined } as never);
  expect(made).toMatchObject({ name: "a", size: null });
  expect(await tags.update(made.id, { name: undefined, size: 1 } as never)).toMatchObject({
    name: "a",
    size: 1,
  });
  const everything = {
    where: undefined,
    sort: undefined,
    select: undefined,
    page: undefined,
    cursor: undefined,
  };
  expect((await tags.find(everything as never)).data).toHaveLength(1);
  expect(await tags.findById(made.id, { select: undefined } as never)).toMatchObject({ name: "a" });
});

test("a cursor goes on where its page ended, for the same caller", async () => {
  const { "open-tags": tags } = app.engine.asSystem();
  for (const name of ["a", "b", "c"]) await tags.create({ name });
  const first = await tags.find({ sort: "name", perPage: 2 });
  expect(first.data.map(({ name }) => name)).toStrictEqual(["a", "b"]);
  const cursor = first.meta.nextCursor ?? "";
  const second = await tags.find({ sort: "name", perPage: 2, cursor });
  expect(second).toMatchObject({ data: [{ name: "c" }], meta: { hasNextPage: false, nextCursor: null } });
  expect(second.meta).not.toHaveProperty("page");
  expect(await codeOf(app.engine.as(null)["open-tags"].find({ sort: "name", cursor }))).toBe("BAD_CURSOR");
});

test("collections are own members, so that no inherited name is one", () => {
  const access = app.engine.as(null);
  expect(Object.keys(access)).toStrictEqual(["posts", "authors", "open-tags", "ruleless", "odd"]);
  expect(Object.hasOwn(access, "constructor")).toBe(false);
});

test("drizzle reads and writes the same rows over the same pool", async () => {
  const { drizzle, tables } = app.engine;
  const { posts, authors } = tables;
  const [author] = await drizzle.insert(authors).values({ name: "Ada" }).returning();
  expect(author).toMatchObject({ name: "Ada", hidden: false });
  const date = new Date("2026-11-23T05:00:00.123Z");
  await drizzle.insert(posts).values({
    title: "One",
    status: "draft",
    views: 2 ** 40,
    price: "1.50",
    publishedAt: date,
    meta: { a: [1] },
    author: author?.id ?? "",
  });
  const rows = await drizzle
    .select({
      title: posts.title,
      name: authors.name,
      at: posts.publishedAt,
      views: posts.views,
      meta: posts.meta,
    })
    .from(posts)
    .innerJoin(authors, eq(posts.author, authors.id))
    .where(and(ilike(posts.title, "one"), eq(posts.views, 2 ** 40)));
  expect(rows).toStrictEqual([{ title: "One", name: "Ada", at: date, views: 2 ** 40, meta: { a: [1] } }]);
  const [row] = (await app.engine.asSystem().posts.find()).data;
  expect(row).toMatchObject({
    title: "One",
    views: 2 ** 40,
    price: "1.50",
    publishedAt: date.toISOString(),
    meta: { a: [1] },
    author: author?.id,
  });
  expect(row?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  expect(row?.createdAt).toMatch(/Z$/);
  const updated = await drizzle.update(posts).set({ title: "Two" }).returning({ title: posts.title });
  expect(updated).toStrictEqual([{ title: "Two" }]);
  const counted = await drizzle.select({ n: text<number>`count(*)::int` }).from(posts);
  expect(counted).toStrictEqual([{ n: 1 }]);
});

test.each([
  "0001-01-01T00:00:00.000Z",
  "0099-12-31T23:59:59.999Z",
  "1969-07-20T20:17:40.000Z",
  "9999-12-31T23:59:59.999Z",
])("the date %s is the same through drizzle, read and written", async (publishedAt) => {
  const { drizzle, tables } = app.engine;
  const { posts } = app.engine.asSystem();
  const made = await posts.create({ title: "a", publishedAt });
  const [row] = await drizzle.select().from(tables.posts).where(eq(tables.posts.id, made.id));
  expect(row?.publishedAt?.toISOString()).toBe(publishedAt);
  expect(row?.createdAt?.toISOString()).toBe(made.createdAt);
  await drizzle.update(tables.posts).set({ publishedAt: new Date(publishedAt) });
  expect((await posts.findById(made.id)).publishedAt).toBe(publishedAt);
});

test("a drizzle transaction rolls back as a whole", async () => {
  const { drizzle, tables } = app.engine;
  const work = drizzle.transaction(async (transaction) => {
    await transaction.insert(tables["open-tags"]).values({ name: "a" });
    throw new TypeError("undo");
  });
  await expect(work).rejects.toThrow("undo");
  expect(await app.engine.asSystem()["open-tags"].count()).toBe(0);
});
