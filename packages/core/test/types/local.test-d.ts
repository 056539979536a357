import {
  type CreateOf,
  type DocumentOf,
  type Lucent,
  type LucentPlugin,
  lucent,
  type PageOf,
  start,
  type UpdateOf,
  type WrittenOf,
} from "@lucent/core";
import { Elysia } from "elysia";
import { expectTypeOf } from "vitest";

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
