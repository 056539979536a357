import type { Json } from "@lucent/core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { checkKinds, populated } from "./eden/declared.ts";
import { type Served, serveKinds } from "./eden/served.ts";

let served: Served;
let api: Served["api"];

beforeAll(async () => {
  served = await serveKinds();
  ({ api } = served);
});

afterAll(() => served.stop());

afterEach(() => served.clear());

/** Values that the client's own date reviver, or a number parser, would love to change. */
const set = {
  text: "2026-01-02T03:04:05.678Z",
  textarea: "12.50",
  email: "ada@example.com",
  number: 1.5,
  integer: Number.MAX_SAFE_INTEGER,
  decimal: "0.10",
  boolean: false,
  date: "2026-01-02T03:04:05.678Z",
  select: "red",
  multiselect: ["green", "red"],
  richtext: [{ type: "paragraph", at: "2026-01-02T03:04:05.678Z" }],
  array: [{ sku: "2026-01-02", count: null }],
  json: { at: "2026-01-02T03:04:05.678Z", list: [1, "2", null], no: false },
} as const;

const unknown = "01900000-0000-7000-8000-000000000000";

/** Creates the document and reads it in every way that there is. */
async function readings(
  body: Parameters<Served["api"]["all-kinds"]["post"]>[0],
): Promise<Record<string, unknown>> {
  const documents = api["all-kinds"];
  const created = await documents.post(body);
  expect(created.error).toBeNull();
  const id = created.data?.id ?? "";
  const [one, list, query, patched] = await Promise.all([
    documents({ id }).get(),
    documents.get({ query: { where: { id } } }),
    documents.query.post({ where: { id } }),
    documents({ id }).patch({}),
  ]);
  return {
    create: created.data,
    one: one.data,
    list: list.data?.data[0],
    query: query.data?.data[0],
    patch: patched.data,
  };
}

test("a set value of every kind has the type that is declared, in every answer", async () => {
  const { data: target } = await api["all-kinds"].post({ name: "target" });
  const id = target?.id ?? "";
  const body = { ...set, name: "full", relationship: id, related: [id] };
  for (const document of Object.values(await readings(body))) {
    checkKinds(document, true);
    expect(document).toMatchObject(body);
  }
});

test("an unset value of every kind is null, in every answer", async () => {
  for (const document of Object.values(await readings({ name: "empty" }))) checkKinds(document, false);
});

test("what is populated has the type that is declared for it, in every answer and for every way to ask", async () => {
  const documents = api["all-kinds"];
  const { data: target } = await documents.post({ ...set, name: "target" });
  const id = target?.id ?? "";
  const { data: made } = await documents.post({ ...set, name: "full", relationship: id, related: [id, id] });
  const of = { id: made?.id ?? "" };
  for (const query of [{ populate: ["relationship", "related"] }, { depth: 1 }] as const) {
    const where = { name: "full" };
    const [one, list, queried] = [
      await documents(of).get({ query }),
      await documents.get({ query: { ...query, where } }),
      await documents.query.post({ ...query, where }),
    ];
    for (const document of [one.data, list.data?.data[0], queried.data?.data[0]]) {
      checkKinds(document, true, populated);
      expect(document).toMatchObject({ relationship: { id, ...set }, related: [{ id, ...set }] });
    }
  }
});

test("a path populates along its way alone", async () => {
  const documents = api["all-kinds"];
  const { data: far } = await documents.post({ name: "far" });
  const { data: near } = await documents.post({ name: "near", relationship: far?.id ?? "" });
  const { data: made } = await documents.post({ name: "a", relationship: near?.id ?? "" });
  const query = { populate: "relationship.relationship", select: "name" } as const;
  expect((await documents({ id: made?.id ?? "" }).get({ query })).data).toEqual({
    id: made?.id,
    name: "a",
    relationship: { ...near, relationship: far },
  });
});

const jsonValues: readonly Exclude<Json, null>[] = [
  "2026-01-02",
  "",
  "12",
  0,
  -1.5,
  true,
  false,
  [],
  {},
  [null, { a: [] }],
];

test.each(jsonValues.map((value) => [value]))("the JSON value %j arrives as it was sent", async (value) => {
  for (const document of Object.values(await readings({ name: "json", json: value }))) {
    expect(document).toHaveProperty("json", value);
  }
});

test("what was deleted softly is listed where it is asked for, and restored", async () => {
  const { data } = await api.bins.post({ name: "a" });
  const bin = api.bins({ id: data?.id ?? "" });
  expect(data).toEqual({ id: data?.id, name: "a", deletedAt: null });
  expect((await bin.delete()).status).toBe(204);
  expect((await api.bins.get()).data?.data).toEqual([]);
  const trashed = await api.bins.get({ query: { trashed: "only" } });
  expect(trashed.data?.data).toEqual([{ id: data?.id, name: "a", deletedAt: expect.any(String) }]);
  const restored = await bin.restore.post();
  expect([restored.status, restored.data]).toEqual([200, data]);
  expect((await bin.get()).data).toEqual(data);
  expect((await api.bins({ id: unknown }).restore.post()).error?.value).toMatchObject({ code: "NOT_FOUND" });
});

test("a batch answers each operation in its place, or fails as a whole", async () => {
  const { data: old } = await api.bins.post({ name: "old" });
  const id = old?.id ?? "";
  const done = await api.batch.post({
    operations: [
      { op: "create", collection: "all-kinds", data: { name: "new", multiselect: ["red"] } },
      { op: "update", collection: "bins", id, data: { name: "changed" } },
      { op: "delete", collection: "bins", id },
      { op: "create", collection: "notes", data: { body: "a" } },
    ],
  });
  expect([done.status, done.error]).toEqual([200, null]);
  const [created, ...others] = done.data?.results ?? [];
  checkKinds({ ...created, ...set, relationship: id }, true);
  expect(others).toEqual([{ id, name: "changed", deletedAt: null }, { id }, { id: expect.any(String) }]);
  const failed = await api.batch.post({
    operations: [
      { op: "create", collection: "bins", data: { name: "undone" } },
      { op: "delete", collection: "bins", id: unknown },
    ],
  });
  expect([failed.data, failed.error?.status]).toEqual([null, 404]);
  expect(failed.error?.value).toMatchObject({ code: "NOT_FOUND", operation: 1 });
  expect((await api.bins.count.get()).data).toEqual({ count: 0 });
});
