import { defineCollection } from "@lucent/core";

/** What visitors say of a place: each of them once. Everybody reads it; only its author changes it or takes it back. */
export const reviews = defineCollection({
  slug: "reviews",
  fields: {
    place: {
      type: "relationship",
      to: "places",
      required: true,
      onDelete: "cascade",
      writable: "create",
    },
    /** Whoever wrote it, by the hook below; no client can say who that is. */
    author: {
      type: "relationship",
      to: "users",
      onDelete: "cascade",
      access: { create: false, update: false },
    },
    rating: { type: "integer", required: true, min: 1, max: 5 },
    text: { type: "textarea", required: true, minLength: 2, maxLength: 2_000 },
  },
  access: {
    read: true,
    create: ({ user }) => user !== null,
    update: ({ user }) => user !== null && { author: { eq: user.id } },
    delete: ({ user }) => user !== null && { author: { eq: user.id } },
  },
  hooks: {
    beforeCreate: [({ data, user }) => (user === null ? data : { ...data, author: user.id })],
  },
  indexes: [{ fields: ["place", "author"], unique: true }],
  timestamps: true,
});
