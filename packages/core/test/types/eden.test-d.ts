import { treaty, type Treaty } from "@elysia/eden";
import {
  type BatchResult,
  type Collection,
  type CollectionRoutes,
  type CreateOf,
  defineConfig,
  type DocumentOf,
  lucent,
  type PageOf,
  type PopulatedOf,
  type ProblemBody,
  type UpdateOf,
  type WrittenOf,
} from "@lucent/core";
import { Elysia } from "elysia";
import { expectTypeOf } from "vitest";

import { type Books, library } from "./library.ts";
import { type BlogPosts, blogPosts, config, type Kinds } from "./world.ts";

const app = new Elysia()
  .use(await lucent(config))
  .get("/hello", () => ({ from: "the host" }))
  .get("/api/version", () => 1 as const);
type App = typeof app;
const libraryApp = new Elysia().use(await lucent(library));
type LibraryApp = typeof libraryApp;

const client = treaty<App>("http://localhost:3000", { parseDate: false });
const posts = client.api["blog-posts"];
const post = posts({ id: "a" });

// Data of every route; `null` beside an error.
expectTypeOf(client).not.toBeAny();
expectTypeOf(client.api).not.toBeAny();
expectTypeOf<Treaty.Data<typeof posts.get>>().toEqualTypeOf<PageOf<DocumentOf<BlogPosts>>>();
expectTypeOf<Treaty.Data<typeof posts.query.post>>().toEqualTypeOf<PageOf<DocumentOf<BlogPosts>>>();
expectTypeOf<Treaty.Data<typeof posts.count.get>>().toEqualTypeOf<{ readonly count: number }>();
expectTypeOf<Treaty.Data<typeof posts.post>>().toEqualTypeOf<WrittenOf<BlogPosts>>();
expectTypeOf<Treaty.Data<typeof post.get>>().toEqualTypeOf<DocumentOf<BlogPosts>>();
expectTypeOf<Treaty.Data<typeof post.patch>>().toEqualTypeOf<WrittenOf<BlogPosts>>();
expectTypeOf((await post.delete()).data).toEqualTypeOf<"" | null>();
expectTypeOf((await client.api.kinds.get()).data).toEqualTypeOf<PageOf<DocumentOf<Kinds>> | null>();
expectTypeOf((await client.api.health.live.get()).data).toEqualTypeOf<{ readonly status: "ok" } | null>();
const ready = await client.api.health.ready.get();
expectTypeOf(ready.data?.checks).toEqualTypeOf<Readonly<Record<string, "ok" | "unavailable">> | undefined>();
if (ready.error?.status === 503) expectTypeOf(ready.error.value.status).toEqualTypeOf<"ok" | "unavailable">();

// Routes of the host stand beside them, under the prefix too.
expectTypeOf((await client.hello.get()).data).toEqualTypeOf<{ from: string } | null>();
expectTypeOf((await client.api.version.get()).data).toEqualTypeOf<1 | null>();

// A failure is a problem.
const { data, error } = await post.get();
expectTypeOf(error?.value).toEqualTypeOf<ProblemBody | undefined>();
expectTypeOf(error?.status).toEqualTypeOf<
  400 | 401 | 403 | 404 | 409 | 412 | 413 | 415 | 421 | 422 | 429 | 500 | 503 | undefined
>();
if (error === null) expectTypeOf(data).toEqualTypeOf<DocumentOf<BlogPosts>>();
else expectTypeOf(data).toEqualTypeOf<null>();

// What the calls take.
expectTypeOf(posts.post).parameter(0).toEqualTypeOf<CreateOf<BlogPosts>>();
expectTypeOf(post.patch).parameter(0).toEqualTypeOf<UpdateOf<BlogPosts> | undefined>();
void posts.get({
  query: { where: { status: "draft", or: [{ views: { gt: 1 } }] }, sort: "-views", select: "title" },
});
void posts.get({
  query: { sort: ["-views", "title"], select: ["id", "title"], perPage: 3, page: 2, count: "exact" },
});
void posts.get({ query: { cursor: "a" }, headers: { authorization: "Bearer a" } });
void posts.count.get({ query: { where: { views: { between: [1, 2] } } } });
void posts.query.post({ where: { author: { exists: true } }, sort: ["id"], perPage: 3 });
void posts.post({ title: "a", note: null });
void post.get({ query: { select: ["title"] } });
void post.patch({ note: null });
void client.api.kinds.get({ query: { where: { "json.color": "red" } } });

// Mistakes.
// @ts-expect-error unknown collection
void client.api.places.get();
// @ts-expect-error unknown route
void posts.restore.post();
// @ts-expect-error unknown field
void posts.get({ query: { where: { subtitle: "a" } } });
// @ts-expect-error a number has no text search
void posts.get({ query: { where: { views: { like: "1" } } } });
// @ts-expect-error not one of the options
void posts.get({ query: { where: { status: "gone" } } });
// @ts-expect-error unknown sort key
void posts.get({ query: { sort: "-createdAt" } });
// @ts-expect-error unknown sort key in a list
void posts.get({ query: { sort: ["title", "subtitle"] } });
// @ts-expect-error unknown field in a selection
void posts.get({ query: { select: ["subtitle"] } });
// @ts-expect-error unknown parameter
void posts.get({ query: { limit: 3 } });
// @ts-expect-error a page is a number
void posts.get({ query: { page: "1" } });
// @ts-expect-error unknown way to count
void posts.get({ query: { count: "all" } });
// @ts-expect-error a count takes a filter only
void posts.count.get({ query: { perPage: 3 } });
// @ts-expect-error one document takes a selection only
void post.get({ query: { where: {} } });
// @ts-expect-error a create takes no parameters
void posts.post({ title: "a" }, { query: { select: ["title"] } });
// @ts-expect-error an update takes no parameters
void post.patch({ title: "a" }, { query: { select: ["title"] } });
// @ts-expect-error unknown field, in a body
void posts.query.post({ where: { subtitle: "a" } });
// @ts-expect-error a body is required
void posts.post();
// @ts-expect-error the title is required
void posts.post({ views: 1 });
// @ts-expect-error unknown field
void posts.post({ title: "a", subtitle: "b" });
// @ts-expect-error a default does not make null a value
void posts.post({ title: "a", status: null });
// @ts-expect-error a required field can't be cleared
void post.patch({ title: null });
// @ts-expect-error an id is required
void posts({}).get();
// @ts-expect-error the collection itself can't be changed
void posts.patch({ title: "a" });
// @ts-expect-error the title may not be readable
((await posts.post({ title: "a" })).data?.title ?? "a") satisfies null;

// Relationships, words, what is deleted.
const shelf = treaty<LibraryApp>("http://localhost:3000", { parseDate: false }).api;
const book = shelf.books({ id: "a" });
void shelf.books.get({ query: { depth: 2, populate: ["author", "editor.publisher"], search: "ada" } });
void shelf.books.get({
  query: { trashed: "only", sort: ["-author.name", "title"], where: { "author.name": "a" } },
});
void shelf.books.query.post({ populate: "readers", trashed: "with", sort: "author.publisher.name" });
void book.get({ query: { select: ["title"], depth: 1, populate: "author.idol" } });
// @ts-expect-error not a relationship
void shelf.books.get({ query: { populate: "title" } });
// @ts-expect-error not a relationship, in a body
void shelf.books.query.post({ populate: ["title"] });
// @ts-expect-error a relationship that nobody reads
void book.get({ query: { populate: ["censor"] } });
// @ts-expect-error no deeper than 3
void book.get({ query: { depth: 4 } });
// @ts-expect-error a list of references has no order
void shelf.books.get({ query: { sort: "readers.name" } });
// @ts-expect-error a collection that forgets what is deleted
void shelf.writers.get({ query: { trashed: "with" } });
// @ts-expect-error words are a text
void shelf.writers.get({ query: { search: ["ada"] } });
// @ts-expect-error one document takes no search
void book.get({ query: { search: "ada" } });

// An answer's type can't follow its query: a reference says id, and whoever asks for documents names their type.
const plainBook = (await book.get()).data;
expectTypeOf(plainBook?.author).toEqualTypeOf<string | undefined>();
expectTypeOf(plainBook?.readers).toEqualTypeOf<readonly string[] | undefined>();
type Populated = PopulatedOf<typeof library, "books", "author" | "readers">;
const asked: unknown = (await book.get({ query: { populate: ["author", "readers"] } })).data;
expectTypeOf((asked as Populated).author?.name).toEqualTypeOf<string | undefined>();
expectTypeOf((asked as Populated).readers[0]?.idol).toEqualTypeOf<string | null | undefined>();
// @ts-expect-error not a relationship
expectTypeOf<PopulatedOf<typeof library, "books", "title">>().toBeObject();
// @ts-expect-error unknown collection
expectTypeOf<PopulatedOf<typeof library, "places">>().toBeObject();

// Restoring, where deleting does not remove.
expectTypeOf<Treaty.Data<typeof book.restore.post>>().toEqualTypeOf<WrittenOf<Books>>();
void book.restore.post();
// @ts-expect-error what is deleted is gone
void shelf.writers({ id: "a" }).restore.post();
// @ts-expect-error a collection as a whole is not restored
void shelf.books.restore.post();
// @ts-expect-error it takes no parameters
void book.restore.post(undefined, { query: { depth: 1 } });

// A batch takes what the single calls take.
const batched = await shelf.batch.post({
  operations: [
    { op: "create", collection: "writers", data: { name: "Ada" } },
    { op: "update", collection: "books", id: "a", data: { editor: null } },
    { op: "delete", collection: "publishers", id: "b" },
  ],
});
expectTypeOf(batched.data).toEqualTypeOf<{ readonly results: readonly BatchResult[] } | null>();
expectTypeOf(batched.data?.results[0]?.id).toEqualTypeOf<string | undefined>();
expectTypeOf(batched.error?.value).toEqualTypeOf<ProblemBody | undefined>();
// @ts-expect-error operations are required
void shelf.batch.post({});
// @ts-expect-error unknown collection
void shelf.batch.post({ operations: [{ op: "delete", collection: "places", id: "a" }] });
// @ts-expect-error unknown operation
void shelf.batch.post({ operations: [{ op: "restore", collection: "books", id: "a" }] });
// @ts-expect-error the data of another collection
void shelf.batch.post({ operations: [{ op: "create", collection: "writers", data: { title: "a" } }] });
const misnamed = { op: "update", collection: "writers", id: "a" } as const;
// @ts-expect-error unknown field
void shelf.batch.post({ operations: [{ ...misnamed, data: { title: "a" } }] });
// @ts-expect-error a batch is not read
void shelf.batch.get();

// Another prefix, of several parts; a plugin mounted below a host's own.
const versioned = new Elysia({ prefix: "/v2" }).use(
  await lucent(defineConfig({ collections: [blogPosts], api: { prefix: "/api/v1" } })),
);
const deep = treaty<typeof versioned>("http://localhost:3000", { parseDate: false });
expectTypeOf<Treaty.Data<(typeof deep.v2.api.v1)["blog-posts"]["get"]>>().toEqualTypeOf<
  PageOf<DocumentOf<BlogPosts>>
>();
// @ts-expect-error the collections are below the prefix
void deep.v2.api["blog-posts"].get();

// What plugins add to a collection stands beside its own routes.
declare module "@lucent/core" {
  interface PluginRoutes<C extends Collection> {
    greeting: C extends { readonly slug: "blog-posts" } ? { greet: CollectionRoutes<C>["count"] } : {};
  }
}
expectTypeOf<Treaty.Data<typeof posts.greet.get>>().toEqualTypeOf<{ readonly count: number }>();
// @ts-expect-error only where the plugin says so
void client.api.kinds.greet.get();
