import { expect, test } from "vitest";

import { routing, signIn } from "./world/plugins.ts";
import { documentOf, operationOf, operationsOf, schemaOf, shop } from "./world/shop.ts";

const account = { $ref: "collection:authors/document" };

const told = routing("mailing", [
  {
    id: "mailing.join",
    method: "POST",
    path: "/mailing/{list}/members/{id}",
    limit: { max: 5, window: 60 },
    document: {
      summary: "Join a list",
      description: "Sends a mail.",
      tag: "lists",
      credentials: "required",
      params: { list: { description: "Which list.", schema: { type: "string", enum: ["news"] } } },
      query: { dry: { description: "Whether nothing is done.", schema: { type: "boolean" } } },
      body: { schema: { type: "object", properties: { author: account } }, example: { author: { id: "x" } } },
      answers: {
        202: {
          description: "On its way.",
          schema: { type: "array", items: account },
          headers: { "X-Mail": "Its id." },
        },
        204: { description: "Was there already." },
      },
      problems: ["CONFLICT", "EMAIL_UNVERIFIED", "FORBIDDEN"],
      deprecated: true,
    },
  },
  {
    id: "mailing.keys",
    method: "GET",
    path: "/.well-known/keys.json",
    absolute: true,
    ignoresCredentials: true,
    document: {
      summary: "Keys",
      answers: { 200: { description: "All.", type: "application/jwk-set+json", schema: { type: "object" } } },
    },
  },
  { id: "mailing.untold", method: "DELETE", path: "/mailing/{list}" },
]);

const document = await documentOf({ ...shop, plugins: [signIn, told] });

test("a plugin's route is documented by what it says of itself", () => {
  expect(operationOf(document, "POST /api/mailing/{list}/members/{id}")).toMatchObject({
    operationId: "mailingJoin",
    tags: ["lists"],
    summary: "Join a list",
    description: "Sends a mail.",
    deprecated: true,
    security: [{ header: [] }, { cookie: [] }],
    parameters: [
      { name: "list", in: "path", required: true, description: "Which list.", schema: { enum: ["news"] } },
      { name: "id", in: "path", required: true },
      { name: "dry", in: "query", required: false, schema: { type: "boolean" } },
    ],
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: { properties: { author: { $ref: "#/components/schemas/Authors" } } },
          example: { author: { id: "x" } },
        },
      },
    },
  });
  expect(document.tags).toContainEqual({ name: "lists", description: "Routes of the plugin `mailing`." });
});

test("it answers what it says, and what every route called like it can", () => {
  const { responses } = operationOf(document, "POST /api/mailing/{list}/members/{id}");
  expect(Object.keys(responses)).toStrictEqual([
    "202",
    "204",
    "400",
    "401",
    "403",
    "409",
    "413",
    "415",
    "421",
    "429",
    "500",
    "503",
  ]);
  expect(responses["202"]).toMatchObject({
    description: "On its way.",
    headers: { "RateLimit-Limit": {}, "X-Mail": { description: "Its id." }, "X-Request-Id": {} },
    content: { "application/json": { schema: { items: { $ref: "#/components/schemas/Authors" } } } },
  });
  expect(responses["403"]).toStrictEqual({
    $ref: "#/components/responses/ForbiddenOrEmailUnverifiedOrCsrfLimited",
  });
});

test("a route that leaves credentials alone is for everybody", () => {
  const found = operationOf(document, "GET /.well-known/keys.json");
  expect(found.security).toStrictEqual([]);
  expect(Object.keys(found.responses)).toStrictEqual(["200", "400", "421", "500", "503"]);
  expect(found.responses["200"]).toMatchObject({ content: { "application/jwk-set+json": {} } });
});

test("a route that says nothing is listed by its path", () => {
  expect(operationOf(document, "DELETE /api/mailing/{list}")).toMatchObject({
    summary: "DELETE /mailing/{list}",
    tags: ["mailing"],
    parameters: [{ name: "list", in: "path", required: true }],
    responses: { default: { description: "Whatever the route answers." } },
  });
});

test("the bodies of collections and more members become one body", async () => {
  const schema = {
    allOf: [
      { $ref: "collection:orders/create" },
      { type: "object", properties: { password: { type: "string" } }, required: ["password"] },
    ],
    properties: { session: { type: "string" } },
    unevaluatedProperties: false,
  };
  const route = { summary: "Register", body: { schema }, answers: { 204: { description: "Done." } } };
  const plugin = routing("accounts", [{ id: "a.b", method: "POST", path: "/a", document: route }]);
  const built = await documentOf({ ...shop, plugins: [signIn, plugin] });
  const body = operationOf(built, "POST /api/a").requestBody?.content["application/json"]?.schema;
  expect(body).toStrictEqual({
    type: "object",
    properties: {
      id: { type: "string", maxLength: 36, format: "uuid" },
      item: { type: "string", maxLength: 10_000 },
      password: { type: "string" },
      session: { type: "string" },
    },
    required: ["item", "password"],
    additionalProperties: false,
  });
});

test("of a collection that the reader may not know of nothing is said", async () => {
  const of = (shape: string): object => ({ $ref: `collection:vaults/${shape}`, description: "It." });
  const schema = {
    type: "object",
    properties: { shown: of("document"), made: of("create"), lost: of("where") },
  };
  const route = { summary: "Peek", answers: { 200: { description: "It.", schema } } };
  const plugin = routing("peek", [{ id: "peek", method: "GET", path: "/peek", document: route }]);
  const built = await documentOf({ ...shop, plugins: [signIn, plugin] });
  expect(operationOf(built, "GET /api/peek").responses["200"]).toMatchObject({
    content: {
      "application/json": {
        schema: {
          properties: {
            shown: { type: "object", required: ["id"], description: "It." },
            made: { type: "object", description: "It." },
            lost: { type: "object" },
          },
        },
      },
    },
  });
  expect(JSON.stringify(built)).not.toContain("combination");
});

test("readiness answers 503 as it does 200", () => {
  const { responses } = operationOf(document, "GET /api/health/ready");
  expect(responses["503"]).toMatchObject({ content: { "application/json": { schema: { type: "object" } } } });
  expect(operationsOf(document).filter(({ tags }) => tags.includes("health"))).toHaveLength(2);
  expect(schemaOf(document, "Problem")["required"]).toContain("code");
});

test("a path that a plugin's route takes is that route's alone, as it is where requests are matched", async () => {
  const taking = routing("taking", [
    { id: "taking.list", method: "GET", path: "/orders" },
    { id: "taking.any", method: "PUT", path: "/authors/{key}" },
  ]);
  const taken = await documentOf({ ...shop, plugins: [signIn, taking] });
  const of = (slug: string): readonly string[] =>
    operationsOf(taken).flatMap(({ name }) => (name.includes(`/api/${slug}`) ? [name] : []));
  expect(of("orders")).toEqual(["GET /api/orders"]);
  expect(of("authors")).toEqual(["GET /api/authors", "PUT /api/authors/{key}"]);
});
