import { defineCollection } from "@lucent/core";

/** The collection that both servers answer from: ten fields, one of each common kind, behind a rule for anonymous callers. */
export const places = defineCollection({
  slug: "places",
  timestamps: true,
  fields: {
    title: { type: "text", required: true },
    slug: { type: "text", required: true, unique: true },
    body: { type: "textarea" },
    status: { type: "select", options: ["draft", "published"], required: true },
    kind: { type: "text" },
    rating: { type: "number" },
    visits: { type: "integer" },
    open: { type: "boolean" },
  },
  access: { read: ({ user }) => (user ? true : { status: { eq: "published" } }) },
});
