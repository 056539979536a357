import { defineCollection, type RuleContext, type RuleResult } from "@lucent/core";

import { isAdmin } from "./callers.ts";

const signedIn = ({ user }: RuleContext): boolean => user !== null;
const admins = ({ user }: RuleContext): boolean => isAdmin(user);
/** Everything for the admin, the own rows for anybody else who is signed in. */
const own = ({ user }: RuleContext) => isAdmin(user) || (user !== null && { owner: { eq: user.id } });
const oneself = ({ user }: RuleContext) => isAdmin(user) || (user !== null && { id: { eq: user.id } });
const nobody = { create: false, update: false } as const;

/** Accounts with what nobody may read, what only the admin may, and what is shown in the own document alone. */
const users = defineCollection({
  slug: "users",
  fields: {
    name: { type: "text", required: true, searchable: true },
    email: { type: "email", searchable: true, access: { read: admins } },
    role: {
      type: "select",
      options: ["user", "admin"],
      default: "user",
      access: { create: admins, update: admins },
    },
    salary: { type: "integer", access: { read: oneself, update: admins } },
    profile: { type: "json", access: { read: admins } },
    emailVerified: { type: "boolean", access: nobody },
    password: { type: "password" },
    passwordHash: { type: "text", hidden: true, access: nobody },
    verifyToken: { type: "text", hidden: true, access: nobody },
    loginAttempts: { type: "integer", hidden: true, access: nobody },
    lockedUntil: { type: "date", hidden: true, access: nobody },
    favourite: { type: "relationship", to: "posts" },
  },
  access: { read: signedIn, create: admins, update: oneself, delete: admins },
});

/** Rows of which everybody but the admin knows the own ones alone. */
const posts = defineCollection({
  slug: "posts",
  timestamps: true,
  softDelete: true,
  fields: {
    title: { type: "text", required: true, maxLength: 400, searchable: true },
    body: { type: "textarea", searchable: true },
    internal: { type: "text", searchable: true, access: { read: admins } },
    secretNote: { type: "text", hidden: true },
    owner: { type: "relationship", to: "users" },
    author: { type: "relationship", to: "users" },
    vault: { type: "relationship", to: "vault" },
    status: { type: "select", options: ["draft", "published"], access: { create: true, update: admins } },
    code: { type: "text", unique: true },
    views: { type: "integer" },
    price: { type: "decimal", precision: 8, scale: 2 },
    rating: { type: "number" },
    publishedAt: { type: "date" },
    isPinned: { type: "boolean" },
    kinds: { type: "multiselect", options: ["news", "howto"] },
    meta: { type: "json" },
    tags: { type: "relationship", to: "tags", hasMany: true, maxItems: 10 },
    related: { type: "relationship", to: "posts", hasMany: true, maxItems: 5, onDelete: "setNull" },
  },
  access: { read: own, create: own, update: own, delete: own, readDeleted: admins },
});

/** Locked for everyone. */
const vault = defineCollection({
  slug: "vault",
  fields: { note: { type: "text" }, owner: { type: "relationship", to: "users" } },
});

const tags = defineCollection({
  slug: "tags",
  fields: { name: { type: "text", required: true } },
  access: { read: signedIn, create: admins },
});

/** Everyone's contacts share one unique index. */
const contacts = defineCollection({
  slug: "contacts",
  fields: {
    email: { type: "email", unique: true },
    owner: { type: "relationship", to: "users" },
    verifyToken: { type: "text", hidden: true },
  },
  access: { read: own, create: own, update: own, delete: own },
});

/** Rows may be changed, never deleted. */
const notes = defineCollection({
  slug: "notes",
  softDelete: true,
  fields: { text: { type: "text" } },
  access: { read: signedIn, create: signedIn, update: signedIn },
});

/** The rule reads a list that the caller brings along. */
const reports = defineCollection({
  slug: "reports",
  fields: { team: { type: "text" } },
  access: { read: ({ user }) => ({ team: { in: user?.["teams"] } }) as RuleResult },
});

/** Everything but users, and admins of other collections, is kept out. */
const ledger = defineCollection({
  slug: "ledger",
  fields: { entry: { type: "text" } },
  access: { read: admins, create: admins, update: admins, delete: admins },
});

/** Fields with rules for creating and updating apart, and one that a hook alone sets. */
const articles = defineCollection({
  slug: "articles",
  fields: {
    title: { type: "text" },
    kind: { type: "text", access: { create: true, update: false } },
    verdict: { type: "text", access: { create: false, update: true } },
    reviewer: { type: "text", access: nobody },
  },
  access: { read: signedIn, create: signedIn, update: signedIn },
  hooks: {
    beforeUpdate: [({ data, user }) => ({ ...data, reviewer: `seen by ${user?.id ?? "nobody"}` })],
  },
});

/** Everything that the attacked application consists of. */
export const collections = [users, posts, vault, tags, contacts, notes, reports, ledger, articles] as const;
