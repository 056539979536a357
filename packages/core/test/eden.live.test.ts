import { describe } from "@lucent/core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { collections } from "./eden/kinds.ts";
import { type Served, serveKinds } from "./eden/served.ts";

let served: Served;
let client: Served["client"];
let api: Served["api"];

const caller = { headers: { "x-caller": "ada" } };

beforeAll(async () => {
  served = await serveKinds();
  ({ client, api } = served);
});

afterAll(() => served.stop());

afterEach(() => served.clear());

async function createNote(): Promise<string> {
  const { data } = await api.notes.post({ body: "a" });
  return data?.id ?? expect.unreachable("no note");
}

async function fill(): Promise<void> {
  const rows = [
    { name: "a", integer: 1, boolean: true, select: "red" },
    { name: "b", integer: 2, boolean: false, json: { color: "red" } },
    { name: "c & d=1+1 %20", integer: 3, date: "2026-01-02" },
  ] as const;
  for (const row of rows) expect((await api["all-kinds"].post(row)).status).toBe(201);
  const [first, second] = (await api["all-kinds"].get({ query: { sort: "name" } })).data?.data ?? [];
  const links = { relationship: first?.id ?? "", multiselect: ["green"] } as const;
  expect((await api["all-kinds"]({ id: second?.id ?? "" }).patch(links)).status).toBe(200);
}

type Listing = NonNullable<Parameters<(typeof api)["all-kinds"]["get"]>[0]>["query"];

const listings: readonly (readonly [string, NonNullable<Listing>, readonly string[]])[] = [
  ["a filter with a bare value", { where: { boolean: true } }, ["a"]],
  [
    "a filter with operators",
    { where: { integer: { between: [2, 3] } }, sort: "-integer" },
    ["c & d=1+1 %20", "b"],
  ],
  ["a filter with marks that a URL gives a meaning", { where: { name: "c & d=1+1 %20" } }, ["c & d=1+1 %20"]],
  [
    "a nested filter",
    { where: { or: [{ integer: 1 }, { not: { integer: { lt: 3 } } }] }, sort: "name" },
    ["a", "c & d=1+1 %20"],
  ],
  ["a filter on a JSON path", { where: { "json.color": "red" } }, ["b"]],
  ["a filter on existence", { where: { date: { exists: true } } }, ["c & d=1+1 %20"]],
  ["a sort key", { sort: "-name" }, ["c & d=1+1 %20", "b", "a"]],
  ["a list of sort keys", { sort: ["boolean", "-integer"] }, ["b", "a", "c & d=1+1 %20"]],
  ["a list of one sort key", { sort: ["-integer"] }, ["c & d=1+1 %20", "b", "a"]],
  ["numbers", { sort: "name", perPage: 1, page: 2 }, ["b"]],
  ["words", { search: "b or nothing" }, ["b"]],
  ["a filter through a relationship", { where: { "relationship.name": "a" } }, ["b"]],
  ["an order through a relationship", { sort: ["relationship.name", "-name"], perPage: 1 }, ["b"]],
  ["a filter on a list", { where: { multiselect: { contains: "green" } } }, ["b"]],
];

test.each(listings)("%s means the same in a URL and in a body", async (_, query, names) => {
  await fill();
  const listed = await api["all-kinds"].get({ query });
  const queried = await api["all-kinds"].query.post(query);
  for (const { data, error } of [listed, queried]) {
    expect(error).toBeNull();
    expect(data?.data.map(({ name }) => name)).toEqual(names);
  }
});

test.each([["name"], [["name"]]] as const)("select %j leaves the id and that field", async (select) => {
  await fill();
  const keys = ["id", "name"];
  const { data } = await api["all-kinds"].get({ query: { select, sort: "name" } });
  expect(data?.data.map((document) => Object.keys(document))).toEqual([keys, keys, keys]);
  const id = data?.data[0]?.id ?? "";
  const one = await api["all-kinds"]({ id }).get({ query: { select } });
  expect(one.data).toEqual({ id, name: "a" });
});

test("a selection of several fields", async () => {
  await fill();
  const { data } = await api["all-kinds"].get({
    query: { select: ["integer", "name"], where: { integer: 2 } },
  });
  expect(data?.data).toEqual([{ id: expect.any(String), name: "b", integer: 2 }]);
});

test("pages: numbers, counts and cursors have the types that are declared", async () => {
  await fill();
  const first = await api["all-kinds"].get({ query: { perPage: 2, count: "exact", sort: "name" } });
  expect(first.data?.meta).toEqual({
    perPage: 2,
    hasNextPage: true,
    nextCursor: expect.any(String),
    page: 1,
    total: 3,
    totalPages: 2,
  });
  const cursor = first.data?.meta.nextCursor ?? "";
  const second = await api["all-kinds"].get({ query: { perPage: 2, cursor, sort: "name" } });
  expect(second.data?.data.map(({ integer }) => integer)).toEqual([3]);
  expect(second.data?.meta).toEqual({ perPage: 2, hasNextPage: false, nextCursor: null });
});

test("count", async () => {
  await fill();
  expect((await api["all-kinds"].count.get()).data).toEqual({ count: 3 });
  const some = await api["all-kinds"].count.get({ query: { where: { integer: { gt: 1 } } } });
  expect(some.data).toEqual({ count: 2 });
});

test("update changes, null clears, and an undefined member is not sent", async () => {
  const { data } = await api["all-kinds"].post({ name: "a", integer: 1, text: "kept" });
  const changed = await api["all-kinds"]({ id: data?.id ?? "" }).patch({ integer: null, select: "green" });
  expect(changed.data).toMatchObject({ name: "a", integer: null, select: "green", text: "kept" });
});

test("delete answers 204, which Eden shows as an empty text", async () => {
  const { data } = await api["all-kinds"].post({ name: "a" });
  const gone = await api["all-kinds"]({ id: data?.id ?? "" }).delete();
  expect([gone.status, gone.data, gone.error]).toEqual([204, "", null]);
  expect((await api["all-kinds"]({ id: data?.id ?? "" }).get()).error?.status).toBe(404);
});

test("a write that may not be read shows its id alone", async () => {
  const { data } = await api.notes.post({ body: "a" });
  expect(data).toEqual({ id: expect.any(String) });
  const read = await api.notes({ id: data?.id ?? "" }).get(caller);
  expect(read.data).toEqual({ id: data?.id, body: "a" });
});

test("a failure is a problem by type and at run time", async () => {
  const { data, error } = await api["all-kinds"].post({ name: "much longer than twenty characters" });
  expect(data).toBeNull();
  expect(error?.status).toBe(422);
  expect(error?.value).toEqual({
    type: "urn:lucent:problem:validation",
    title: "Validation failed",
    status: 422,
    code: "VALIDATION",
    requestId: expect.any(String),
    errors: [{ path: "name", rule: "maxLength" }],
  });
});

const unknown = "01900000-0000-7000-8000-000000000000";

test("every refusal carries its status and code", async () => {
  await api["all-kinds"].post({ name: "taken" });
  const noteId = await createNote();
  const outside = { integer: 1.5 } as const;
  const failures = [
    [await api["all-kinds"]({ id: unknown }).get(), 404, "NOT_FOUND"],
    [await api["all-kinds"]({ id: unknown }).delete(), 404, "NOT_FOUND"],
    [await api["all-kinds"].post({ name: "taken" }), 409, "CONFLICT"],
    [await api["all-kinds"].post({ name: "a", ...outside }), 422, "VALIDATION"],
    [await api["all-kinds"].get({ query: { perPage: 101 } }), 400, "BAD_REQUEST"],
    [await api["all-kinds"].get({ query: { cursor: "forged" } }), 400, "BAD_CURSOR"],
    [await api.notes.get({ query: { search: "a" }, ...caller }), 400, "BAD_REQUEST"],
    [await api.notes.get(), 401, "UNAUTHENTICATED"],
    [await api.notes({ id: noteId }).delete(undefined, caller), 403, "FORBIDDEN"],
  ] as const;
  for (const [{ data, error }, status, code] of failures) {
    expect(data).toBeNull();
    expect(error?.value).toMatchObject({ status, code });
    expect(error?.status).toBe(status);
  }
});

test("routes of the host, of health and with the engine in their context stand beside", async () => {
  await fill();
  expect((await client.hello.get()).data).toEqual({ from: "the host" });
  expect((await api.titles.get()).data).toEqual(["a", "b", "c & d=1+1 %20"]);
  expect((await api.health.live.get()).data).toEqual({ status: "ok" });
  expect((await api.health.ready.get()).data).toEqual({
    status: "ok",
    checks: { database: "ok" },
  });
});

test("the collections that are served are those that the client knows", () => {
  const { collections: known } = describe({ collections });
  expect([...known.keys()]).toEqual(["all-kinds", "notes", "bins"]);
});
