import { defineCollection, LucentError } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import { headerUser } from "./world/blog.ts";
import { scriptedHooks } from "./world/scripted-hooks.ts";

const ofBooks = scriptedHooks();
const ofPeople = scriptedHooks(["beforeRead", "afterRead"]);

const people = defineCollection({
  slug: "people",
  fields: {
    name: { type: "text", required: true },
    salary: { type: "integer", access: { read: ({ user }) => user !== null } },
    secret: { type: "text", hidden: true },
    friend: { type: "relationship", to: "people" },
  },
  access: { read: true, create: true, update: true },
  hooks: ofPeople.hooks,
});

const books = defineCollection({
  slug: "books",
  softDelete: true,
  fields: {
    title: { type: "text", required: true },
    author: { type: "relationship", to: "people" },
    readers: { type: "relationship", to: "people", hasMany: true },
  },
  access: { read: true, create: true, update: true, delete: true, readDeleted: true },
  hooks: ofBooks.hooks,
});

/** What has no hook of its own, but leads to what has. */
const shelves = defineCollection({
  slug: "shelves",
  fields: { name: { type: "text" }, book: { type: "relationship", to: "books" } },
  access: { read: true, create: true },
});

const collections = [people, books, shelves] as const;
const alice = { id: "alice" };

let database: Prepared;
let app: Application<typeof collections>;
let ada: string;
let bob: string;
let book: string;
let shelf: string;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "hooks_reads", collections);
  app = await serve({ collections, database: { url: database.url, max: 1 }, plugins: [headerUser] });
  const system = app.engine.asSystem();
  ada = (await system.people.create({ name: "Ada", salary: 1, secret: "s" })).id;
  bob = (await system.people.create({ name: "Bob", salary: 2, friend: ada })).id;
  book = (await system.books.create({ title: "One", author: bob, readers: [bob, ada] })).id;
  shelf = (await system.shelves.create({ name: "S", book })).id;
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(() => {
  ofBooks.play({});
  ofPeople.play({});
});

type Doc = Readonly<Record<string, unknown>>;
const mark = ({ doc }: { readonly doc: Doc }) => ({ ...doc, marked: true });

test("beforeRead runs for a list, a count and a single document, with its id", async () => {
  const ids: unknown[] = [];
  ofBooks.play({ beforeRead: ({ id }) => void ids.push(id), beforeOperation: ({ id }) => void ids.push(id) });
  for (const [method, target] of [
    ["GET", "/api/books"],
    ["POST", "/api/books/query"],
    ["GET", "/api/books/count"],
    ["GET", `/api/books/${book}`],
    ["GET", "/api/books?count=exact&trashed=with"],
  ] as const) {
    const before = ofBooks.trace.filter((each) => each.startsWith("before")).length;
    const asked = method === "POST" ? { body: {} } : {};
    expect((await app.ask(method, target, asked)).status).toBe(200);
    const now = ofBooks.trace.filter((each) => each.startsWith("before"));
    expect(now.slice(before)).toStrictEqual(["beforeOperation books read", "beforeRead books read"]);
  }
  expect(ids.map((id) => id === book)).toStrictEqual([
    false,
    false,
    false,
    false,
    false,
    false,
    true,
    true,
    false,
    false,
  ]);
});

test("beforeRead may refuse, and runs neither for a populated target nor when the rule denies", async () => {
  ofBooks.play({
    beforeRead: () => {
      throw new LucentError("FORBIDDEN");
    },
  });
  expect((await app.ask("GET", "/api/books")).status).toBe(403);
  ofPeople.play({});
  ofBooks.play({});
  expect((await app.ask("GET", `/api/books/${book}?depth=1`)).status).toBe(200);
  expect(ofPeople.trace).not.toContain("beforeRead people read");
  expect(ofPeople.trace).toContain("afterRead people read");
});

test("afterRead replaces the documents of a list, a single one and the answer to a write", async () => {
  ofBooks.play({ afterRead: mark });
  const list = await app.ask("GET", "/api/books?select=title");
  expect(list.json.data).toStrictEqual([{ id: book, title: "One", marked: true }]);
  const query = await app.ask("POST", "/api/books/query", { body: { select: "title" } });
  expect(query.json.data).toStrictEqual(list.json.data);
  const one = await app.ask("GET", `/api/books/${book}?select=title`);
  expect(one.json).toStrictEqual({ id: book, title: "One", marked: true });
  const made = await app.ask("POST", "/api/books", { body: { title: "Two" } });
  expect(made.json).toMatchObject({ title: "Two", marked: true });
  const target = `/api/books/${made.json.id}`;
  expect((await app.ask("PATCH", target, { body: { title: "2" } })).json.marked).toBe(true);
  expect((await app.ask("PATCH", target, { body: {} })).json.marked).toBe(true);
  await app.ask("DELETE", target);
  expect((await app.ask("GET", "/api/books?trashed=only")).json.data).toMatchObject([{ marked: true }]);
  expect((await app.ask("POST", `${target}/restore`)).json.marked).toBe(true);
  await database.sql`delete from books where id = ${made.json.id}`;
});

test("afterRead runs for the documents of a batch and in the process", async () => {
  ofBooks.play({ afterRead: mark });
  const operations = [
    { op: "create", collection: "books", data: { title: "Two" } },
    { op: "update", collection: "books", id: book, data: { title: "One" } },
    { op: "create", collection: "shelves", data: { name: "T" } },
  ];
  const { json } = await app.ask("POST", "/api/batch", { body: { operations } });
  expect(json.results).toMatchObject([{ marked: true }, { marked: true }, { name: "T" }]);
  expect(json.results[2]).not.toHaveProperty("marked");
  expect(await app.engine.as(null).books.findById(book)).toMatchObject({ marked: true });
  expect((await app.engine.asSystem().books.find()).data).toMatchObject([{ marked: true }, { marked: true }]);
  await database.sql`delete from books where title = 'Two'`;
  await database.sql`delete from shelves where name = 'T'`;
});

test("afterRead runs at every level of what is populated, the inner document first", async () => {
  const order: unknown[] = [];
  const tell = ({ doc, collection }: { readonly doc: Doc; readonly collection: string }) => {
    order.push([collection, doc["name"] ?? doc["title"]]);
    return { ...doc, marked: order.length };
  };
  ofBooks.play({ afterRead: tell });
  ofPeople.play({ afterRead: tell });
  const { json } = await app.ask("GET", `/api/shelves/${shelf}?depth=3`);
  expect(order).toStrictEqual([
    ["people", "Ada"],
    ["people", "Bob"],
    ["people", "Ada"],
    ["people", "Bob"],
    ["people", "Ada"],
    ["books", "One"],
  ]);
  expect(json).toStrictEqual({
    id: shelf,
    name: "S",
    book: {
      id: book,
      title: "One",
      author: { id: bob, name: "Bob", friend: { id: ada, name: "Ada", friend: null, marked: 1 }, marked: 2 },
      readers: [
        { id: bob, name: "Bob", friend: { id: ada, name: "Ada", friend: null, marked: 3 }, marked: 4 },
        { id: ada, name: "Ada", friend: null, marked: 5 },
      ],
      deletedAt: null,
      marked: 6,
    },
  });
});

test("afterRead gets only what the caller may read, and its answer is not filtered any more", async () => {
  const seen: unknown[] = [];
  ofPeople.play({ afterRead: ({ doc }) => void seen.push(doc) });
  await app.ask("GET", `/api/people/${ada}`);
  await app.ask("GET", `/api/people/${ada}`, { user: alice });
  await app.ask("GET", `/api/books/${book}?populate=author`);
  expect(seen).toStrictEqual([
    { id: ada, name: "Ada", friend: null },
    { id: ada, name: "Ada", salary: 1, friend: null },
    { id: bob, name: "Bob", friend: ada },
  ]);
  ofPeople.play({ afterRead: ({ doc }) => ({ id: doc.id, salary: -1 }) });
  expect((await app.ask("GET", `/api/people/${ada}`)).json).toStrictEqual({
    id: ada,
    salary: -1,
  });
});

test("a hook around a read may ask for more, over the one connection", async () => {
  ofBooks.play({
    beforeRead: async ({ lucent }) => {
      expect(await lucent.asSystem().people.count()).toBe(2);
    },
    afterRead: async ({ doc, lucent, user }) => {
      const author = doc.author === null ? null : await lucent.as(user).people.findById(doc.author);
      return { ...doc, title: author?.name ?? null };
    },
  });
  expect((await app.ask("GET", `/api/books/${book}`)).json.title).toBe("Bob");
  expect((await app.ask("GET", "/api/books")).json.data).toMatchObject([{ title: "Bob" }]);
  const changed = await app.ask("PATCH", `/api/books/${book}`, { body: { title: "One" } });
  expect(changed).toMatchObject({ status: 200, json: { title: "Bob" } });
});

test("an afterRead that fails is an empty 500, and undoes the write that it answers", async () => {
  ofBooks.play({
    afterRead: () => {
      throw new TypeError("zqx");
    },
  });
  for (const [method, target, asked] of [
    ["GET", "/api/books", {}],
    ["GET", `/api/books/${book}`, {}],
    ["GET", `/api/shelves?depth=1`, {}],
    ["POST", "/api/books", { body: { title: "lost" } }],
  ] as const) {
    const answer = await app.ask(method, target, asked);
    expect([target, answer.status, answer.json.code]).toStrictEqual([target, 500, "INTERNAL"]);
    expect(answer.text).not.toContain("zqx");
  }
  expect(await database.sql`select title from books where title = 'lost'`).toHaveLength(0);
});

test("also where the collection has no other hook", async () => {
  ofPeople.play({
    afterRead: () => {
      throw new TypeError("zqx");
    },
  });
  expect((await app.ask("POST", "/api/people", { body: { name: "lost" } })).status).toBe(500);
  expect((await app.ask("PATCH", `/api/people/${ada}`, { body: { name: "lost" } })).status).toBe(500);
  expect(await database.sql`select name from people where name = 'lost'`).toHaveLength(0);
});

test("what no hook of a read touches goes out as Postgres wrote it", async () => {
  const { json } = await app.ask("GET", `/api/shelves/${shelf}`);
  expect(json).toStrictEqual({ id: shelf, name: "S", book });
  expect([...ofBooks.trace, ...ofPeople.trace]).toStrictEqual([]);
});
