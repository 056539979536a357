import { defineCollection, isLucentError, type LucentError } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";

const publishers = defineCollection({
  slug: "publishers",
  fields: { name: { type: "text", required: true } },
  access: { read: true, create: true },
});

/** Of whom only an admin sees the shy ones. */
const writers = defineCollection({
  slug: "writers",
  fields: {
    name: { type: "text", required: true },
    shy: { type: "boolean", required: true, default: false },
    publisher: { type: "relationship", to: "publishers" },
  },
  access: {
    read: ({ user }) => user?.["role"] === "admin" || { shy: false },
    create: true,
    update: true,
  },
});

/** What hooks saw behind the author of a book. */
const seen: unknown[] = [];

const books = defineCollection({
  slug: "books",
  fields: {
    title: { type: "text", required: true, maxLength: 20, searchable: true },
    note: { type: "text" },
    author: { type: "relationship", to: "writers", required: true },
    readers: { type: "relationship", to: "writers", hasMany: true },
  },
  softDelete: true,
  clientId: true,
  access: { read: true, create: true, update: true, delete: ({ user }) => user !== null, readDeleted: true },
  hooks: {
    beforeCreate: [({ data }) => ({ ...data, note: data.note ?? `on ${data.title ?? "nothing"}` })],
    afterRead: [({ doc }) => void seen.push(typeof doc.author)],
    afterUpdate: [
      async ({ doc, previous, lucent }) => {
        if (previous.title === doc.title) return;
        const [first] = await lucent.asSystem().batch([
          { op: "create", collection: "publishers", data: { name: doc.title } },
          { op: "create", collection: "publishers", data: { name: previous.title } },
        ]);
        seen.push(first);
      },
    ],
  },
});

const library = [publishers, writers, books] as const;
const admin = { id: "admin", role: "admin" };
const ownId = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

let database: Prepared;
let app: Application<typeof library>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "library", library);
  app = await serve({ collections: library, database: { url: database.url, max: 3 } });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(async () => {
  await database.sql`truncate books, writers, publishers cascade`;
  seen.length = 0;
});

/** A book by an open writer, read by a shy one and an open one. */
async function shelve() {
  const system = app.engine.asSystem();
  const publisher = await system.publishers.create({ name: "Lovelace & Co" });
  const ada = await system.writers.create({ name: "Ada", publisher: publisher.id });
  const shy = await system.writers.create({ name: "Shy", shy: true });
  const book = await system.books.create({ title: "Notes", author: ada.id, readers: [shy.id, ada.id] });
  return { publisher, ada, shy, book };
}

async function refused(work: Promise<unknown>): Promise<LucentError> {
  try {
    await work;
  } catch (error) {
    if (isLucentError(error)) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

test("a relationship is an id, and the target's document where it is populated", async () => {
  const { publisher, ada, shy, book } = await shelve();
  const own = app.engine.as(admin).books;
  const plain = await own.findById(book.id);
  expect([plain.author, plain.readers]).toStrictEqual([ada.id, [shy.id, ada.id]]);
  const populated = await own.findById(book.id, { populate: ["author.publisher", "readers"] });
  expect(populated.author?.publisher?.name).toBe("Lovelace & Co");
  expect(populated.readers.map(({ name, publisher: id }) => [name, id])).toStrictEqual([
    ["Shy", null],
    ["Ada", publisher.id],
  ]);
  expect(populated).toStrictEqual({
    ...plain,
    author: { ...ada, publisher },
    readers: [shy, ada],
  });
  const [selected] = (await own.find({ select: ["title"], populate: "author" })).data;
  expect(selected).toStrictEqual({ id: book.id, title: "Notes", author: ada });
});

test("a depth populates every relationship, a path goes further", async () => {
  const { publisher, ada, shy, book } = await shelve();
  const own = app.engine.as(admin).books;
  const near = await own.findById(book.id, { select: ["author", "readers"], depth: 1 });
  expect(near).toStrictEqual({ id: book.id, author: ada, readers: [shy, ada] });
  expect(await own.findById(book.id, { select: ["id"], depth: 1 })).toStrictEqual({ id: book.id });
  const far = await own.findById(book.id, {
    select: ["author"],
    depth: 1,
    populate: ["readers.publisher"],
  });
  expect(far.readers[1]?.publisher).toStrictEqual(publisher);
  expect(far.author?.publisher).toBe(publisher.id);
  expect((await own.findById(book.id, { depth: 2 })).author?.publisher).toStrictEqual(publisher);
});

test("a target that may not be read is null or left out, required or not", async () => {
  const { ada, shy, book } = await shelve();
  await app.engine.asSystem().books.update(book.id, { author: shy.id });
  const found = await app.engine.as(null).books.findById(book.id, { depth: 1 });
  expect([found.author, found.readers]).toStrictEqual([null, [ada]]);
});

test("lists go through relationships, and search", async () => {
  const { ada, shy, book } = await shelve();
  const system = app.engine.asSystem().books;
  const other = await system.create({ title: "Other notes", author: shy.id });
  const ids = async (parameters: Parameters<typeof system.find>[0]) =>
    (await system.find(parameters)).data.map(({ id }) => id);
  expect(await ids({ sort: "author.name" })).toStrictEqual([book.id, other.id]);
  expect(await ids({ sort: ["-author.name", "title"] })).toStrictEqual([other.id, book.id]);
  expect(await ids({ where: { "author.name": ada.name } })).toStrictEqual([book.id]);
  expect(await ids({ search: "notes -other" })).toStrictEqual([book.id]);
});

test("what is deleted softly can be listed and restored, by whoever may delete", async () => {
  const { book } = await shelve();
  const own = app.engine.as(admin).books;
  await own.delete(book.id);
  expect((await own.find()).data).toStrictEqual([]);
  const [gone] = (await own.find({ trashed: "only" })).data;
  expect(gone?.deletedAt).toMatch(/Z$/);
  expect((await refused(app.engine.as(null).books.restore(book.id))).code).toBe("UNAUTHENTICATED");
  expect(await own.restore(book.id)).toStrictEqual(await own.findById(book.id));
  expect((await own.restore(book.id)).deletedAt).toBeNull();
  expect((await refused(own.restore(ownId))).code).toBe("NOT_FOUND");
});

test("restoring has no place where deleting removes", async () => {
  expect(app.engine.as(admin).books).toHaveProperty("restore");
  const { ada } = await shelve();
  const { writers: untyped }: { readonly writers: object } = app.engine.as(admin);
  const { restore } = untyped as { readonly restore: (id: string) => Promise<unknown> };
  expect((await refused(restore(ada.id))).code).toBe("NOT_FOUND");
});

test("a batch answers each operation in its place, under the caller's rules", async () => {
  const { ada, book } = await shelve();
  const [writer, hidden, changed, removed, made] = await app.engine.as(admin).batch([
    { op: "create", collection: "writers", data: { name: "Bob" } },
    { op: "create", collection: "writers", data: { name: "Eve", shy: true } },
    { op: "update", collection: "books", id: book.id, data: { readers: [] } },
    { op: "delete", collection: "books", id: book.id },
    { op: "create", collection: "books", data: { id: ownId, title: "Own", author: ada.id } },
  ]);
  expect([writer.name, hidden.name, changed.readers]).toStrictEqual(["Bob", "Eve", []]);
  expect(removed).toStrictEqual({ id: book.id });
  expect(made).toMatchObject({ id: ownId, title: "Own", note: "on Own" });
  const [unseen] = await app.engine
    .as(null)
    .batch([{ op: "create", collection: "writers", data: { name: "Eve", shy: true } }]);
  expect(unseen).toStrictEqual({ id: unseen.id });
});

test("a batch that fails changes nothing, and says where it failed", async () => {
  const { ada, book } = await shelve();
  const { batch, books: own } = app.engine.as(null);
  const error = await refused(
    batch([
      { op: "update", collection: "books", id: book.id, data: { title: "Changed" } },
      { op: "create", collection: "books", data: { title: "x".repeat(21), author: ada.id } },
    ]),
  );
  expect([error.code, error.operation, error.errors]).toStrictEqual([
    "VALIDATION",
    1,
    [{ path: "title", rule: "maxLength" }],
  ]);
  expect((await own.findById(book.id)).title).toBe("Notes");
  expect((await refused(batch([{ op: "delete", collection: "books", id: book.id }]))).code).toBe(
    "UNAUTHENTICATED",
  );
});

test("hooks get what their types say: bodies, documents, and the application", async () => {
  const { book } = await shelve();
  expect(book.note).toBe("on Notes");
  const own = app.engine.as(admin).books;
  seen.length = 0;
  await own.findById(book.id);
  await own.findById(book.id, { populate: "author" });
  await own.findById(book.id, { select: "title" });
  expect(seen).toStrictEqual(["string", "object", "undefined"]);
  seen.length = 0;
  await own.update(book.id, { title: "New" });
  expect(seen).toContainEqual({ id: expect.any(String), name: "New" });
  expect(
    (await app.engine.asSystem().publishers.find({ sort: "name" })).data.map(({ name }) => name),
  ).toStrictEqual(["Lovelace & Co", "New", "Notes"]);
});
