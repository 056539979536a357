import { defineCollection, type FieldRuleContext } from "@lucent/core";

/** What the guide recommends. The public sees what is published; whoever is signed in sees drafts and writes. */
export const places = defineCollection({
  slug: "places",
  fields: {
    title: { type: "text", required: true, minLength: 2, maxLength: 120, searchable: true },
    /** Made from the title where a new place has none. */
    slug: { type: "text", unique: true, maxLength: 120, pattern: "^[a-z0-9]+(-[a-z0-9]+)*$" },
    body: { type: "textarea", maxLength: 20_000, searchable: true },
    status: { type: "select", required: true, options: ["draft", "published"], default: "draft" },
    city: { type: "relationship", to: "cities", required: true },
    kind: {
      type: "select",
      required: true,
      options: ["cafe", "market", "museum", "park", "sight", "viewpoint"],
    },
    tags: { type: "multiselect", options: ["children", "evening", "free", "rain"] },
    /** 0.0 to 5.0; a decimal is exact, and a string in JSON. */
    rating: { type: "decimal", precision: 2, scale: 1, min: "0", max: "5" },
    /** What is still to do: for those who write the guide, not for its readers. */
    note: {
      type: "text",
      maxLength: 500,
      access: { read: ({ user }: FieldRuleContext) => user !== null },
    },
  },
  access: {
    read: ({ user }) => (user ? true : { status: { eq: "published" } }),
    create: ({ user }) => user !== null,
    update: ({ user }) => user !== null,
    delete: ({ user }) => user?.role === "editor",
    readDeleted: ({ user }) => user?.role === "editor",
  },
  hooks: {
    beforeCreate: [({ data }) => ({ ...data, slug: data.slug ?? slugOf(data.title) })],
  },
  timestamps: true,
  softDelete: true,
});

/** "Café Brasil" becomes "cafe-brasil"; `null` where no letter or digit is left. */
function slugOf(title = ""): string | null {
  const plain = title.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return plain.match(/[a-z0-9]+/g)?.join("-") ?? null;
}
