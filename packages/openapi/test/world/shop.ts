import { type Config, defineCollection, describe, type User } from "@lucent/core";

import { buildDocument, callerView, type DocumentOptions, type OpenApiDocument } from "../../src/index.ts";
import { signIn } from "./plugins.ts";

const signedIn = ({ user }: { readonly user: User | null }): boolean => user !== null;
const isAdmin = ({ user }: { readonly user: User | null }): boolean => user?.["role"] === "admin";

const authors = defineCollection({
  slug: "authors",
  fields: {
    name: { type: "text", required: true, searchable: true },
    /** For those who are signed in. */
    phone: { type: "text", access: { read: signedIn } },
    born: { type: "date" },
  },
  access: { read: true },
});

/** Everybody reads some; those who are signed in write; admins see what is deleted. */
const posts = defineCollection({
  slug: "blog-posts",
  description: "What is told.",
  fields: {
    title: { type: "text", required: true, minLength: 3, maxLength: 80, description: "A heading." },
    status: {
      type: "select",
      options: ["draft", "published"],
      required: true,
      default: "draft",
      access: { update: isAdmin },
    },
    pinned: { type: "boolean", access: { create: false, update: false } },
    author: { type: "relationship", to: "authors" },
    editors: { type: "relationship", to: "authors", hasMany: true, maxItems: 5 },
    letter: { type: "relationship", to: "envelopes" },
    tags: { type: "multiselect", options: ["a", "b"] },
    price: { type: "decimal", precision: 6, scale: 2, min: "1.5" },
    rating: { type: "number", min: 1, max: 5 },
    views: { type: "integer" },
    mail: { type: "email" },
    body: { type: "richtext" },
    lines: { type: "array", fields: { sku: { type: "text", required: true }, at: { type: "date" } } },
    meta: { type: "json" },
    day: { type: "date", deprecated: true },
    memo: { type: "text", access: { read: () => ({ status: "published" }) } },
    shadow: { type: "text", hidden: true, required: true },
    note: { type: "text", access: { read: isAdmin } },
  },
  access: {
    read: ({ user }) => isAdmin({ user }) || { status: "published" },
    create: signedIn,
    update: async ({ user }) => signedIn({ user }),
    delete: isAdmin,
    readDeleted: isAdmin,
  },
  timestamps: true,
  softDelete: true,
});

/** Strangers write, and read nothing. */
const orders = defineCollection({
  slug: "orders",
  deprecated: true,
  fields: {
    item: { type: "text", required: true },
    discount: { type: "integer", access: { create: isAdmin } },
  },
  access: { create: true, read: signedIn },
  clientId: true,
});

/** Nothing for strangers. */
const envelopes = defineCollection({
  slug: "envelopes",
  fields: { sealed: { type: "text" }, to: { type: "relationship", to: "envelopes" } },
  access: { read: signedIn, create: signedIn },
});

/** Nothing for anybody. */
const vaults = defineCollection({ slug: "vaults", fields: { combination: { type: "text" } } });

/** A shop with every kind of field, and rules of every kind. */
export const shop: Config = { collections: [authors, posts, orders, envelopes, vaults], plugins: [signIn] };

/** The document of a configuration as strangers see it, or one caller. */
export async function documentOf(
  config: Config,
  { user = null, ...options }: Partial<DocumentOptions> & { readonly user?: User | null } = {},
): Promise<OpenApiDocument> {
  const blueprint = describe(config);
  return buildDocument(blueprint, { view: await callerView(blueprint, user), ...options });
}

/** Every operation with its method and path, such as `GET /api/posts`. */
export function operationsOf({ paths }: OpenApiDocument) {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...operation,
      name: `${method.toUpperCase()} ${path}`,
    })),
  );
}

/** One of them. */
export function operationOf(document: OpenApiDocument, name: string) {
  const found = operationsOf(document).find((operation) => operation.name === name);
  if (found === undefined) throw new TypeError(`${name} is not documented`);
  return found;
}

/** A component. */
export function schemaOf({ components }: OpenApiDocument, name: string): Readonly<Record<string, unknown>> {
  const found = components.schemas[name];
  if (found === undefined) throw new TypeError(`${name} is no component`);
  return found;
}
