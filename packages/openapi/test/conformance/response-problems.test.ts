import { describe, expect, test } from "vitest";

import { documentOf, shop } from "../world/shop.ts";
import { outsideProblems } from "./outside-problems.ts";
import { type Answer, responseProblems } from "./response-problems.ts";

const document = await documentOf(shop);
const id = "0198f2c0-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
const author = { id, name: "Ada", born: null };
const meta = { perPage: 20, hasNextPage: false, nextCursor: null, page: 1 };

interface Made extends Partial<Omit<Answer, "headers" | "body">> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function answer({ headers = {}, body, ...more }: Made): Answer {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  return {
    method: "GET",
    path: `/api/authors/${id}`,
    status: 200,
    ...more,
    headers: new Headers({ "x-request-id": "12345678", ...type, ...headers }),
    body: body === undefined ? "" : JSON.stringify(body),
  };
}

function problem(status: number, code: string): Made {
  const body = { type: "urn:lucent:problem:x", title: "X", status, code, requestId: "12345678" };
  return { status, headers: { "content-type": "application/problem+json" }, body };
}

const right: readonly (readonly [string, Made])[] = [
  ["a document", { body: author }],
  ["a document of which fields were selected", { body: { id } }],
  ["a list", { path: "/api/authors?page=1", body: { data: [author], meta } }],
  ["a count", { path: "/api/authors/count", body: { count: 2 } }],
  ["a document that is still known", { status: 304 }],
  ["a HEAD", { method: "HEAD", headers: { "content-type": "application/json" } }],
  ["a problem", problem(404, "NOT_FOUND")],
  [
    "a document with a populated one",
    { path: `/api/blog-posts/${id}`, body: { id, author: { ...author }, editors: [author, id] } },
  ],
];

test.each(right)("%s is as the document says", (_, made) => {
  expect(responseProblems(document, answer(made))).toEqual([]);
});

const wrong: readonly (readonly [string, Made, string])[] = [
  ["an unknown path", { path: "/api/none" }, "GET /api/none 200: the path is not in the document"],
  ["an unknown method", { method: "PUT" }, "PUT /api/authors/{id} 200: the method is not in the document"],
  [
    "an unknown status",
    problem(409, "CONFLICT"),
    "GET /api/authors/{id} 409: the status is not in the document",
  ],
  [
    "another content type",
    { body: author, headers: { "content-type": "text/html" } },
    "GET /api/authors/{id} 200: the content type text/html is not in the document",
  ],
  ["no body", {}, "GET /api/authors/{id} 200: the content type none is not in the document"],
  [
    "a body where there is none",
    { status: 304, body: {} },
    "GET /api/authors/{id} 304: there is a body, and none is in the document",
  ],
  [
    "a HEAD with a body",
    { method: "HEAD", body: author },
    "HEAD /api/authors/{id} 200: an answer to HEAD has a body",
  ],
  [
    "a member that is not named",
    { body: { ...author, shadow: "secret" } },
    'GET /api/authors/{id} 200: the body is against unevaluatedProperties {"unevaluatedProperties":["shadow"]}',
  ],
  [
    "a member of another type",
    { path: "/api/authors", body: { data: [{ ...author, name: 5 }], meta } },
    'GET /api/authors 200: /data/*/name is against type {"type":"string"}',
  ],
  [
    "a member that is not named, in a populated document",
    { path: `/api/blog-posts/${id}`, body: { id, author: { ...author, phone: "5550" } } },
    'GET /api/blog-posts/{id} 200: /author is against unevaluatedProperties {"unevaluatedProperties":["phone"]}',
  ],
  [
    "a code of another route",
    problem(404, "INVALID_TOKEN"),
    'GET /api/authors/{id} 404: /code is against enum {"allowedValues":["NOT_FOUND"]}',
  ],
  [
    "no seconds to wait",
    problem(503, "UNAVAILABLE"),
    "GET /api/authors/{id} 503: the header Retry-After is missing",
  ],
  [
    "seconds that are no number",
    { ...problem(503, "UNAVAILABLE"), headers: { ...problem(503, "X").headers, "retry-after": "soon" } },
    "GET /api/authors/{id} 503: the header Retry-After does not fit its schema",
  ],
];

test.each(wrong)("%s is found", (_, made, line) => {
  expect(responseProblems(document, answer(made))).toContain(line);
});

test("a body that is no JSON is found", () => {
  const broken = { ...answer({ body: {} }), body: "{" };
  expect(responseProblems(document, broken)).toEqual(["GET /api/authors/{id} 200: the body is not JSON"]);
});

test("no line has a value in it", () => {
  const made = answer({ body: { id: "zqx", name: { zqx: 1 }, born: "zqx" } });
  const lines = responseProblems(document, made);
  expect(lines).toHaveLength(3);
  expect(lines.join()).not.toContain("zqx");
});

test("an open comparison lets members pass that are not named, and nothing else", () => {
  const more = { ...author, phone: "5550" };
  expect(responseProblems(document, answer({ body: more }), { isOpen: true })).toEqual([]);
  expect(responseProblems(document, answer({ body: { ...more, name: 5 } }), { isOpen: true })).toEqual([
    'GET /api/authors/{id} 200: /name is against type {"type":"string"}',
  ]);
});

describe("what the document does not speak of", () => {
  const path = "/api/none";

  test.each([
    ["is not found", problem(404, "NOT_FOUND")],
    ["has other methods", problem(405, "METHOD_NOT_ALLOWED")],
    ["has options", { status: 204, method: "OPTIONS" }],
    ["is by https", { status: 308 }],
    ["has options for who is known", { ...problem(401, "UNAUTHENTICATED"), method: "OPTIONS" }],
  ])("%s", (_, made: Made) => {
    expect(outsideProblems(document, answer({ ...made, path }))).toEqual([]);
  });

  test.each([
    ["succeeds", { body: {} }],
    ["is a problem of something", problem(409, "CONFLICT")],
    ["has a status of another code", { ...problem(404, "NOT_FOUND"), status: 405 }],
    ["has no body", { status: 404 }],
    ["asks who is calling", problem(401, "UNAUTHENTICATED")],
    ["has options with a body", { status: 204, method: "OPTIONS", body: {} }],
  ])("never %s", (_, made: Made) => {
    expect(outsideProblems(document, answer({ ...made, path }))).toHaveLength(1);
  });
});
