import {
  type Collection,
  type CreateOf,
  type DocumentOf,
  type LocalAccess,
  type Lucent,
  type LucentPlugin,
  lucent,
  type PageOf,
  type PopulatedDocument,
  type PopulatedOf,
  start,
  type UpdateOf,
  type WrittenOf,
} from "@lucent/core";
import { Elysia } from "elysia";
import { expectTypeOf } from "vitest";

import { type Books, library, type Writers } from "./library.ts";
import { type BlogPosts, config, type Kinds, type People } from "./world.ts";

const engine = await start(config);
expectTypeOf(engine).toEqualTypeOf<Lucent<(typeof config)["collections"]>>();
const own = engine.as({ id: "a" });
const posts = own["blog-posts"];

// Every method, without and with parameters.
expectTypeOf(posts.find()).resolves.toEqualTypeOf<PageOf<DocumentOf<BlogPosts>>>();
expectTypeOf(posts.find({ where: { views: { gt: 1 } }, perPage: 3, count: "exact" })).resolves.toEqualTypeOf<
  PageOf<DocumentOf<BlogPosts>>
>();
expectTypeOf(posts.count({ status: "draft" })).resolves.toEqualTypeOf<number>();
expectTypeOf(posts.findById("a")).resolves.toEqualTypeOf<DocumentOf<BlogPosts>>();
expectTypeOf(posts.delete("a")).resolves.toEqualTypeOf<void>();
expectTypeOf<Parameters<typeof posts.create>[0]>().toEqualTypeOf<CreateOf<BlogPosts>>();
expectTypeOf<Parameters<typeof posts.update>[1]>().toEqualTypeOf<UpdateOf<BlogPosts>>();
expectTypeOf(engine.as(null).kinds.findById("a")).resolves.toEqualTypeOf<DocumentOf<Kinds>>();

// A selection leaves out what was not asked for.
expectTypeOf(posts.find({ select: ["title"], sort: ["-views", "id"] })).resolves.toEqualTypeOf<
  PageOf<{ readonly id: string; readonly title: string }>
>();
expectTypeOf(posts.findById("a", { select: ["author", "id"] })).resolves.toEqualTypeOf<{
  readonly id: string;
  readonly author: string | null;
}>();
expectTypeOf(posts.findById("a", { select: "title" })).resolves.toEqualTypeOf<{
  readonly id: string;
  readonly title: string;
}>();

// A caller's write is sure of the id alone; the system's shows the document.
expectTypeOf(posts.create({ title: "a" })).resolves.toEqualTypeOf<WrittenOf<BlogPosts>>();
expectTypeOf(posts.update("a", { note: null })).resolves.toEqualTypeOf<WrittenOf<BlogPosts>>();
expectTypeOf((await posts.create({ title: "a" })).id).toBeString();
expectTypeOf((await posts.create({ title: "a" })).title).toEqualTypeOf<string | undefined>();
const system = engine.asSystem();
expectTypeOf(system["blog-posts"].create({ title: "a" })).resolves.toEqualTypeOf<DocumentOf<BlogPosts>>();
expectTypeOf(system.people.update("a", { name: "b" })).resolves.toEqualTypeOf<DocumentOf<People>>();
expectTypeOf(system.people.create({})).resolves.toEqualTypeOf<DocumentOf<People>>();

// Mistakes.
// @ts-expect-error unknown collection
void own.places;
// @ts-expect-error a hyphen stays a hyphen
void own.blogPosts;
// @ts-expect-error unknown field
void posts.find({ where: { subtitle: "a" } });
// @ts-expect-error a number has no text search
void posts.find({ where: { views: { like: "1" } } });
// @ts-expect-error unknown sort key
void posts.find({ sort: "-createdAt" });
// @ts-expect-error unknown sort key in a list
void posts.find({ sort: ["title", "+views"] });
// @ts-expect-error unknown field in a selection
void posts.find({ select: ["title", "subtitle"] });
// @ts-expect-error unknown field in a selection of one document
void posts.findById("a", { select: ["subtitle"] });
// @ts-expect-error unknown parameter
void posts.find({ limit: 3 });
// @ts-expect-error a page is a number
void posts.find({ page: "1" });
// @ts-expect-error unknown way to count
void posts.find({ count: "all" });
// @ts-expect-error the filter stands by itself
void posts.count({ where: { views: 1 } });
// @ts-expect-error the title is required
void posts.create({ views: 1 });
// @ts-expect-error a body is required
void posts.create();
// @ts-expect-error unknown field
void posts.create({ title: "a", subtitle: "b" });
// @ts-expect-error a required field can't be cleared
void posts.update("a", { title: null });
// @ts-expect-error an id is required
void posts.update({ title: "a" });
// @ts-expect-error the title may not be readable
expectTypeOf((await posts.create({ title: "a" })).title).toBeString();
// @ts-expect-error who is calling has to be said
engine.as();
// @ts-expect-error a caller has an id
engine.as({ name: "ada" });

// What is not populated is an id.
const shelves = (await start(library)).as(null);
const { books, writers } = shelves;
type Book = DocumentOf<Books>;
type Writer = DocumentOf<Writers>;
const plainBook = await books.findById("a");
expectTypeOf(plainBook).toEqualTypeOf<Book>();
expectTypeOf(plainBook.author).toEqualTypeOf<string>();
expectTypeOf(plainBook.readers).toEqualTypeOf<readonly string[]>();
expectTypeOf(books.find({ depth: 0, search: "ada", trashed: "with" })).resolves.toEqualTypeOf<PageOf<Book>>();

// What is populated is the target's document; one that may not be read is missing, even where it is required.
const populatedBook = await books.findById("a", { populate: ["author", "readers"] });
expectTypeOf(populatedBook).toEqualTypeOf<{
  readonly id: string;
  readonly deletedAt?: string | null;
  readonly title: string;
  readonly author: Writer | null;
  readonly editor: string | null;
  readonly readers: readonly Writer[];
}>();
expectTypeOf((await books.find({ populate: "editor" })).data[0]?.editor?.name).toEqualTypeOf<
  string | undefined
>();
expectTypeOf(populatedBook).toEqualTypeOf<PopulatedOf<typeof library, "books", "author" | "readers">>();

// A path populates every relationship on its way, and nothing beside it.
const { author, editor } = await books.findById("a", { populate: ["author.publisher", "author.idol.idol"] });
expectTypeOf(author?.publisher?.name).toEqualTypeOf<string | undefined>();
expectTypeOf(author?.idol?.idol?.idol).toEqualTypeOf<string | null | undefined>();
expectTypeOf(author?.idol?.publisher).toEqualTypeOf<string | null | undefined>();
expectTypeOf(editor).toEqualTypeOf<string | null>();

// A depth populates every relationship, so many times over.
const deepBook = await books.findById("a", { depth: 2 });
expectTypeOf(deepBook.editor?.publisher?.name).toEqualTypeOf<string | undefined>();
expectTypeOf(deepBook.readers[0]?.idol?.idol).toEqualTypeOf<string | null | undefined>();
expectTypeOf(books.findById("a", { depth: 1 })).resolves.toEqualTypeOf<
  PopulatedOf<typeof library, "books", "author" | "editor" | "readers">
>();
// The two unite.
const united = await books.findById("a", { depth: 1, populate: "author.publisher" });
expectTypeOf(united.author?.publisher?.name).toEqualTypeOf<string | undefined>();
expectTypeOf(united.author?.idol).toEqualTypeOf<string | null | undefined>();
expectTypeOf(united.editor?.publisher).toEqualTypeOf<string | null | undefined>();
// A depth that is only known at run time leaves both open.
const someDepth = 1 as 0 | 1;
expectTypeOf((await books.findById("a", { depth: someDepth })).editor).toEqualTypeOf<
  string | Writer | null
>();

// What is populated joins the selection.
expectTypeOf(books.findById("a", { select: ["title"], populate: ["author"] })).resolves.toEqualTypeOf<{
  readonly id: string;
  readonly title: string;
  readonly author: Writer | null;
}>();
// A depth does not: it populates what is selected.
expectTypeOf(writers.findById("a", { select: "name", depth: 1 })).resolves.toEqualTypeOf<{
  readonly id: string;
  readonly name: string;
}>();

// A target that the application does not have by type is still a document.
expectTypeOf(
  (await engine.as(null).kinds.findById("a", { depth: 2 })).relationship?.author?.name,
).toEqualTypeOf<string | null | undefined>();
const lone = await start({
  collections: [{ slug: "lone", fields: { to: { type: "relationship", to: "elsewhere" } } }],
});
expectTypeOf(
  (await lone.as(null).lone.findById("a", { populate: "to" })).to,
).toEqualTypeOf<PopulatedDocument | null>();

// Lists go through relationships.
void books.find({
  sort: ["author.name", "-editor.publisher.name", "-deletedAt"],
  where: { "author.name": "a" },
});
// @ts-expect-error a list of references has no order
void books.find({ sort: "readers.name" });
// @ts-expect-error not a relationship
void books.find({ sort: "-title.name" });
// @ts-expect-error a relationship that nobody reads
void books.find({ sort: "censor.name" });
// @ts-expect-error the same, to populate
void books.find({ populate: ["censor"] });
// @ts-expect-error not a relationship
void books.find({ populate: "title" });
// @ts-expect-error unknown field, at the beginning of a path
void books.findById("a", { populate: ["writer.publisher"] });
// @ts-expect-error a collection without relationships
void own.people.find({ populate: "name" });
// @ts-expect-error no deeper than 3
void books.find({ depth: 4 });
// @ts-expect-error a collection that forgets what is deleted
void writers.find({ trashed: "with" });
// @ts-expect-error unknown way to show what is deleted
void books.find({ trashed: "without" });
// @ts-expect-error one document takes no search
void books.findById("a", { search: "a" });
// @ts-expect-error the id of a populated document has no text's members
populatedBook.author?.startsWith("a");
// @ts-expect-error a required target may still be hidden
populatedBook.author.name satisfies string;
// @ts-expect-error an id has no fields
plainBook.author.name satisfies string;
// @ts-expect-error what was not selected is not there
(await books.findById("a", { select: ["title"], populate: ["author"] })).editor satisfies null;

// Restoring, where deleting does not remove.
expectTypeOf(books.restore("a")).resolves.toEqualTypeOf<WrittenOf<Books>>();
expectTypeOf((await start(library)).asSystem().books.restore("a")).resolves.toEqualTypeOf<Book>();
// @ts-expect-error what is deleted is gone
void writers.restore("a");
// @ts-expect-error an id is required
void books.restore();

// A batch takes what the single calls take, and answers each of them in its place.
const results = await shelves.batch([
  { op: "create", collection: "writers", data: { name: "Ada" } },
  { op: "update", collection: "books", id: "a", data: { editor: null, readers: [] } },
  { op: "delete", collection: "publishers", id: "b" },
]);
expectTypeOf(results[0]).toEqualTypeOf<WrittenOf<Writers>>();
expectTypeOf(results[1].title).toEqualTypeOf<string | undefined>();
expectTypeOf(results[2].id).toBeString();
const operations = ["Ada", "Bob"].map((name) => ({
  op: "create" as const,
  collection: "writers" as const,
  data: { name },
}));
expectTypeOf((await shelves.batch(operations)).map(({ name }) => name)).toEqualTypeOf<
  (string | undefined)[]
>();
void shelves.batch([{ op: "create", collection: "books", data: { id: "own", title: "a", author: "b" } }]);
// @ts-expect-error unknown collection
void shelves.batch([{ op: "create", collection: "places", data: {} }]);
// @ts-expect-error unknown operation
void shelves.batch([{ op: "restore", collection: "books", id: "a" }]);
// @ts-expect-error the name is required
void shelves.batch([{ op: "create", collection: "writers", data: {} }]);
// @ts-expect-error the data of another collection
void shelves.batch([{ op: "create", collection: "writers", data: { title: "a", author: "b" } }]);
// @ts-expect-error unknown field
void shelves.batch([{ op: "update", collection: "writers", id: "a", data: { title: "a" } }]);
// @ts-expect-error an update needs an id
void shelves.batch([{ op: "update", collection: "writers", data: { name: "a" } }]);
// @ts-expect-error a create has no id of its own
void shelves.batch([{ op: "create", collection: "writers", id: "a", data: { name: "a" } }]);
// @ts-expect-error a delete has no data
void shelves.batch([{ op: "delete", collection: "writers", id: "a", data: {} }]);
// @ts-expect-error a required field can't be cleared
void shelves.batch([{ op: "update", collection: "books", id: "a", data: { title: null } }]);
// @ts-expect-error one result for each operation
results[3] satisfies undefined;

// Where slugs are known at run time only, any name may be a collection, or the batch.
const open: LocalAccess<readonly Collection[]> = own;
const standing = open["posts"];
const [removed] = await open.batch([{ op: "delete", collection: "posts", id: "a" }]);
expectTypeOf(removed.id).toBeString();
if (typeof standing === "object") {
  expectTypeOf((await standing.find({ populate: "author" })).data[0]?.id).toEqualTypeOf<string | undefined>();
}

// The Elysia plugin puts the same engine into the context of the host's routes.
const plugin = await lucent(config);
expectTypeOf(plugin).toEqualTypeOf<LucentPlugin<(typeof config)["collections"], "/api">>();
new Elysia().use(plugin).get("/titles", async ({ lucent: inContext, path }) => {
  expectTypeOf(inContext).toEqualTypeOf<Lucent<(typeof config)["collections"]>>();
  expectTypeOf(path).toBeString();
  const { data } = await inContext.as(null)["blog-posts"].find();
  expectTypeOf(data).toEqualTypeOf<readonly DocumentOf<BlogPosts>[]>();
  // @ts-expect-error unknown collection
  return [data, inContext.as(null).places];
});
expectTypeOf(new Elysia().use(plugin).decorator.lucent).toEqualTypeOf<typeof engine>();
