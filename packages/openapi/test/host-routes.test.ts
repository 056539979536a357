import { Elysia, t } from "elysia";
import { expect, test } from "vitest";

import { signIn } from "./world/plugins.ts";
import { documentOf, operationOf, operationsOf, shop } from "./world/shop.ts";
import { documentProblems } from "./world/validators.ts";

const app = new Elysia()
  .model({ named: t.Object({ a: t.String() }) })
  .get("/", () => "home")
  .get("/hello/:name", ({ params }) => params.name, {
    params: t.Object({ name: t.String({ minLength: 2, description: "Who." }) }),
    query: t.Object({ loud: t.Optional(t.Boolean()), times: t.Numeric({ minimum: 1 }) }),
    response: { 200: t.String(), 404: t.Object({ error: t.String() }, { description: "Nobody." }) },
    detail: {
      summary: "Greet",
      description: "Kindly.",
      tags: ["people"],
      deprecated: true,
      operationId: "greet",
    },
  })
  .post("/things", () => ({ id: 1 }), {
    body: t.Object({
      at: t.Date(),
      file: t.Optional(t.File()),
      kind: t.Union([t.Literal("a"), t.Literal("b")]),
    }),
    response: t.Object({ id: t.Integer() }),
  })
  .put("/named", () => "", { body: "named" })
  .get("/maybe/:id?", () => "")
  .all("/any", () => "")
  .get("/secret", () => "", { detail: { hide: true } })
  .get("/files/*", () => "")
  .all("/api/*", () => "")
  .all("/api", () => "");

const document = await documentOf(shop, { hostRoutes: app.routes });

test("the host's own routes stand beside the engine's", () => {
  const own = operationsOf(document).filter(({ name }) => !name.includes(" /api/"));
  expect(own.map(({ name }) => name)).toStrictEqual(
    [
      "GET /",
      "GET /hello/{name}",
      "POST /things",
      "PUT /named",
      "GET /maybe",
      "GET /maybe/{id}",
      "GET /any",
      "PUT /any",
      "POST /any",
      "DELETE /any",
      "PATCH /any",
    ].toSorted(
      (left, right) =>
        own.findIndex(({ name }) => name === left) - own.findIndex(({ name }) => name === right),
    ),
  );
  expect(Object.keys(document.paths)).not.toContain("/api");
});

test("with what they say of themselves", () => {
  expect(operationOf(document, "GET /hello/{name}")).toMatchObject({
    operationId: "greet",
    summary: "Greet",
    description: "Kindly.",
    tags: ["people"],
    deprecated: true,
    parameters: [
      {
        name: "name",
        in: "path",
        required: true,
        description: "Who.",
        schema: { type: "string", minLength: 2 },
      },
      { name: "loud", in: "query", required: false, schema: { type: "boolean" } },
      { name: "times", in: "query", required: true },
    ],
    responses: {
      200: { content: { "text/plain": { schema: { type: "string" } } } },
      404: { description: "Nobody.", content: { "application/json": { schema: { type: "object" } } } },
    },
  });
  expect(
    operationOf(document, "POST /things").requestBody?.content["application/json"]?.schema,
  ).toMatchObject({
    type: "object",
    required: ["at", "kind"],
    properties: { kind: { anyOf: [{ const: "a" }, { const: "b" }] } },
  });
});

test("and who may call them is the host's affair", () => {
  expect(operationOf(document, "GET /").security).toStrictEqual([{}, { header: [] }, { cookie: [] }]);
});

test("what their schemas have beyond JSON Schema is left out, so that the document stays valid", async () => {
  expect(await documentProblems(document)).toStrictEqual([]);
  const config = { collections: [], plugins: [signIn] };
  expect(await documentProblems(await documentOf(config, { hostRoutes: app.routes }))).toStrictEqual([]);
});
