import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { serveShop, type Shop, shopDatabase } from "../world/served.ts";
import { shop as config } from "../world/shop.ts";
import { type ClientProject, clientProject } from "./project.ts";

// A client of every kind of field, made as docs/clients.md says from the document of an admin.
const admin = { id: "01999999-0000-7000-8000-000000000001", role: "admin" };

const program = `
import type { components } from "./api.ts";
import { client } from "./client.ts";

client.use({
  onRequest({ request }) {
    request.headers.set("x-user", ${JSON.stringify(JSON.stringify(admin))});
  },
});

type Post = components["schemas"]["BlogPosts"];

const { data: author } = await client.POST("/api/authors", { body: { name: "Ada & co. = 100 %" } });
const ada = author?.id ?? "";
const body: components["schemas"]["BlogPostsCreate"] = {
  title: "Every kind",
  author: ada,
  editors: [ada],
  tags: ["a", "b"],
  price: "12.50",
  rating: 4.5,
  views: 9_007_199_254_740_991,
  mail: "ada@example.com",
  body: { type: "doc", content: [] },
  lines: [{ sku: "1", at: "2026-01-02T03:04:05.678Z" }, { sku: "2" }],
  meta: { color: "red", deep: [1, null] },
};
const { data: made } = await client.POST("/api/blog-posts", { body });
await client.POST("/api/blog-posts", { body: { title: "Another" } });

async function titles(where: components["schemas"]["BlogPostsWhere"]): Promise<readonly unknown[]> {
  const { data, error } = await client.GET("/api/blog-posts", { params: { query: { where, sort: ["title"] } } });
  return error === undefined ? data.data.map(({ title }) => title) : [error.code];
}

const wheres: readonly components["schemas"]["BlogPostsWhere"][] = [
  { title: "Every kind" },
  { status: { in: ["draft"] }, pinned: { exists: false }, title: { startsWith: "e" } },
  { author: ada },
  { editors: { contains: ada } },
  { "author.name": { like: "& co. = 100 %" } },
  { tags: { all: ["a", "b"] } },
  { price: { gte: "12.5" } },
  { rating: { between: [4, 5] } },
  { views: { gt: 9_007_199_254_740_990 } },
  { mail: { like: "@EXAMPLE" } },
  { "meta.color": "red" },
  { not: { meta: { exists: false } } },
  { or: [{ title: "Every kind" }, { and: [{ title: "x" }, { title: "y" }] }] },
];
const found = [];
for (const where of wheres) found.push(await titles(where));

const path = { id: made?.id ?? "" };
const deep = await client.GET("/api/blog-posts/{id}", { params: { path, query: { populate: ["author"] } } });
const populated: Post["author"] = deep.data?.author;
const name = typeof populated === "object" ? populated?.name : populated;
const cleared = await client.PATCH("/api/blog-posts/{id}", { params: { path }, body: { price: null, editors: [] } });
const gone = await client.DELETE("/api/blog-posts/{id}", { params: { path } });
const trash = await client.GET("/api/blog-posts", { params: { query: { trashed: "only", select: ["title"] } } });
const back = await client.POST("/api/blog-posts/{id}/restore", { params: { path } });
const broken = await client.POST("/api/blog-posts", { body: { ...body, title: "x", price: "1.234" } });

console.log(JSON.stringify({
  made, found, name,
  cleared: [cleared.data?.price, cleared.data?.editors],
  gone: gone.response.status,
  trash: trash.data?.data.length,
  back: back.data?.deletedAt,
  broken: broken.error?.errors,
}));
`;

/** Each of these does not compile. */
const wrong = `
import type { components } from "./api.ts";

type Where = components["schemas"]["BlogPostsWhere"];
type Create = components["schemas"]["BlogPostsCreate"];
// @ts-expect-error -- text has no such operator
export const a: Where = { title: { contains: "x" } };
// @ts-expect-error -- a decimal is text
export const b: Where = { price: { gt: 1 } };
// @ts-expect-error -- not one of the options
export const c: Where = { tags: { any: ["c"] } };
// @ts-expect-error -- a list of filters
export const d: Where = { or: { title: "x" } };
// @ts-expect-error -- a member of a list lacks what is required
export const e: Create = { title: "x", lines: [{}] };
// @ts-expect-error -- a required field is missing
export const f: Create = { status: "draft" };
// @ts-expect-error -- required fields are never null
export const g: components["schemas"]["BlogPostsUpdate"] = { title: null };
// @ts-expect-error -- nobody writes it
export const h: Create = { title: "x", pinned: true };
`;

/** The shop, where authors can be made, and no hidden field is required. */
const collections = config.collections.map(({ access, fields, ...collection }) => ({
  ...collection,
  fields: Object.fromEntries(Object.entries(fields).filter(([name]) => name !== "shadow")),
  access: { ...access, create: true },
}));

let database: Awaited<ReturnType<typeof shopDatabase>>;
let shop: Shop;
let project: ClientProject;
beforeAll(async () => {
  database = await shopDatabase(inject("databaseUrl"));
  shop = await serveShop(database.url, { view: "caller" }, { collections });
  project = await clientProject({
    document: (await shop.ask("/api/openapi.json", { user: admin })).text,
    origin: shop.origin,
    shown: ["query.ts", "client.ts"],
    files: { "main.ts": program, "wrong.ts": wrong },
  });
});
afterAll(async () => {
  await project.remove();
  await shop.stop();
  await database.drop();
});

test("every kind of field has a type that holds", { timeout: 60_000 }, async () => {
  expect(await project.compile()).toBe("");
});

test("every kind of field is written, found and read", async () => {
  const { made, found, ...rest } = JSON.parse(await project.run("main.ts")) as Record<string, unknown>;
  expect(made).toMatchObject({
    status: "draft",
    price: "12.50",
    views: 9_007_199_254_740_991,
    lines: [
      { sku: "1", at: "2026-01-02T03:04:05.678Z" },
      { sku: "2", at: null },
    ],
    meta: { color: "red", deep: [1, null] },
  });
  expect(found).toEqual(Array.from({ length: 13 }, () => ["Every kind"]));
  expect(rest).toEqual({
    name: "Ada & co. = 100 %",
    cleared: [null, []],
    gone: 204,
    trash: 1,
    back: null,
    broken: [
      { path: "title", rule: "minLength" },
      { path: "price", rule: "format" },
    ],
  });
});
