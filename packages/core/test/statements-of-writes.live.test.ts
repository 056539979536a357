import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Asked } from "./world/asker.ts";
import { headerUser } from "./world/blog.ts";
import { scriptedHooks } from "./world/scripted-hooks.ts";

const fields = {
  title: { type: "text", required: true },
  owner: { type: "text" },
  code: { type: "text", unique: true },
  one: { type: "relationship", to: "tags" },
  many: { type: "relationship", to: "tags", hasMany: true },
  others: { type: "relationship", to: "kinds", hasMany: true },
} as const;

/** For `filtered` callers the rules are filters, for all others plainly true. */
const rule = ({ user }: { readonly user: { readonly id: string } | null }) =>
  user === null || { owner: user.id };
const access = { read: true, create: rule, update: rule, delete: rule } as const;

const tags = defineCollection({ slug: "tags", fields: { label: { type: "text" } }, access: { read: true } });
const kinds = defineCollection({
  slug: "kinds",
  fields: { label: { type: "text" } },
  access: { read: true },
});
const plain = defineCollection({ slug: "plain", softDelete: true, timestamps: true, fields, access });
const hard = defineCollection({ slug: "hard", fields, access });
const hooked = defineCollection({ slug: "hooked", fields, access, hooks: scriptedHooks().hooks });

const collections = [tags, kinds, plain, hard, hooked] as const;
const alice = { id: "alice" };

let database: Prepared;
let app: Application<typeof collections>;
let tag: string;
let kind: string;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "statements_of_writes", collections);
  app = await serve({
    collections,
    database: { url: database.url, max: 1 },
    api: { requestLog: true },
    plugins: [headerUser],
  });
  const system = app.engine.asSystem();
  tag = (await system.tags.create({ label: "t" })).id;
  kind = (await system.kinds.create({ label: "k" })).id;
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

let id: Readonly<Record<"plain" | "hard" | "hooked", string>>;

beforeEach(async () => {
  await database.sql`truncate plain, hard, hooked cascade`;
  const system = app.engine.asSystem();
  const data = { title: "a", owner: "alice", one: tag, many: [tag], others: [kind] };
  id = {
    plain: (await system.plain.create(data)).id,
    hard: (await system.hard.create(data)).id,
    hooked: (await system.hooked.create(data)).id,
  };
});

/** The statements of a request, as its line in the log counts them: without BEGIN, COMMIT and savepoints. */
async function queries(method: string, target: string, asked: Asked = {}): Promise<readonly unknown[]> {
  app.log.lines.length = 0;
  const { status } = await app.ask(method, `/api/${target}`, asked);
  const line = app.log.lines.find(({ facts }) => "queries" in facts);
  return [status, line?.facts["queries"]];
}

const related = () => ({ one: tag, many: [tag], others: [kind] });

test("a write is one statement; references are looked at in one more, and lists of them are answered by a third", async () => {
  for (const slug of ["plain", "hard"] as const) {
    const target = `${slug}/${id[slug]}`;
    expect(await queries("POST", slug, { body: { title: "b" } })).toStrictEqual([201, 1]);
    expect(await queries("POST", slug, { body: { title: "b", one: tag } })).toStrictEqual([201, 2]);
    expect(await queries("POST", slug, { body: { title: "b", ...related() } })).toStrictEqual([201, 3]);
    expect(await queries("PATCH", target, { body: { title: "c" } })).toStrictEqual([200, 1]);
    expect(await queries("PATCH", target, { body: related() })).toStrictEqual([200, 3]);
    expect(await queries("PATCH", target, { body: { many: [], others: null } })).toStrictEqual([200, 2]);
    expect(await queries("PATCH", target, { body: {} })).toStrictEqual([200, 1]);
    expect(await queries("DELETE", target)).toStrictEqual([204, 1]);
  }
});

test("a filter costs no statement more", async () => {
  const user = alice;
  const target = `plain/${id.plain}`;
  const body = { title: "b", owner: "alice" };
  expect(await queries("POST", "plain", { user, body: { ...body, ...related() } })).toStrictEqual([201, 3]);
  expect(await queries("POST", "plain", { user, body })).toStrictEqual([201, 1]);
  expect(await queries("PATCH", target, { user, body })).toStrictEqual([200, 1]);
  expect(await queries("PATCH", target, { user, body: { owner: "bob" } })).toStrictEqual([403, 1]);
  expect(await queries("DELETE", target, { user })).toStrictEqual([204, 1]);
});

test("a precondition reads the row first, and a restore reads it after", async () => {
  const headers = { "if-match": "*" };
  for (const slug of ["plain", "hard"] as const) {
    const target = `${slug}/${id[slug]}`;
    expect(await queries("PATCH", target, { headers, body: { title: "b" } })).toStrictEqual([200, 2]);
    expect(
      await queries("PATCH", target, { headers: { "if-match": '"x"' }, body: { title: "b" } }),
    ).toStrictEqual([412, 1]);
    expect(await queries("DELETE", target, { headers })).toStrictEqual([204, 2]);
  }
  expect(await queries("POST", `plain/${id.plain}/restore`)).toStrictEqual([200, 2]);
});

test("hooks add the document before, the document behind and the answer behind them, and nothing by themselves", async () => {
  const target = `hooked/${id.hooked}`;
  expect(await queries("POST", "hooked", { body: { title: "b" } })).toStrictEqual([201, 3]);
  // With lists of references the document before is read once more behind its lock.
  expect(await queries("PATCH", target, { body: { title: "b" } })).toStrictEqual([200, 5]);
  expect(
    await queries("PATCH", target, { headers: { "if-match": "*" }, body: { title: "b" } }),
  ).toStrictEqual([200, 5]);
  expect(await queries("DELETE", target)).toStrictEqual([204, 3]);
  expect(await queries("GET", "hooked?depth=2&perPage=1")).toStrictEqual([200, 1]);
});

test("a read is one statement whatever it shows, and with an exact count two", async () => {
  for (const query of [
    "",
    "?depth=1&perPage=10",
    "?sort=one.label&populate=many",
    `?where=${encodeURIComponent('{"many.label":"t"}')}`,
  ]) {
    expect([query, ...(await queries("GET", `hard${query}`))]).toStrictEqual([query, 200, 1]);
  }
  expect(await queries("GET", `hard/${id.hard}?depth=3`)).toStrictEqual([200, 1]);
  expect(await queries("GET", "hard?count=exact&depth=1&perPage=10")).toStrictEqual([200, 2]);
  expect(await queries("GET", "hard/count")).toStrictEqual([200, 1]);
});

test("a conflict costs one look-up more, and one for the new image of a rule with a filter", async () => {
  const body = { title: "b", owner: "alice", code: "taken" };
  expect((await queries("POST", "hard", { body }))[0]).toBe(201);
  expect(await queries("POST", "hard", { body })).toStrictEqual([409, 2]);
  expect(await queries("POST", "hard", { body, user: alice })).toStrictEqual([409, 3]);
});

test("a batch costs what its operations cost", async () => {
  const create = (more: object) => ({ op: "create", collection: "hard", data: { title: "b", ...more } });
  const operations = [create({}), create({ one: tag }), { op: "delete", collection: "hard", id: id.hard }];
  expect(await queries("POST", "batch", { body: { operations } })).toStrictEqual([200, 4]);
});
