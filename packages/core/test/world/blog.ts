import { defineCollection, LucentError, type Plugin, type RuleContext, type User } from "@lucent/core";

const published = { status: "published" } as const;

/** Anonymous callers see what is published; others also see their own; an admin everything. */
const readPosts = ({ user }: RuleContext) => {
  if (user === null) return published;
  return user["role"] === "admin" ? true : { or: [published, { owner: user.id }] };
};

const ownPosts = ({ user }: RuleContext) => {
  if (user === null) return false;
  return user["role"] === "admin" ? true : { owner: user.id };
};

/** Documents with every kind of field that matters to HTTP, under rules that filter. */
const posts = defineCollection({
  slug: "posts",
  fields: {
    title: { type: "text", required: true, maxLength: 50 },
    owner: { type: "text" },
    status: { type: "select", options: ["draft", "published"], required: true, default: "draft" },
    code: { type: "text", unique: true },
    views: { type: "integer" },
    price: { type: "decimal", precision: 6, scale: 2 },
    rating: { type: "number" },
    publishedAt: { type: "date" },
    meta: { type: "json" },
    author: { type: "relationship", to: "authors" },
  },
  timestamps: true,
  access: { read: readPosts, create: ownPosts, update: ownPosts, delete: ownPosts },
});

/** Authors, of whom some are hidden from everyone but the admin. */
const authors = defineCollection({
  slug: "authors",
  fields: { name: { type: "text", required: true }, hidden: { type: "boolean", default: false } },
  access: {
    read: ({ user }) => (user?.["role"] === "admin" ? true : { hidden: false }),
    create: ({ user }) => user?.["role"] === "admin",
    delete: ({ user }) => user?.["role"] === "admin",
  },
});

/** A collection of which anybody may do anything. */
export const tags = defineCollection({
  slug: "open-tags",
  fields: { name: { type: "text", required: true }, size: { type: "integer" }, note: { type: "text" } },
  access: { read: true, create: true, update: true, delete: true },
});

/** A collection without any rule. */
const ruleless = defineCollection({ slug: "ruleless", fields: { name: { type: "text" } } });

/** A collection whose rules answer late, wrongly or not at all. */
const odd = defineCollection({
  slug: "odd",
  fields: { name: { type: "text" } },
  access: {
    read: async ({ user }) => user !== null,
    create: () => {
      throw new TypeError("the rule is broken");
    },
    update: () => ({}),
    delete: async () => Promise.reject(new TypeError("the rule is broken")),
  },
});

/** Everything that the blog consists of. */
export const blog = [posts, authors, tags, ruleless, odd] as const;

/** Takes the caller from the header `x-user`, as JSON; what is no JSON is a bad credential. */
export const headerUser: Plugin = {
  name: "header-user",
  facts: async (request) => {
    const text = request.headers.get("x-user");
    if (text === null) return {};
    try {
      return { user: JSON.parse(text) as User };
    } catch {
      throw new LucentError("UNAUTHENTICATED", { headers: { "www-authenticate": "Bearer" } });
    }
  },
};
