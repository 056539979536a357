import { defineCollection, type FieldRuleContext } from "@lucent/core";

import { isEditor } from "./users.ts";

/**
 * What the guide recommends. The public sees what is published. Whoever is signed in proposes places, and sees and
 * changes their own; editors see, change and publish all.
 */
export const places = defineCollection({
  slug: "places",
  fields: {
    title: { type: "text", required: true, minLength: 2, maxLength: 120, searchable: true },
    /** Made from the title where a new place has none. */
    slug: { type: "text", unique: true, maxLength: 120, pattern: "^[a-z0-9]+(-[a-z0-9]+)*$" },
    body: { type: "textarea", maxLength: 20_000, searchable: true },
    status: {
      type: "select",
      required: true,
      options: ["draft", "published"],
      default: "draft",
      access: {
        create: ({ user }: FieldRuleContext) => isEditor(user),
        update: ({ user }: FieldRuleContext) => isEditor(user),
      },
    },
    /** Whoever proposed it, by the hook below; no client can say who that is. */
    author: {
      type: "relationship",
      to: "users",
      onDelete: "setNull",
      access: { create: false, update: false },
    },
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
      access: {
        read: ({ user }: FieldRuleContext) =>
          isEditor(user) || (user !== null && { author: { eq: user.id } }),
      },
    },
  },
  access: {
    read({ user }) {
      if (isEditor(user)) return true;
      const published = { status: { eq: "published" } } as const;
      return user === null ? published : { or: [published, { author: { eq: user.id } }] };
    },
    create: ({ user }) => user !== null,
    update: ({ user }) => isEditor(user) || (user !== null && { author: { eq: user.id } }),
    delete: ({ user }) => isEditor(user),
    readDeleted: ({ user }) => isEditor(user),
  },
  hooks: {
    beforeCreate: [
      ({ data, user }) => ({
        ...data,
        slug: data.slug ?? slugOf(data.title),
        // What the system makes has no author, unless it says so.
        ...(user === null ? {} : { author: user.id }),
      }),
    ],
  },
  timestamps: true,
  softDelete: true,
});

/** "Café Brasil" becomes "cafe-brasil"; `null` where no letter or digit is left. */
function slugOf(title: string | null | undefined): string | null {
  const plain = (title ?? "").normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return plain.match(/[a-z0-9]+/g)?.join("-") ?? null;
}
