import { describe } from "@lucent/core";
import { expect, test } from "vitest";

import { callerView, publicView } from "../src/index.ts";
import { signIn } from "./world/plugins.ts";
import { documentOf, operationsOf, schemaOf, shop } from "./world/shop.ts";

const reader = { id: "1" };
const admin = { id: "2", role: "admin" };

function namesIn({ properties }: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(properties ?? {});
}

test("strangers see the collections that they may read or write", async () => {
  const view = await publicView(describe(shop));
  expect([...view.keys()]).toStrictEqual(["authors", "blog-posts", "orders"]);
});

test("T-OA-01 what strangers may not know is nowhere in the public document", async () => {
  const text = JSON.stringify(await documentOf(shop));
  const names = "shadow|note|phone|discount|envelopes|vault|sealed|combination";
  expect(text.match(new RegExp(`.{20}\\b(?:${names}).{20}`, "gi"))).toBeNull();
  expect(text.match(/verifyToken|lockedUntil|lucent_/g)).toBeNull();
});

test("nothing in it is an extension", async () => {
  const keys: string[] = [];
  JSON.stringify(await documentOf(shop, { user: admin }), (key, value: unknown) => {
    keys.push(key);
    return value;
  });
  expect(keys.filter((key) => key.startsWith("x-"))).toStrictEqual([]);
});

test("the public document has what strangers may do, and what may be done by signing in", async () => {
  const found = operationsOf(await documentOf(shop)).map(({ name, security }) => [
    name,
    security.length === 0 ? "none" : Object.keys(security[0] ?? {}).length === 0 ? "optional" : "required",
  ]);
  expect(Object.fromEntries(found)).toStrictEqual({
    "GET /api/authors": "optional",
    "POST /api/authors/query": "optional",
    "GET /api/authors/count": "optional",
    "GET /api/authors/{id}": "optional",
    "GET /api/blog-posts": "optional",
    "POST /api/blog-posts": "required",
    "POST /api/blog-posts/query": "optional",
    "GET /api/blog-posts/count": "optional",
    "GET /api/blog-posts/{id}": "optional",
    "PATCH /api/blog-posts/{id}": "required",
    "DELETE /api/blog-posts/{id}": "required",
    "POST /api/blog-posts/{id}/restore": "required",
    "POST /api/orders": "optional",
    "POST /api/batch": "optional",
    "GET /api/health/live": "optional",
    "GET /api/health/ready": "optional",
  });
});

test("bodies have the members that strangers may write, or may know of", async () => {
  const document = await documentOf(shop);
  const shown = namesIn(schemaOf(document, "BlogPosts"));
  expect(shown).toContain("memo");
  expect(shown).not.toContain("deletedAt");
  expect(namesIn(schemaOf(document, "BlogPostsCreate"))).toStrictEqual(
    shown.filter((name) => !["id", "pinned", "createdAt", "updatedAt"].includes(name)),
  );
  expect(namesIn(schemaOf(document, "BlogPostsUpdate"))).toContain("status");
  expect(namesIn(schemaOf(document, "OrdersCreate"))).toStrictEqual(["id", "item"]);
  expect(namesIn(schemaOf(document, "Orders"))).toStrictEqual(["id"]);
});

test("a field that is shown in some documents only can be selected, and not be named", async () => {
  const document = await documentOf(shop);
  expect(namesIn(schemaOf(document, "BlogPostsWhere"))).not.toContain("memo");
  expect(JSON.stringify(schemaOf(document, "BlogPostsSort"))).not.toContain("memo");
  expect(JSON.stringify(schemaOf(document, "BlogPostsSelect"))).toContain("memo");
});

test("a relationship to what may not be read tells nothing of it, and is no way into it", async () => {
  const { properties } = schemaOf(await documentOf(shop), "BlogPosts");
  // Others may read it, for whom it can be populated.
  const { letter } = properties as { readonly letter: unknown };
  expect(letter).toStrictEqual({
    anyOf: [
      { type: "string", format: "uuid" },
      {
        type: "object",
        required: ["id"],
        properties: { id: { type: "string", format: "uuid" } },
        additionalProperties: true,
      },
      { type: "null" },
    ],
  });
  expect(properties).toMatchObject({
    author: { anyOf: [{ format: "uuid" }, { $ref: "#/components/schemas/Authors" }, { type: "null" }] },
  });
  const { patternProperties } = schemaOf(await documentOf(shop), "BlogPostsWhere");
  expect(Object.keys(patternProperties ?? {})).toStrictEqual([
    String.raw`^(?:author|editors)\.[A-Za-z0-9_.]+$`,
    String.raw`^(?:meta)\.[A-Za-z0-9_.]+$`,
  ]);
});

test("a caller sees what it may do, and nothing else", async () => {
  const document = await documentOf(shop, { user: reader });
  const found = new Map(operationsOf(document).map(({ name, security }) => [name, security]));
  expect(found.has("DELETE /api/blog-posts/{id}")).toBe(false);
  expect(found.get("POST /api/envelopes")).toStrictEqual([{ header: [] }, { cookie: [] }]);
  expect(found.get("GET /api/orders/{id}")).toStrictEqual([{ header: [] }, { cookie: [] }]);
  expect(found.get("GET /api/authors")?.[0]).toStrictEqual({});
  expect(namesIn(schemaOf(document, "Authors"))).toContain("phone");
  // It may write what it may not read.
  expect(namesIn(schemaOf(document, "BlogPostsCreate"))).toContain("note");
  expect(namesIn(schemaOf(document, "BlogPostsUpdate"))).not.toContain("status");
  expect(JSON.stringify(document)).not.toMatch(/shadow|vault|combination/);
});

test("an admin sees what is deleted", async () => {
  const document = await documentOf(shop, { user: admin });
  expect(namesIn(schemaOf(document, "BlogPosts"))).toContain("deletedAt");
  expect(namesIn(schemaOf(document, "BlogPostsQuery"))).toContain("trashed");
  expect(namesIn(schemaOf(await documentOf(shop), "BlogPostsQuery"))).not.toContain("trashed");
});

test("an API key sees what it was made for", async () => {
  const document = await documentOf(shop, { user: { ...admin, scopes: ["envelopes:read"] } });
  const found = operationsOf(document).map(({ name }) => name);
  expect(found.filter((name) => !name.includes("/health/"))).toStrictEqual([
    "GET /api/envelopes",
    "POST /api/envelopes/query",
    "GET /api/envelopes/count",
    "GET /api/envelopes/{id}",
  ]);
});

test("nobody is nobody in particular", async () => {
  const blueprint = describe(shop);
  expect(await callerView(blueprint, null)).toStrictEqual(await publicView(blueprint));
});

test.each<[string, () => unknown]>([
  [
    "fails",
    () => {
      throw new TypeError("no database");
    },
  ],
  ["waits for something", () => new Promise(() => undefined)],
  ["answers nonsense", () => ({ nothing: { of: "this" } })],
])("of a rule that %s no names are shown, and its writes are for whoever tries", async (_, rule) => {
  const fields = { open: { type: "text" }, ruled: { type: "text", access: { read: rule } } } as const;
  const config = {
    collections: [
      { slug: "unread", fields, access: { read: rule } },
      { slug: "unwritten", fields, access: { read: true, create: rule } },
    ],
    plugins: [signIn],
  };
  const document = await documentOf(config as never);
  const found = operationsOf(document);
  expect(found.some(({ name }) => name.includes("unread"))).toBe(false);
  expect(found.find(({ name }) => name === "POST /api/unwritten")?.security[0]).toStrictEqual({});
  expect(JSON.stringify(document)).not.toContain("ruled");
});

test("where nobody can sign in, what strangers are denied is not there", async () => {
  const found = operationsOf(await documentOf({ ...shop, plugins: [] })).map(({ name }) => name);
  expect(found).not.toContain("POST /api/blog-posts");
  expect(found).toContain("POST /api/orders");
});

test("R-OA-2: who has to sign in must be told how", async () => {
  const silent = { name: "silent", facts: () => ({}) };
  await expect(documentOf({ ...shop, plugins: [silent] })).rejects.toThrow(
    /give the plugin that reads callers/,
  );
});
