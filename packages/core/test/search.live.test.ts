import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";
import { headerUser } from "./world/blog.ts";
import { type DatabaseProxy, databaseProxy } from "./world/database-proxy.ts";

const articles = defineCollection({
  slug: "articles",
  softDelete: true,
  fields: {
    title: { type: "text", searchable: true },
    body: { type: "textarea", searchable: true },
    mail: { type: "email", searchable: true },
    note: { type: "text", searchable: true, access: { read: ({ user }) => user !== null } },
    other: { type: "text" },
    status: { type: "select", options: ["draft", "published"] },
  },
  access: {
    read: ({ user }) => user !== null || { status: "published" as const },
    create: true,
    delete: true,
    readDeleted: ({ user }) => user !== null,
  },
});

/** Every searchable field may be read by everyone, so that the index serves everyone. */
const pages = defineCollection({
  slug: "pages",
  fields: { title: { type: "text", searchable: true }, body: { type: "textarea", searchable: true } },
  access: { read: true },
});

const plain = defineCollection({
  slug: "plain",
  fields: { title: { type: "text" } },
  access: { read: true },
});

/** What is searchable here may be read by nobody who asks. */
const closed = defineCollection({
  slug: "closed",
  fields: { title: { type: "text", searchable: true, access: { read: false } } },
  access: { read: true },
});

const collections = [articles, pages, plain, closed] as const;
const alice = { id: "alice" };

let database: Prepared;
let proxy: DatabaseProxy;
let app: Application<typeof collections>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "search", collections);
  proxy = await databaseProxy(database.url);
  app = await serve({
    collections,
    database: { url: proxy.url, max: 1 },
    plugins: [headerUser],
    logger: false,
  });
  const { articles: system, closed: shut } = app.engine.asSystem();
  const published = { status: "published" } as const;
  for (const article of [
    { title: "red fox", body: "A fox is red. The fox runs; fox and fox.", ...published },
    { title: "brown fox", body: "It jumps over the lazy dog", ...published },
    { title: "lazy dog", body: "It's a dog's life & more", mail: "dog@example.com", ...published },
    { title: "secret fox", body: "hidden", note: "zqx", status: "draft" },
    { title: "noted", note: "fox zqx", other: "fox", ...published },
    { title: "Überfluß Ærø naïve 東京", ...published },
    { title: "C:\\temp a'b 50%_off", ...published },
    { ...published },
  ] as const) {
    await system.create(article);
  }
  const gone = await system.create({ title: "deleted fox", ...published });
  await system.delete(gone.id);
  await shut.create({ title: "fox" });
});

afterAll(async () => {
  await app.stop();
  await proxy.stop();
  await database.drop();
});

const search = (words: string, more = "", user?: object): Promise<Answered> =>
  app.ask(
    "GET",
    `/api/articles?search=${encodeURIComponent(words)}&select=title${more}`,
    user === undefined ? {} : { user },
  );

async function titles(words: string, more = "", user?: object): Promise<unknown> {
  const { status, json } = await search(words, more, user);
  expect([words, status]).toStrictEqual([words, 200]);
  return json.data.map(({ title }: { readonly title: string }) => title);
}

test("a search finds words in every searchable field, best first, in one statement", async () => {
  proxy.forget();
  expect(await titles("fox")).toStrictEqual(["red fox", "brown fox"]);
  expect(proxy.statements()).toBe(1);
  expect(await titles("FOX")).toStrictEqual(["red fox", "brown fox"]);
  expect(await titles("dog@example.com")).toStrictEqual(["lazy dog"]);
  expect(await titles("hidden")).toStrictEqual([]);
  expect(await titles("fo")).toStrictEqual([]);
});

test("web syntax: all words, quotes, minus and or", async () => {
  expect(await titles("fox lazy")).toStrictEqual(["brown fox"]);
  expect(await titles("lazy dog", "&sort=title")).toStrictEqual(["brown fox", "lazy dog"]);
  expect(await titles('"dog lazy"')).toStrictEqual([]);
  expect(await titles('"lazy dog"', "&sort=title")).toStrictEqual(["brown fox", "lazy dog"]);
  expect(await titles("fox -jumps")).toStrictEqual(["red fox"]);
  expect(await titles("red or life", "&sort=title")).toStrictEqual(["lazy dog", "red fox"]);
});

test.each([
  "'",
  "''",
  "&",
  "|",
  "!",
  "\\",
  ":*",
  "fo:*",
  "fox:A",
  "fox & | !",
  "((fox",
  '"',
  '"unbalanced fox',
  "<->",
  "fox <-> red",
  "'; drop table articles; --",
  "%",
  "_",
  "$1",
  "-",
  "- - -",
  "or",
  "or or",
  "\u{1F600}",
  "\u202E",
  "x".repeat(200),
])("the words %j are taken literally, and are never an error", async (words) => {
  const { status } = await search(words);
  expect(status).toBe(200);
});

test("what looks like an operator of Postgres is none", async () => {
  expect(await titles("fo:*")).toStrictEqual([]);
  expect(await titles("dog's life")).toStrictEqual(["lazy dog"]);
  expect(await titles("a'b")).toStrictEqual(["C:\\temp a'b 50%_off"]);
  expect(await titles("überfluß 東京")).toStrictEqual(["Überfluß Ærø naïve 東京"]);
  expect(await titles("%")).toStrictEqual([]);
});

test.each([
  ["", "minLength"],
  ["   ", "minLength"],
  ["x".repeat(201), "maxLength"],
  ["a\0b", "type"],
])("the search %j is refused", async (words, rule) => {
  const { status, json } = await search(words);
  expect([status, json.code, json.errors]).toStrictEqual([400, "BAD_REQUEST", [{ path: "search", rule }]]);
});

test("a search is no list, no number and nothing twice", async () => {
  for (const value of [1, ["fox"], { q: "fox" }, null, true]) {
    const { status } = await app.ask("POST", "/api/articles/query", { body: { search: value } });
    expect([value, status]).toStrictEqual([value, 400]);
  }
  expect((await app.ask("GET", "/api/articles?search=fox&search=fox")).status).toBe(400);
  expect((await app.ask("GET", "/api/articles/count?search=fox")).status).toBe(400);
});

test("where nothing can be searched a search is 400, whether there is nothing or nothing readable", async () => {
  for (const slug of ["plain", "closed"]) {
    const { status, json } = await app.ask("GET", `/api/${slug}?search=fox`);
    expect([slug, status, json.code, json.errors]).toStrictEqual([
      slug,
      400,
      "BAD_REQUEST",
      [{ path: "search", rule: "unknown" }],
    ]);
  }
  // The system reads every field.
  const found = await app.engine.asSystem().closed.find({ search: "fox" });
  expect(found.data).toHaveLength(1);
});

test("R-AC-4 fields that the caller may not read are not searched, and rank nothing", async () => {
  expect(await titles("zqx")).toStrictEqual([]);
  expect(await titles("noted zqx")).toStrictEqual([]);
  expect(await titles("zqx", "&sort=title", alice)).toStrictEqual(["noted", "secret fox"]);
  expect(await titles("fox", "&sort=title", alice)).toStrictEqual([
    "brown fox",
    "noted",
    "red fox",
    "secret fox",
  ]);
});

test("a search joins the filter, the order, the count and the trash", async () => {
  const where = `&where=${encodeURIComponent('{"title":{"startsWith":"b"}}')}`;
  expect(await titles("fox", where)).toStrictEqual(["brown fox"]);
  expect(await titles("fox", "&sort=title")).toStrictEqual(["brown fox", "red fox"]);
  expect(await titles("fox", "&sort=-title")).toStrictEqual(["red fox", "brown fox"]);
  expect((await search("fox", "&count=exact")).json.meta).toMatchObject({ total: 2, totalPages: 1 });
  expect(await titles("fox", "&trashed=only", alice)).toStrictEqual(["deleted fox"]);
  const body = { search: "fox", where: { title: { like: "red" } }, select: "title" };
  expect((await app.ask("POST", "/api/articles/query", { body })).json.data).toMatchObject([
    { title: "red fox" },
  ]);
});

async function walk(slug: string, words: string, perPage: number): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const from: string = cursor === null ? "" : `&cursor=${cursor}`;
    const { status, json } = await app.ask("GET", `/api/${slug}?search=${words}&perPage=${perPage}${from}`);
    expect(status).toBe(200);
    found.push(...json.data.map(({ id }: { readonly id: string }) => id));
    cursor = json.meta.nextCursor;
    expect(found.length).toBeLessThanOrEqual(200);
  } while (cursor !== null);
  return found;
}

test("pages by cursor go down the ranks and visit every row once, equal ranks too", async () => {
  await database.sql`insert into pages (id, title, body)
    select gen_random_uuid(), 'word', repeat('word ', n % 5) || repeat('other ', n % 3) from generate_series(1, 60) n`;
  const whole = await walk("pages", "word", 100);
  expect(new Set(whole).size).toBe(60);
  for (const perPage of [1, 7, 20]) expect(await walk("pages", "word", perPage)).toStrictEqual(whole);
  const { json } = await app.ask("GET", "/api/pages?search=word&perPage=5");
  for (const other of ["search=other", "search=word&sort=title", ""]) {
    const answer = await app.ask("GET", `/api/pages?${other}&cursor=${json.meta.nextCursor}`);
    expect([other, answer.json.code]).toStrictEqual([other, "BAD_CURSOR"]);
  }
  await database.sql`truncate pages`;
});

test("a search is served by the index of the collection", async () => {
  await database.sql`insert into pages (id, title, body)
    select gen_random_uuid(), 'title ' || n, 'body number ' || n || case when n % 2000 = 0 then ' needle' else '' end
    from generate_series(1, 20000) n`;
  await database.sql`analyze pages`;
  proxy.forget();
  const { json } = await app.ask("GET", "/api/pages?search=needle");
  expect(json.data).toHaveLength(10);
  const [statement = ""] = proxy.parsed;
  expect(statement).toContain("websearch_to_tsquery");
  const literal = statement.replaceAll("$1", "'needle'").replaceAll(/\$\d+/g, "'needle'");
  const plan = await database.sql.unsafe(`explain ${literal}`);
  const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
  expect(text).toMatch(/Bitmap Index Scan on pages_\w*search\w*/);
  expect(text).not.toContain("Seq Scan");
});
