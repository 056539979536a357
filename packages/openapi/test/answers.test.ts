import { expect, test } from "vitest";

import type { OpenApiDocument } from "../src/index.ts";
import { routing, signIn } from "./world/plugins.ts";
import { documentOf, operationOf, schemaOf, shop } from "./world/shop.ts";

const document = await documentOf(shop);

test("a batch answers documents, as the collections that are written show them", () => {
  expect(schemaOf(document, "BatchResults")).toMatchObject({
    properties: {
      results: {
        items: {
          anyOf: [
            { $ref: "#/components/schemas/BlogPosts" },
            { $ref: "#/components/schemas/Orders" },
            { required: ["id"] },
          ],
        },
      },
    },
  });
});

test("documents take other members where a hook may add them", async () => {
  const collection = { slug: "notes", fields: { text: { type: "text" } }, access: { read: true } } as const;
  const hooks = { afterRead: [() => undefined] };
  const plain = await documentOf({ collections: [collection] });
  const own = await documentOf({ collections: [{ ...collection, hooks }] });
  const all = await documentOf({ collections: [collection], hooks });
  expect(schemaOf(plain, "Notes")).not.toHaveProperty("additionalProperties");
  expect(schemaOf(own, "Notes")).toHaveProperty("additionalProperties", true);
  expect(schemaOf(all, "Notes")).toHaveProperty("additionalProperties", true);
});

test("what was stored before an address was one is no address", () => {
  expect(schemaOf(document, "BlogPosts")).toMatchObject({
    properties: { mail: { type: ["string", "null"] } },
  });
  expect(schemaOf(document, "BlogPosts")).not.toHaveProperty("properties.mail.format");
  expect(schemaOf(document, "BlogPostsCreate")).toHaveProperty("properties.mail.format", "email");
});

/** The codes that a status of an operation can have. */
function codesOf(of: OpenApiDocument, name: string, status: number): unknown {
  const response = operationOf(of, name).responses[status];
  const [, component = ""] =
    /\/responses\/(.+)$/.exec(String(response && "$ref" in response && response.$ref)) ?? [];
  return JSON.stringify(of.components.responses[component]?.content);
}

test("a plugin that does not say how it knows callers may read a cookie", async () => {
  const silent = { name: "silent", facts: () => ({}) };
  const orders = shop.collections.filter(({ slug }) => slug === "authors");
  const written = orders.map((each) => ({ ...each, access: { create: true } }));
  const of = await documentOf({ collections: written, plugins: [silent] });
  expect(codesOf(of, "POST /api/authors", 403)).toContain("CSRF");
  const headerOnly = { ...silent, credentials: { key: { type: "apiKey", in: "header", name: "x-key" } } };
  const named = await documentOf({ collections: written, plugins: [headerOnly] });
  expect(codesOf(named, "POST /api/authors", 403)).not.toContain("CSRF");
});

/** The headers of an answer, and whether they are always there. */
function headersOf(of: OpenApiDocument, name: string, status: number): Readonly<Record<string, boolean>> {
  const response = operationOf(of, name).responses[status];
  if (response === undefined) throw new TypeError(`${name} has no ${status}`);
  const found =
    "$ref" in response ? of.components.responses[response.$ref.split("/").at(-1) ?? ""] : response;
  const entries = Object.entries(found?.headers ?? {}).map(([header, said]) => {
    const known = "$ref" in said ? of.components.headers[said.$ref.split("/").at(-1) ?? ""] : said;
    return [header, known?.required ?? false] as const;
  });
  return Object.fromEntries(entries.filter(([header]) => header !== "X-Request-Id"));
}

test("headers that are always there are told as such, others as possible", async () => {
  const plugin = routing("limited", [
    {
      id: "limited.join",
      method: "POST",
      path: "/join",
      limit: { max: 5, window: 60 },
      document: {
        summary: "Join",
        answers: { 204: { description: "Done." } },
        problems: ["UNAUTHENTICATED", "INVALID_CREDENTIALS", "CONFLICT"],
      },
    },
  ]);
  const of = await documentOf({ ...shop, plugins: [signIn, plugin] });
  const join = (status: number): Readonly<Record<string, boolean>> => headersOf(of, "POST /api/join", status);
  const limits = (sure: boolean): Readonly<Record<string, boolean>> => ({
    "RateLimit-Limit": sure,
    "RateLimit-Remaining": sure,
    "RateLimit-Reset": sure,
  });
  expect(join(204)).toEqual(limits(true));
  expect(join(409)).toEqual(limits(true));
  expect(join(429)).toEqual({ ...limits(true), "Retry-After": true });
  expect(join(503)).toEqual({ ...limits(false), "Retry-After": true });
  expect(join(400)).toEqual(limits(false));
  expect(join(401)).toEqual({ ...limits(false), "WWW-Authenticate": false });
  expect(join(421)).toEqual({});
  expect(headersOf(of, "POST /api/orders", 401)).toEqual({ "WWW-Authenticate": true });
  expect(headersOf(of, "POST /api/orders", 201)).toEqual({ Location: true, ETag: false });
});
