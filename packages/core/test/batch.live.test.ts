import { defineCollection, isLucentError, LucentError } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";
import { headerUser } from "./world/blog.ts";
import { scriptedHooks } from "./world/scripted-hooks.ts";

const own = scriptedHooks();

const posts = defineCollection({
  slug: "posts",
  fields: {
    title: { type: "text", required: true },
    owner: { type: "text" },
    code: { type: "text", unique: true },
    role: { type: "text", access: { create: false } },
    tag: { type: "relationship", to: "tags" },
  },
  access: {
    read: ({ user }) => (user === null ? { owner: { neq: "secret" } } : true),
    create: true,
    update: ({ user }) => (user === null ? { owner: "anyone" } : true),
    delete: ({ user }) => user !== null,
  },
  hooks: own.hooks,
});

const tags = defineCollection({
  slug: "tags",
  clientId: true,
  fields: { label: { type: "text", required: true, unique: true } },
  access: { read: true, create: true, update: true, delete: true },
});

const vaults = defineCollection({
  slug: "vaults",
  fields: { code: { type: "text" } },
  access: { create: true },
});

const collections = [posts, tags, vaults] as const;
const alice = { id: "alice" };
const missing = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

let database: Prepared;
let app: Application<typeof collections>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "batch", collections);
  app = await serve({ collections, database: { url: database.url, max: 1 }, plugins: [headerUser] });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(async () => {
  await database.sql`truncate posts, tags, vaults cascade`;
  own.play({});
  app.log.lines.length = 0;
});

const batch = (operations: unknown, user?: object): Promise<Answered> =>
  app.ask("POST", "/api/batch", { body: { operations }, ...(user === undefined ? {} : { user }) });
const create = (collection: string, data: object) => ({ op: "create", collection, data });
const update = (collection: string, id: string, data: object) => ({ op: "update", collection, id, data });
const remove = (collection: string, id: string) => ({ op: "delete", collection, id });
const short = ({ status, json }: Answered) => [status, json?.code, json?.operation, json?.errors];

async function counts(): Promise<readonly number[]> {
  const [row] = await database.sql`select (select count(*)::int from posts) as posts,
    (select count(*)::int from tags) as tags, (select count(*)::int from vaults) as vaults`;
  return [row?.["posts"], row?.["tags"], row?.["vaults"]];
}

test("operations over any collections are done in order, and answered in order", async () => {
  const id = "018f4e1c-7a3b-7c3d-8e4f-000000000001";
  const answer = await batch([
    create("tags", { id, label: "a" }),
    create("posts", { title: "p", tag: id }),
    update("tags", id, { label: "b" }),
    create("tags", { label: "a" }),
    create("vaults", { code: "1" }),
    remove("tags", missing.replace("8e4f", "9e4f")),
  ]);
  expect(short(answer)).toStrictEqual([404, "NOT_FOUND", 5, undefined]);
  expect(await counts()).toStrictEqual([0, 0, 0]);
  const done = await batch([
    create("tags", { id, label: "a" }),
    create("posts", { title: "p", tag: id }),
    update("tags", id, { label: "b" }),
    create("tags", { label: "a" }),
  ]);
  expect(done.status).toBe(200);
  const [, post, , second] = done.json.results;
  expect(done.json).toStrictEqual({
    results: [
      { id, label: "a" },
      { id: post.id, title: "p", owner: null, code: null, role: null, tag: id },
      { id, label: "b" },
      { id: second.id, label: "a" },
    ],
  });
  const gone = await batch(
    [remove("posts", post.id), remove("tags", id), update("tags", second.id, {})],
    alice,
  );
  expect(gone.json.results).toStrictEqual([{ id: post.id }, { id }, { id: second.id, label: "a" }]);
  expect(await counts()).toStrictEqual([0, 1, 0]);
});

test("up to a hundred operations are taken, one more and none are not", async () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) => create("tags", { label: `t${at}` }));
  const hundred = await batch(many(100));
  expect([hundred.status, hundred.json.results.length]).toStrictEqual([200, 100]);
  const refused = (rule: string) => [422, "VALIDATION", undefined, [{ path: "operations", rule }]];
  expect(short(await batch(many(101)))).toStrictEqual(refused("max"));
  expect(short(await batch([]))).toStrictEqual(refused("min"));
});

test.each([
  [undefined, "operations", "type"],
  [null, "operations", "type"],
  [{}, "operations", "type"],
  [[1], "operations.0", "type"],
  [[null], "operations.0", "type"],
  [[[]], "operations.0", "type"],
  [[{}], "operations.0.op", "options"],
  [[{ op: "upsert", collection: "tags" }], "operations.0.op", "options"],
  [[{ op: "constructor", collection: "tags" }], "operations.0.op", "options"],
  [[{ op: "create", data: {} }], "operations.0.collection", "type"],
  [[{ op: "create", collection: 1, data: {} }], "operations.0.collection", "type"],
  [
    [create("tags", { label: "a" }), { op: "update", collection: "tags", data: {} }],
    "operations.1.id",
    "type",
  ],
  [[{ op: "delete", collection: "tags", id: missing, data: {} }], "operations.0", "unknown"],
  [[{ op: "create", collection: "tags", id: missing, data: {} }], "operations.0", "unknown"],
  [[{ op: "delete", collection: "tags", id: missing, where: {} }], "operations.0", "unknown"],
])("the batch %j is malformed", async (operations, path, rule) => {
  const answer = await batch(operations);
  expect([answer.status, answer.json.code]).toStrictEqual([422, "VALIDATION"]);
  expect(answer.json.errors).toContainEqual({ path, rule });
  expect(await counts()).toStrictEqual([0, 0, 0]);
});

test("other keys, other methods and parameters are refused", async () => {
  const body = { operations: [create("tags", { label: "a" })], atomic: false };
  expect((await app.ask("POST", "/api/batch", { body })).status).toBe(422);
  expect((await app.ask("POST", "/api/batch", { body: [] })).status).toBe(422);
  expect(
    (await app.ask("POST", "/api/batch?partial=1", { body: { operations: body.operations } })).status,
  ).toBe(400);
  expect((await app.ask("GET", "/api/batch")).headers["allow"]).toBe("POST, OPTIONS");
  expect((await app.ask("POST", "/api/batch/x", { body })).status).toBe(404);
});

test("R-AC-12 the problem is that of the failing operation with its position, and nothing is left behind", async () => {
  const { id } = await app.engine.asSystem().posts.create({ title: "mine", owner: "me", code: "taken" });
  const first = create("tags", { label: "first" });
  for (const [operation, user, status, code, errors] of [
    [create("ghosts", {}), alice, 404, "NOT_FOUND", undefined],
    [create("__proto__", {}), alice, 404, "NOT_FOUND", undefined],
    [create("tags", {}), alice, 422, "VALIDATION", [{ path: "label", rule: "required" }]],
    [create("tags", { label: 1 }), alice, 422, "VALIDATION", [{ path: "label", rule: "type" }]],
    [{ op: "create", collection: "tags" }, alice, 422, "VALIDATION", [{ path: "", rule: "type" }]],
    [create("tags", { label: "first" }), alice, 409, "CONFLICT", undefined],
    [
      create("posts", { title: "x", code: "taken" }),
      alice,
      409,
      "CONFLICT",
      [{ path: "code", rule: "unique" }],
    ],
    [
      create("posts", { title: "x", role: "r" }),
      alice,
      403,
      "FORBIDDEN",
      [{ path: "role", rule: "readOnly" }],
    ],
    [
      create("posts", { title: "x", tag: missing }),
      alice,
      422,
      "VALIDATION",
      [{ path: "tag", rule: "relationship" }],
    ],
    [update("posts", id, { title: "x" }), undefined, 404, "NOT_FOUND", undefined],
    [update("posts", "not-an-id", { title: "x" }), alice, 404, "NOT_FOUND", undefined],
    [remove("posts", id), undefined, 401, "UNAUTHENTICATED", undefined],
    [remove("vaults", missing), undefined, 401, "UNAUTHENTICATED", undefined],
    [remove("vaults", missing), alice, 403, "FORBIDDEN", undefined],
    [remove("tags", missing), alice, 404, "NOT_FOUND", undefined],
  ] as const) {
    const answer = await batch([first, operation, create("tags", { label: "last" })], user);
    expect([operation, ...short(answer)]).toStrictEqual([operation, status, code, 1, errors]);
    expect(await counts()).toStrictEqual([1, 0, 0]);
  }
});

test("a conflict of a batch with itself names no field: the row in the way is gone, and nobody can read it", async () => {
  const answer = await batch([
    create("posts", { title: "a", code: "c" }),
    create("posts", { title: "b", code: "c" }),
  ]);
  expect(short(answer)).toStrictEqual([409, "CONFLICT", 1, undefined]);
  expect(await counts()).toStrictEqual([0, 0, 0]);
});

test("what its writer may not read is answered with the id alone", async () => {
  const { json } = await batch([
    create("posts", { title: "a", owner: "secret" }),
    create("vaults", { code: "1" }),
  ]);
  expect(json.results.map((each: object) => Object.keys(each))).toStrictEqual([["id"], ["id"]]);
});

test("hooks run around each operation, and afterCommit for all of them behind the last", async () => {
  const order: unknown[] = [];
  const note =
    (moment: string) => async (context: { readonly doc?: { title: string }; readonly data?: unknown }) => {
      order.push([moment, context.doc?.title]);
      if (moment === "afterCommit") expect(await counts()).toStrictEqual([2, 0, 0]);
    };
  own.play({
    beforeCreate: note("beforeCreate"),
    afterCreate: note("afterCreate"),
    afterCommit: note("afterCommit"),
  });
  expect((await batch([create("posts", { title: "a" }), create("posts", { title: "b" })])).status).toBe(200);
  expect(order).toStrictEqual([
    ["beforeCreate", undefined],
    ["afterCreate", "a"],
    ["beforeCreate", undefined],
    ["afterCreate", "b"],
    ["afterCommit", "a"],
    ["afterCommit", "b"],
  ]);
});

test("no afterCommit runs when a later operation fails, and a hook's failure has its position", async () => {
  own.play({
    beforeDelete: () => {
      throw new LucentError("FORBIDDEN");
    },
    afterCreate: async ({ lucent }) => {
      await lucent.asSystem().vaults.create({ code: "by a hook" });
    },
  });
  const { id } = await app.engine.asSystem().tags.create({ label: "a" });
  const failing = await batch([create("posts", { title: "a" }), update("tags", id, { label: 1 })], alice);
  expect(short(failing).slice(0, 3)).toStrictEqual([422, "VALIDATION", 1]);
  expect(own.trace).not.toContain("afterCommit posts create");
  expect(await counts()).toStrictEqual([0, 1, 0]);
  own.play({
    beforeCreate: () => {
      throw new TypeError("zqx");
    },
  });
  const broken = await batch([create("tags", { label: "b" }), create("posts", { title: "a" })]);
  expect(short(broken).slice(0, 3)).toStrictEqual([500, "INTERNAL", 1]);
  expect(broken.text).not.toContain("zqx");
  expect(app.log.text()).toContain("zqx");
});

test("a hook of a batch may catch the failure of its own write", async () => {
  await app.engine.asSystem().tags.create({ label: "taken" });
  own.play({
    afterCreate: async ({ lucent }) => {
      await lucent
        .asSystem()
        .tags.create({ label: "taken" })
        .catch(() => undefined);
    },
  });
  const answer = await batch([create("posts", { title: "a" }), create("tags", { label: "b" })]);
  expect(answer.status).toBe(200);
  expect(await counts()).toStrictEqual([1, 2, 0]);
});

test("the same in the process, for a caller and for the system", async () => {
  // What comes from outside of TypeScript may be anything.
  type Batch = (operations: readonly object[]) => Promise<readonly { readonly id: string }[]>;
  const asAlice: Batch = (operations) => app.engine.as(alice).batch(operations as never);
  const asSystem: Batch = (operations) => app.engine.asSystem().batch(operations as never);
  const results = await asAlice([
    create("tags", { label: "a", extra: undefined }),
    create("vaults", { code: "1" }),
  ]);
  expect(results).toStrictEqual([{ id: results[0]?.id, label: "a" }, { id: results[1]?.id }]);
  const refused = asAlice([create("tags", { label: "b" }), remove("vaults", results[1]?.id ?? "")]);
  const error: unknown = await refused.catch((thrown: unknown) => thrown);
  expect(isLucentError(error) && [error.code, error.operation]).toStrictEqual(["FORBIDDEN", 1]);
  expect(await counts()).toStrictEqual([0, 1, 1]);
  await expect(asAlice([])).rejects.toMatchObject({ code: "VALIDATION" });
  expect(await asSystem([create("vaults", { code: "2" })])).toMatchObject([{ code: "2" }]);
});
