import { type Collection, type CollectionModel, defineCollection, type FieldModel } from "@lucent/core";

import { describe } from "../../src/blueprint/describe.ts";
import type { View, Views } from "../../src/filter/view.ts";
import { fieldOf, viewOf } from "./collection-model.ts";

const access = { read: true, create: true, update: true, delete: true } as const;

/** Collections that refer to each other in every way: to one and to many, to themselves and in a circle. */
export const relations = [
  defineCollection({
    slug: "posts",
    fields: {
      title: { type: "text", searchable: true },
      body: { type: "textarea", searchable: true },
      note: { type: "text", hidden: true },
      price: { type: "decimal" },
      day: { type: "date" },
      meta: { type: "json" },
      labels: { type: "multiselect", options: ["a", "b", "c"] },
      mainAuthor: { type: "relationship", to: "authors" },
      tags: { type: "relationship", to: "tags", hasMany: true },
      related: { type: "relationship", to: "posts", hasMany: true, maxItems: 3 },
      secretAuthor: { type: "relationship", to: "authors", hidden: true },
    },
    softDelete: true,
    access: { ...access, readDeleted: true },
  }),
  defineCollection({
    slug: "authors",
    fields: {
      name: { type: "text" },
      meta: { type: "json" },
      pin: { type: "text", hidden: true },
      password: { type: "password" },
      company: { type: "relationship", to: "companies" },
      vault: { type: "relationship", to: "vaults" },
    },
    access,
  }),
  defineCollection({
    slug: "companies",
    fields: {
      name: { type: "text" },
      parent: { type: "relationship", to: "companies" },
      owner: { type: "relationship", to: "authors" },
    },
    access,
  }),
  defineCollection({
    slug: "tags",
    fields: { label: { type: "text" }, maker: { type: "relationship", to: "authors" } },
    access,
  }),
  defineCollection({
    slug: "vaults",
    fields: { code: { type: "text" }, owner: { type: "relationship", to: "authors" } },
    access,
  }),
] as const satisfies readonly Collection[];

/** Their slugs. */
export type Slug = (typeof relations)[number]["slug"];

/** The checked form of them all. */
export const models: ReadonlyMap<string, CollectionModel> = describe({ collections: relations }).collections;

/** One of them. */
export function modelIn(slug: Slug): CollectionModel {
  const found = models.get(slug);
  if (found === undefined) throw new TypeError("the collection is missing");
  return found;
}

/** One field of one of them. */
export function fieldIn(slug: Slug, name: string): FieldModel {
  return fieldOf(modelIn(slug), name);
}

/** What a caller sees of one of them, whom no rule leaves anything out for. */
export function viewIn(slug: Slug, more: Partial<View> = {}): View {
  return viewOf(modelIn(slug), more);
}

/** What a caller sees of them all, but for some that are locked (`undefined`) or seen differently. */
export function viewsIn(others: Partial<Record<Slug, View | undefined>> = {}): Views {
  const seen = new Map<string, View>();
  for (const [slug, model] of models) {
    const view = Object.hasOwn(others, slug) ? new Map(Object.entries(others)).get(slug) : viewOf(model);
    if (view !== undefined) seen.set(slug, view);
  }
  return seen;
}
