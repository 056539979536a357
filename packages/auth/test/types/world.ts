import { auth } from "@lucent/auth";
import { defineCollection, defineConfig } from "@lucent/core";

/** Accounts with fields of their own; a mistake in `auth` would be refused here. */
export const users = defineCollection({
  slug: "users",
  auth: true,
  fields: {
    name: { type: "text", required: true },
    role: { type: "select", options: ["reader", "editor"], required: true, default: "reader" },
    boss: { type: "relationship", to: "users" },
  },
  timestamps: true,
});

/** Accounts of another world, with options. */
export const staff = defineCollection({
  slug: "staff",
  auth: { requireEmailVerification: true, session: { idle: 600 }, apiKeys: false },
  fields: { level: { type: "integer" } },
  softDelete: true,
});

/** What refers to accounts. */
const posts = defineCollection({
  slug: "posts",
  fields: {
    title: { type: "text", required: true },
    author: { type: "relationship", to: "users", required: true },
    readers: { type: "relationship", to: "users", hasMany: true },
  },
});

/** No accounts, although it has an address. */
export const contacts = defineCollection({
  slug: "contacts",
  auth: false,
  fields: { email: { type: "email", required: true } },
});

/** The application that the type tests look at. */
export const config = defineConfig({ collections: [users, staff, posts, contacts], plugins: [auth()] });

/** Its collections by type. */
export type Users = typeof users;
export type Staff = typeof staff;
export type Contacts = typeof contacts;
