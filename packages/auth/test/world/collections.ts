import { defineCollection } from "@lucent/core";

/** Accounts that anyone can make. Everybody sees names, and changes their own. */
export const users = defineCollection({
  slug: "users",
  auth: true,
  softDelete: true,
  fields: {
    name: { type: "text", maxLength: 100 },
    role: {
      type: "select",
      options: ["member", "editor"],
      default: "member",
      access: { create: false, update: false },
    },
  },
  access: {
    create: true,
    read: ({ user }) => user !== null,
    update: ({ user }) => (user?.collection === "users" ? { id: { eq: user.id } } : false),
    delete: ({ user }) => (user?.collection === "users" ? { id: { eq: user.id } } : false),
  },
});

/** Accounts of another world, which only the system makes. */
export const staff = defineCollection({
  slug: "staff",
  auth: true,
  fields: { name: { type: "text", maxLength: 100 } },
  access: { read: ({ user }) => (user?.collection === "staff" ? { id: { eq: user.id } } : false) },
});

/** What somebody must be signed in for: everybody reads and writes their own, editors read all. */
export const posts = defineCollection({
  slug: "posts",
  fields: {
    title: { type: "text", required: true, maxLength: 100 },
    author: { type: "relationship", to: "users" },
  },
  access: {
    create: ({ user }) => user !== null,
    read: ({ user }) =>
      user === null ? false : user["role"] === "editor" ? true : { author: { eq: user.id } },
    update: ({ user }) => (user === null ? false : { author: { eq: user.id } }),
    delete: ({ user }) => (user === null ? false : { author: { eq: user.id } }),
  },
});
