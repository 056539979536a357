import { defineCollection, describe as blueprintOf } from "@lucent/core";
import { Compile } from "typebox/schema";
import { describe, expect, test } from "vitest";

import { buildDocument, publicView } from "../src/index.ts";
import { documentOf, operationOf, operationsOf, schemaOf, shop } from "./world/shop.ts";

const document = await documentOf(shop);

function statuses(name: string): readonly string[] {
  return Object.keys(operationOf(document, name).responses);
}

/** The names of the parameters of an operation. */
function parameters(name: string): readonly string[] {
  return (operationOf(document, name).parameters ?? []).map((parameter) =>
    "$ref" in parameter
      ? (document.components.parameters[lastOf(parameter.$ref)]?.name ?? "")
      : parameter.name,
  );
}

function lastOf(reference: string): string {
  return reference.split("/").at(-1) ?? "";
}

test("every operation has an id of its own, a tag, and says what it needs", () => {
  const all = operationsOf(document);
  const ids = all.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(["listBlogPosts", "readBlogPosts", "batch", "healthLive"]));
  const tags = new Set(document.tags.map(({ name }) => name));
  for (const operation of all) {
    expect(operation.tags.every((tag) => tags.has(tag))).toBe(true);
    expect(Array.isArray(operation.security)).toBe(true);
    // Plain text, unlike descriptions.
    expect(operation.summary).toMatch(/^[^`]+$/);
  }
});

test("the statuses of each operation are those of the HTTP contract", () => {
  const always = ["400", "401", "403", "421", "500", "503"];
  const sent = ["413", "415"];
  const expected = (more: readonly string[]): readonly string[] => [...always, ...more].toSorted();
  expect(statuses("GET /api/blog-posts")).toStrictEqual(expected(["200"]));
  expect(statuses("POST /api/blog-posts/query")).toStrictEqual(expected(["200", ...sent]));
  expect(statuses("GET /api/blog-posts/count")).toStrictEqual(expected(["200"]));
  expect(statuses("GET /api/blog-posts/{id}")).toStrictEqual(expected(["200", "304", "404"]));
  expect(statuses("POST /api/blog-posts")).toStrictEqual(expected(["201", "409", "422", ...sent]));
  expect(statuses("PATCH /api/blog-posts/{id}")).toStrictEqual(
    expected(["200", "404", "409", "412", "422", ...sent]),
  );
  expect(statuses("DELETE /api/blog-posts/{id}")).toStrictEqual(expected(["204", "404", "409", "412"]));
  expect(statuses("POST /api/blog-posts/{id}/restore")).toStrictEqual(expected(["200", "404", "409"]));
  expect(statuses("POST /api/batch")).toStrictEqual(expected(["200", "404", "409", "422", ...sent]));
});

test("a problem says which codes its status can have", () => {
  const response = operationOf(document, "GET /api/blog-posts").responses["400"];
  expect(response).toStrictEqual({ $ref: "#/components/responses/BadRequestOrUnknownFieldOrBadCursor" });
  expect(document.components.responses["BadRequestOrUnknownFieldOrBadCursor"]).toMatchObject({
    headers: { "X-Request-Id": { $ref: "#/components/headers/X-Request-Id" } },
    content: {
      "application/problem+json": {
        schema: {
          allOf: [
            { $ref: "#/components/schemas/Problem" },
            {
              properties: {
                status: { const: 400 },
                code: { enum: ["BAD_REQUEST", "UNKNOWN_FIELD", "BAD_CURSOR"] },
              },
            },
          ],
        },
      },
    },
  });
});

test("headers stand where they are sent", async () => {
  const headersIn = (name: string, status: string): readonly string[] => {
    const response = operationOf(document, name).responses[status];
    return response !== undefined && "headers" in response ? Object.keys(response.headers ?? {}) : [];
  };
  expect(headersIn("GET /api/blog-posts/{id}", "200")).toStrictEqual(["X-Request-Id", "ETag"]);
  expect(headersIn("POST /api/blog-posts", "201")).toStrictEqual(["X-Request-Id", "Location", "ETag"]);
  expect(document.components.responses["Unavailable"]?.headers).toHaveProperty("Retry-After");
  expect(document.components.responses["Unauthenticated"]?.headers).toHaveProperty("WWW-Authenticate");
  expect(JSON.stringify(document)).not.toContain("RateLimit");
  const limited = await documentOf({ ...shop, api: { rateLimit: true } });
  expect(Object.keys(operationOf(limited, "GET /api/blog-posts").responses)).toContain("429");
  expect(limited.components.responses["RateLimited"]?.headers).toMatchObject({
    "Retry-After": {},
    "RateLimit-Limit": {},
    "RateLimit-Remaining": {},
    "RateLimit-Reset": {},
  });
});

test("parameters are there where they apply", () => {
  const paging = ["where", "sort", "select", "perPage", "page", "cursor", "count"];
  expect(parameters("GET /api/authors")).toStrictEqual([...paging, "search"]);
  expect(parameters("GET /api/blog-posts")).toStrictEqual([...paging, "depth", "populate"]);
  expect(parameters("GET /api/authors/{id}")).toStrictEqual(["id", "select", "If-None-Match"]);
  expect(parameters("GET /api/blog-posts/{id}")).toStrictEqual([
    "id",
    "select",
    "depth",
    "populate",
    "If-None-Match",
  ]);
  expect(parameters("PATCH /api/blog-posts/{id}")).toStrictEqual(["id", "If-Match"]);
  expect(parameters("GET /api/blog-posts/count")).toStrictEqual(["where"]);
});

test("`where` is JSON, and lists are one parameter with commas", () => {
  const listed = operationOf(document, "GET /api/blog-posts").parameters ?? [];
  expect(listed[0]).toMatchObject({
    name: "where",
    content: { "application/json": { schema: { $ref: "#/components/schemas/BlogPostsWhere" } } },
  });
  expect(listed[1]).toMatchObject({ name: "sort", style: "form", explode: false });
  expect(schemaOf(document, "BlogPostsSort")).toMatchObject({ type: "array", maxItems: 3, minItems: 1 });
  expect(schemaOf(document, "AuthorsSelect")).toStrictEqual({
    type: "array",
    items: { type: "string", enum: ["id", "name", "born"] },
    minItems: 1,
    maxItems: 100,
  });
});

describe("filters", () => {
  const equality = ["eq", "neq", "in", "nin", "exists"];
  const order = [...equality, "gt", "gte", "lt", "lte", "between"];
  const containment = ["contains", "notContains", "any", "all", "exists"];

  /** The operators of a condition, wherever it is written. */
  function operators(field: string): readonly string[] {
    const where = schemaOf(document, "BlogPostsWhere")["properties"] as Record<string, { $ref?: string }>;
    const own = where[field] ?? {};
    const schema = own.$ref === undefined ? own : schemaOf(document, lastOf(own.$ref));
    const { anyOf, properties } = schema as { anyOf?: { properties?: object }[]; properties?: object };
    return Object.keys(properties ?? anyOf?.[1]?.properties ?? {}).toSorted();
  }

  test.each([
    ["title", [...order, "like", "startsWith"]],
    ["mail", [...order, "like", "startsWith"]],
    ["rating", order],
    ["views", order],
    ["price", order],
    ["createdAt", order],
    ["pinned", equality],
    ["status", equality],
    ["author", equality],
    ["id", equality],
    ["editors", containment],
    ["tags", containment],
    ["body", ["exists"]],
    ["lines", ["exists"]],
    ["meta", ["exists"]],
  ])("%s takes the operators of its kind", (field, expected) => {
    expect(operators(field)).toStrictEqual(expected.toSorted());
  });

  const where = Compile({ ...document, $ref: "#/components/schemas/BlogPostsWhere" } as never);

  test.each([
    {},
    { title: "a" },
    { title: { like: "a", exists: true }, status: "draft" },
    { or: [{ views: { between: [1, 2] } }, { not: { pinned: true } }] },
    { "author.name": { like: "ada" } },
    { "meta.color": "red" },
    { tags: { any: ["a"] } },
  ])("%j fits", (filter) => {
    expect(where.Check(filter)).toBe(true);
  });

  test.each([
    { unknown: 1 },
    { title: 1 },
    { title: {} },
    { title: { matches: "a" } },
    { or: [] },
    { status: "lost" },
    { views: { between: [1] } },
    { "letter.sealed": "a" },
    { tags: { any: [] } },
  ])("%j does not", (filter) => {
    expect(where.Check(filter)).toBe(false);
  });
});

test("the body of a create has the bounds of its fields, and what must be there", () => {
  expect(schemaOf(document, "BlogPostsCreate")).toMatchObject({
    required: ["title"],
    additionalProperties: false,
    properties: {
      title: { type: "string", minLength: 3, maxLength: 80, description: "A heading." },
      status: { enum: ["draft", "published"], default: "draft" },
      author: { type: ["string", "null"], format: "uuid" },
      editors: { items: { format: "uuid" }, maxItems: 5 },
      price: { pattern: String.raw`^-?\d{1,4}(?:\.\d{1,2})?$`, description: "At least 1.5." },
      lines: { items: { required: ["sku"], properties: { at: { format: "date-time" } } } },
      day: { format: "date-time", deprecated: true },
    },
  });
  expect(schemaOf(document, "BlogPostsUpdate")).toMatchObject({ required: [] });
  expect(JSON.stringify(schemaOf(document, "BlogPostsUpdate"))).not.toContain('"default"');
});

test("what is deprecated says so", () => {
  expect(operationOf(document, "POST /api/orders").deprecated).toBe(true);
  expect(operationOf(document, "POST /api/blog-posts").deprecated).toBeUndefined();
  expect(schemaOf(document, "BlogPosts")["properties"]).toMatchObject({ day: { deprecated: true } });
});

test("descriptions of collections head their tags", () => {
  expect(document.tags).toContainEqual({ name: "blog-posts", description: "What is told." });
  expect(schemaOf(document, "BlogPosts")["description"]).toMatch(/^What is told\. /);
});

test("examples fit their schemas", () => {
  const { schemas } = document.components;
  const shown = Object.entries(schemas).filter(([, { examples }]) => Array.isArray(examples));
  expect(shown.length).toBeGreaterThan(8);
  for (const [name, { examples }] of shown) {
    const schema = Compile({ ...document, $ref: `#/components/schemas/${name}` } as never);
    for (const example of examples as readonly unknown[]) {
      expect([name, schema.Errors(example)]).toStrictEqual([name, [true, []]]);
    }
  }
  for (const [name, { content }] of Object.entries(document.components.responses)) {
    const { schema, example } = content?.["application/problem+json"] ?? {};
    expect([name, Compile({ ...document, ...schema } as never).Check(example)]).toStrictEqual([name, true]);
  }
});

test("batches take each write that a collection has", () => {
  const schema = Compile({ ...document, $ref: "#/components/schemas/Batch" } as never);
  const id = "0198f2c0-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
  const of = (operation: object): boolean => schema.Check({ operations: [operation] });
  expect(of({ op: "create", collection: "orders", data: { item: "x" } })).toBe(true);
  expect(of({ op: "delete", collection: "blog-posts", id })).toBe(true);
  expect(of({ op: "delete", collection: "orders", id })).toBe(false);
  expect(of({ op: "create", collection: "envelopes", data: {} })).toBe(false);
  expect(schema.Check({ operations: [] })).toBe(false);
});

test("an application that writes nothing has no batches", async () => {
  const { paths } = await documentOf({ collections: [{ slug: "a", fields: {}, access: { read: true } }] });
  expect(Object.keys(paths)).not.toContain("/api/batch");
});

test("names that come out the same are told apart", async () => {
  const access = { read: true, create: true } as const;
  const slugs = ["post", "po-st", "posts", "posts-create", "po-sts", "problem", "a1", "a-1"];
  const config = { collections: slugs.map((slug) => ({ slug, fields: {}, access })) };
  const { components, paths } = await documentOf(config);
  expect(Object.keys(components.schemas)).toEqual(
    expect.arrayContaining(["Posts", "PostsCreate", "PostsCreate2", "Problem", "Problem2", "A1", "A12"]),
  );
  expect(operationsOf({ ...document, paths })).toHaveLength(slugs.length * 5 + 3);
});

test("the prefix and the origin are the application's", async () => {
  const built = await documentOf({ ...shop, api: { prefix: "/v1/rest" } }, { server: "https://a.example" });
  expect(Object.keys(built.paths).every((path) => path.startsWith("/v1/rest/"))).toBe(true);
  expect(built.servers).toStrictEqual([{ url: "https://a.example" }]);
});

test("behind a proxy, plain http is sent to https", async () => {
  const built = await documentOf({ ...shop, api: { trustProxy: 1 } });
  expect(Object.keys(operationOf(built, "GET /api/authors").responses)).toContain("308");
  expect(Object.keys(operationOf(built, "POST /api/orders").responses)).not.toContain("308");
});

test("the same configuration makes the same text", async () => {
  const blueprint = blueprintOf(shop);
  const text = async (): Promise<string> =>
    JSON.stringify(buildDocument(blueprint, { view: await publicView(blueprint) }));
  expect(await text()).toBe(await text());
  expect(JSON.stringify(await documentOf(shop))).toBe(await text());
});

test("a populated reference is null where its target may not be seen, also where one is required", async () => {
  const reviews = defineCollection({
    slug: "reviews",
    fields: {
      place: { type: "relationship", to: "places", required: true },
      places: { type: "relationship", to: "places", hasMany: true },
      vault: { type: "relationship", to: "vaults", required: true },
    },
    access: { read: true },
  });
  const places = defineCollection({
    slug: "places",
    fields: {},
    access: { read: () => ({ id: { in: [] } }) },
  });
  const vaults = defineCollection({ slug: "vaults", fields: {} });
  const built = await documentOf({ collections: [reviews, places, vaults] });
  expect(schemaOf(built, "Reviews")).toMatchObject({
    properties: {
      place: { anyOf: [{ format: "uuid" }, { $ref: "#/components/schemas/Places" }, { type: "null" }] },
      places: { items: { anyOf: [{ format: "uuid" }, { $ref: "#/components/schemas/Places" }] } },
      vault: { type: ["string", "null"], format: "uuid" },
    },
  });
});
