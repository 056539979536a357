import { defineCollection, defineConfig } from "@lucent/core";

/** One field of every kind that may be unset, and one that must be there where the kind makes a difference. */
export const kinds = defineCollection({
  slug: "kinds",
  fields: {
    text: { type: "text" },
    textarea: { type: "textarea" },
    email: { type: "email" },
    number: { type: "number" },
    integer: { type: "integer" },
    decimal: { type: "decimal" },
    boolean: { type: "boolean" },
    date: { type: "date" },
    select: { type: "select", options: ["red", "green"] },
    json: { type: "json" },
    relationship: { type: "relationship", to: "blog-posts" },
    sureText: { type: "text", required: true },
    sureJson: { type: "json", required: true },
    sureSelect: { type: "select", options: ["on", "off"], required: true, default: "on" },
  },
  timestamps: true,
});

/** A hyphen in the slug, no timestamps, rules of every form. */
export const blogPosts = defineCollection({
  slug: "blog-posts",
  fields: {
    title: { type: "text", required: true },
    status: { type: "select", options: ["draft", "published"], required: true, default: "draft" },
    views: { type: "integer", required: true, default: 0 },
    note: { type: "textarea", default: "none" },
    author: { type: "relationship", to: "people" },
  },
  access: {
    read: ({ user }) => (user === null ? { status: { eq: "published" }, views: { gt: 1 } } : true),
    create: ({ user }) => user !== null,
    update: async ({ user }) => (user === null ? null : { or: [{ author: user.id }, { status: "draft" }] }),
    delete: false,
  },
  defaultSort: ["-views", "title"],
});

/** Nothing that a create must carry. */
export const people = defineCollection({
  slug: "people",
  fields: { name: { type: "text" } },
  timestamps: false,
});

/** The application that the type tests look at. */
export const config = defineConfig({ collections: [kinds, blogPosts, people] });

/** Its collections by type. */
export type Kinds = typeof kinds;
export type BlogPosts = typeof blogPosts;
export type People = typeof people;
