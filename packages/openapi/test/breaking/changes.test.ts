import { describe, expect, test } from "vitest";

import { breakingChanges, openapi } from "../../src/index.ts";
import { documentOf, shop } from "../world/shop.ts";
import { documentWith, inRequest, type Schema, text } from "./documents.ts";

interface Operation {
  readonly [key: string]: unknown;
}

/** A document with these operations on one path. */
function documentOn(path: string, item: Readonly<Record<string, Operation>>): unknown {
  return { openapi: "3.1.1", paths: { [path]: item } };
}

const read: Operation = { operationId: "read", responses: { "200": { description: "Read." } } };
const parameter = { name: "q", in: "query", schema: text };

describe("operations", () => {
  const at = "#/paths/~1a/get";
  const table: readonly (readonly [name: string, old: unknown, now: unknown, expected: readonly string[]])[] =
    [
      [
        "a path that is gone",
        documentOn("/a", { get: read }),
        documentOn("/b", { get: read }),
        ["#/paths/~1a: the path is gone."],
      ],
      [
        "a new path and a new operation",
        documentOn("/a", { get: read }),
        { paths: { "/a": { get: read, post: read }, "/b": {} } },
        [],
      ],
      [
        "an operation that is gone",
        documentOn("/a", { get: read, post: read }),
        documentOn("/a", { get: read }),
        ["#/paths/~1a/post: the operation is gone."],
      ],
      [
        "another name in the path",
        documentOn("/a/{id}", {
          get: { ...read, parameters: [{ name: "id", in: "path", required: true, schema: text }] },
        }),
        documentOn("/a/{key}", {
          get: { ...read, parameters: [{ name: "key", in: "path", required: true, schema: text }] },
        }),
        [],
      ],
      [
        "another id",
        documentOn("/a", { get: read }),
        documentOn("/a", { get: { ...read, operationId: "other" } }),
        [`${at}/operationId: has another name now, and so has what is generated from it.`],
      ],
      [
        "a parameter that is gone",
        documentOn("/a", { get: { ...read, parameters: [parameter] } }),
        documentOn("/a", { get: read }),
        [`${at}/parameters/0: the query parameter q is no longer taken by ${at}.`],
      ],
      [
        "a new parameter",
        documentOn("/a", { get: read }),
        documentOn("/a", { get: { ...read, parameters: [parameter] } }),
        [],
      ],
      [
        "a new required parameter",
        documentOn("/a", { get: read }),
        documentOn("/a", { get: { ...read, parameters: [{ ...parameter, required: true }] } }),
        [`${at}/parameters/0: the query parameter q is new, and required.`],
      ],
      [
        "a parameter that became required",
        documentOn("/a", { get: { ...read, parameters: [parameter] } }),
        documentOn("/a", { get: { ...read, parameters: [{ ...parameter, required: true }] } }),
        [`${at}/parameters/0: the query parameter q is now required.`],
      ],
      [
        "a parameter of another type",
        documentOn("/a", { get: { ...read, parameters: [parameter] } }),
        documentOn("/a", { get: { ...read, parameters: [{ ...parameter, schema: { type: "boolean" } }] } }),
        [`${at}/parameters/0/schema: a request can no longer be of type string.`],
      ],
      [
        "a parameter of the path that went to its operation",
        { paths: { "/a": { parameters: [parameter], get: read } } },
        documentOn("/a", { get: { ...read, parameters: [parameter] } }),
        [],
      ],
      [
        "a status that is gone, and another instead",
        documentOn("/a", { get: read }),
        documentOn("/a", { get: { ...read, responses: { "202": {} } } }),
        [`${at}/responses/200: 200 is no longer answered.`, `${at}/responses/202: 202 may now be answered.`],
      ],
      [
        "a failure that is gone, and a new one",
        documentOn("/a", { get: { ...read, responses: { "404": {} } } }),
        documentOn("/a", { get: { ...read, responses: { "409": {} } } }),
        [],
      ],
      [
        "a header that is gone",
        documentOn("/a", { get: { ...read, responses: { "200": { headers: { ETag: {} } } } } }),
        documentOn("/a", { get: read }),
        [`${at}/responses/200/headers/ETag: the header is no longer answered.`],
      ],
      [
        "another media type",
        documentOn("/a", { get: { ...read, responses: { "200": { content: { "text/csv": {} } } } } }),
        documentOn("/a", { get: { ...read, responses: { "200": { content: { "text/html": {} } } } } }),
        [`${at}/responses/200/content/text~1csv: is no longer answered.`],
      ],
      [
        "a body that is needed now",
        documentOn("/a", { get: { ...read, requestBody: { content: {} } } }),
        documentOn("/a", { get: { ...read, requestBody: { content: {}, required: true } } }),
        [`${at}/requestBody: a request must now have a body.`],
      ],
      [
        "a body that is not taken any more",
        documentOn("/a", { get: { ...read, requestBody: { content: {} } } }),
        documentOn("/a", { get: read }),
        [`${at}: no longer takes a body.`],
      ],
      [
        "signing in that is needed now",
        documentOn("/a", { get: { ...read, security: [{}, { bearer: [] }] } }),
        documentOn("/a", { get: { ...read, security: [{ bearer: [] }] } }),
        [`${at}/security: callers must now be signed in.`],
      ],
      [
        "a way to sign in that is gone",
        documentOn("/a", { get: { ...read, security: [{ bearer: [] }, { key: [] }] } }),
        documentOn("/a", { get: { ...read, security: [{ bearer: [] }] } }),
        [`${at}/security: no longer takes key.`],
      ],
      [
        "signing in that is not needed any more",
        documentOn("/a", { get: { ...read, security: [{ bearer: [] }] } }),
        documentOn("/a", { get: { ...read, security: [] } }),
        [],
      ],
    ];

  test.each(table)("%s", (...[, old, now, expected]) => {
    expect(breakingChanges(old, now)).toStrictEqual(expected);
  });
});

describe("references", () => {
  const tree = (name: Schema): Schema => ({
    type: "object",
    properties: { name, children: { type: "array", items: { $ref: "#/components/schemas/Tree" } } },
    anyOf: [{ $ref: "#/components/schemas/Tree" }, { type: "object" }],
  });
  const withTree = (name: Schema): unknown => ({
    ...(documentWith({ $ref: "#/components/schemas/Tree" }, undefined) as object),
    components: { schemas: { Tree: tree(name) } },
  });

  test("are followed, and what leads back to itself ends", () => {
    expect(breakingChanges(withTree(text), withTree(text))).toStrictEqual([]);
    expect(breakingChanges(withTree(text), withTree({ type: "boolean" }))).toStrictEqual([
      "#/components/schemas/Tree/properties/name: a request can no longer be of type string.",
    ]);
  });

  test("that lead nowhere are no schema", () => {
    const lost = documentWith({ $ref: "#/components/schemas/Lost" }, undefined);
    const round = documentWith({ $ref: inRequest }, undefined);
    expect(breakingChanges(lost, lost)).toStrictEqual([]);
    expect(breakingChanges(round, round)).toStrictEqual([]);
  });
});

test("what is no document has nothing that could break", () => {
  for (const value of [undefined, null, 1, "", [], {}]) {
    expect(breakingChanges(value, { paths: {} })).toStrictEqual([]);
    expect(breakingChanges({ paths: { "/a": null } }, value)).toStrictEqual([
      "#/paths/~1a: the path is gone.",
    ]);
  }
});

test("an application breaks nobody by itself, and a field that is gone is found where it was", async () => {
  const config = { ...shop, plugins: [...(shop.plugins ?? []), openapi()] };
  const old = await documentOf(config);
  expect(breakingChanges(old, await documentOf(config))).toStrictEqual([]);
  const [, posts] = shop.collections;
  const { tags: _, ...fields } = posts?.fields ?? {};
  const now = await documentOf({
    ...config,
    collections: shop.collections.map((each) => (each === posts ? { ...each, fields } : each)),
  });
  expect(breakingChanges(old, now)).toStrictEqual([
    "#/components/schemas/BlogPosts/properties/tags: is no longer in an answer.",
    "#/components/schemas/BlogPostsWhere/properties/tags: is no longer taken in a request.",
    '#/components/schemas/BlogPostsSelect/items: a request can no longer be "tags".',
    "#/components/schemas/BlogPostsCreate/properties/tags: is no longer taken in a request.",
    "#/components/schemas/BlogPostsUpdate/properties/tags: is no longer taken in a request.",
  ]);
  expect(breakingChanges(now, old).filter((sentence) => sentence.includes("is now required"))).toStrictEqual(
    [],
  );
});

test("a change at the end of a long chain of references is found in no time", () => {
  const length = 200;
  const chain = (last: Schema): unknown => ({
    ...(documentWith(undefined, { $ref: "#/components/schemas/S0" }) as object),
    components: {
      schemas: Object.fromEntries(
        Array.from({ length }, (_, index) => [
          `S${index}`,
          index === length - 1
            ? last
            : {
                anyOf: [
                  text,
                  { type: "object", properties: { next: { $ref: `#/components/schemas/S${index + 1}` } } },
                ],
              },
        ]),
      ),
    },
  });
  expect(breakingChanges(chain(text), chain(text))).toStrictEqual([]);
  expect(breakingChanges(chain(text), chain({ type: "number" }))).toStrictEqual([
    `#/components/schemas/S${length - 1}: an answer can now be of type number.`,
  ]);
});
