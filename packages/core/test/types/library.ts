import { defineCollection, defineConfig } from "@lucent/core";

/** Where a way along relationships ends. */
const publishers = defineCollection({
  slug: "publishers",
  fields: { name: { type: "text", required: true } },
});

/** Referred to by books, and referring on. */
export const writers = defineCollection({
  slug: "writers",
  fields: {
    name: { type: "text", required: true, searchable: true },
    publisher: { type: "relationship", to: "publishers" },
    idol: { type: "relationship", to: "writers" },
  },
});

/** Every form of relationship, soft delete, own ids, and what nobody reads. */
export const books = defineCollection({
  slug: "books",
  fields: {
    title: { type: "text", required: true, searchable: true },
    author: { type: "relationship", to: "writers", required: true },
    editor: { type: "relationship", to: "writers" },
    readers: { type: "relationship", to: "writers", hasMany: true },
    censor: { type: "relationship", to: "writers", hidden: true },
  },
  softDelete: true,
  clientId: true,
});

/** The application that the tests of relationships look at. */
export const library = defineConfig({ collections: [publishers, writers, books] });

/** Its collections by type. */
export type Writers = typeof writers;
export type Books = typeof books;
