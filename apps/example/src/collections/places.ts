import { defineCollection } from "@lucent/core";

/** What the guide recommends. The public sees what is published; whoever is signed in sees drafts and writes. */
export const places = defineCollection({
  slug: "places",
  fields: {
    title: { type: "text", required: true, minLength: 2, maxLength: 120 },
    slug: { type: "text", required: true, unique: true, maxLength: 120, pattern: "^[a-z0-9]+(-[a-z0-9]+)*$" },
    body: { type: "textarea", maxLength: 20_000 },
    status: { type: "select", required: true, options: ["draft", "published"], default: "draft" },
    city: { type: "relationship", to: "cities", required: true },
    kind: {
      type: "select",
      required: true,
      options: ["cafe", "market", "museum", "park", "sight", "viewpoint"],
    },
    /** 0.0 to 5.0; a decimal is exact, and a string in JSON. */
    rating: { type: "decimal", precision: 2, scale: 1, min: "0", max: "5" },
  },
  access: {
    read: ({ user }) => (user ? true : { status: { eq: "published" } }),
    create: ({ user }) => user !== null,
    update: ({ user }) => user !== null,
    delete: ({ user }) => user?.role === "editor",
  },
  timestamps: true,
});
