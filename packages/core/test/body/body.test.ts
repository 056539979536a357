import type { CollectionModel, Fields, Issue } from "@lucent/core";
import { expect, test } from "vitest";

import { bodyReader } from "../../src/body/body.ts";
import { isLucentError, LucentError } from "../../src/errors.ts";
import { everyKind, modelOf } from "../world/collection-model.ts";
import { fastest } from "../world/fastest.ts";

const at = "2026-11-23T05:00:00.000Z";
const hasher = {
  hash: async (password: string) => `hashed:${password.length}`,
  verify: async () => false,
};
const bodies = bodyReader({ now: () => new Date(at), hasher });
const caller = { user: null, requestId: "request-1" };
const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

/** Both steps, with nothing between them. */
const create = async (model: CollectionModel, body: unknown) =>
  bodies.completeCreate(model, bodies.check(model, body, "create"), caller);
const update = async (model: CollectionModel, body: unknown) =>
  bodies.completeUpdate(model, bodies.check(model, body, "update"), caller);

async function issuesOf(work: () => Promise<unknown>): Promise<readonly string[] | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!isLucentError(error) || error.code !== "VALIDATION") throw error;
    return (error.errors ?? []).map(({ path, rule }: Issue) => `${path} ${rule}`);
  }
}

const entries = (row: ReadonlyMap<{ readonly name: string }, unknown>) =>
  Object.fromEntries([...row].map(([{ name }, value]) => [name, value]));

const creating = async (model: CollectionModel, body: unknown) => issuesOf(async () => create(model, body));
const updating = async (model: CollectionModel, body: unknown) => issuesOf(async () => update(model, body));
const ofField = (field: Fields[string]) => modelOf({ f: field });

test("a create has an id, every field, its defaults and the timestamps", async () => {
  const model = modelOf(
    {
      title: { type: "text" },
      state: { type: "select", options: ["a"], default: "a" },
      on: { type: "boolean", default: false },
    },
    { timestamps: true },
  );
  const body = await create(model, { title: "x" });
  expect(entries(body.row)).toStrictEqual({
    id: body.id,
    title: "x",
    state: "a",
    on: false,
    createdAt: at,
    updatedAt: at,
  });
  expect(entries((await create(model, { state: null, on: null })).row)).toMatchObject({
    title: null,
    state: null,
    on: null,
  });
});

test("an update has what was sent and when, and nothing at all when nothing was sent", async () => {
  const model = modelOf(
    { title: { type: "text", default: "x" }, size: { type: "integer" } },
    { timestamps: true },
  );
  expect(entries((await update(model, { size: null })).row)).toStrictEqual({ size: null, updatedAt: at });
  expect(entries((await update(model, {})).row)).toStrictEqual({});
});

test("references are collected in their stored form, but not those that are cleared", async () => {
  const model = modelOf({
    a: { type: "relationship", to: "things" },
    b: { type: "relationship", to: "things" },
  });
  expect((await update(model, { a: id.toUpperCase(), b: null })).references).toStrictEqual([
    { path: "a", to: "things", id },
  ]);
});

test.each([null, undefined, [], "a", 1, true])("the body %o is no object", async (body) => {
  expect(await creating(modelOf({}), body)).toStrictEqual([" type"]);
  expect(await updating(modelOf({}), body)).toStrictEqual([" type"]);
});

test.each<[Fields[string], unknown, string]>([
  [{ type: "text" }, 1, "type"],
  [{ type: "text" }, ["a"], "type"],
  [{ type: "text", minLength: 2 }, "a", "minLength"],
  [{ type: "text", maxLength: 2 }, "abc", "maxLength"],
  [{ type: "text" }, "a".repeat(10_001), "maxLength"],
  [{ type: "textarea" }, "a".repeat(100_001), "maxLength"],
  [{ type: "text", pattern: "^a" }, "b", "pattern"],
  [{ type: "text" }, "\0", "format"],
  [{ type: "email" }, "not an address", "format"],
  [{ type: "number" }, "1", "type"],
  [{ type: "number" }, Number.POSITIVE_INFINITY, "type"],
  [{ type: "number", min: 1 }, 0.5, "min"],
  [{ type: "number", max: 1 }, 1.5, "max"],
  [{ type: "integer" }, 1.5, "type"],
  [{ type: "integer" }, "1", "type"],
  [{ type: "integer" }, true, "type"],
  [{ type: "integer" }, 2 ** 53, "max"],
  [{ type: "integer" }, -(2 ** 53), "min"],
  [{ type: "decimal" }, 1.5, "type"],
  [{ type: "decimal" }, "1e3", "format"],
  [{ type: "boolean" }, "true", "type"],
  [{ type: "boolean" }, 0, "type"],
  [{ type: "date" }, 0, "type"],
  [{ type: "date" }, "2024-02-30", "format"],
  [{ type: "select", options: ["a"] }, "A", "options"],
  [{ type: "select", options: ["a"] }, "b", "options"],
  [{ type: "relationship", to: "things" }, { id, role: "admin" }, "type"],
  [{ type: "relationship", to: "things" }, "nope", "relationship"],
])("T-INJ-06 T-INJ-14 T-ACL-13 the field %o refuses %o: %s", async (field, value, rule) => {
  expect(await creating(modelOf({ f: field }), { f: value })).toContain(`f ${rule}`);
  expect(await updating(modelOf({ f: field }), { f: value })).toContain(`f ${rule}`);
});

test("T-INJ-14 an object in place of an option is refused", async () => {
  expect(await creating(ofField({ type: "select", options: ["a"] }), { f: { eq: "a" } })).not.toBeUndefined();
});

test("lengths are counted in code points, as the contract of a field says", async () => {
  const field = ofField({ type: "text", maxLength: 2, minLength: 2 });
  expect(await creating(field, { f: "😀😀" })).toBeUndefined();
  expect(await creating(field, { f: "e\u0301" })).toBeUndefined();
  expect(await creating(field, { f: "😀" })).toStrictEqual(["f minLength"]);
  expect(await creating(field, { f: "e\u0301x" })).toStrictEqual(["f maxLength"]);
});

test("required means that a create has a value, and that an update does not take it away", async () => {
  const model = modelOf({
    a: { type: "text", required: true },
    b: { type: "text", required: true, default: "x" },
  });
  expect(await creating(model, {})).toStrictEqual(["a required"]);
  expect(await creating(model, { a: null, b: null })).toStrictEqual(["a required", "b required"]);
  expect(await updating(model, { a: null })).toStrictEqual(["a required"]);
  expect(await updating(model, {})).toBeUndefined();
});

test("R-AC-10 T-ACL-11 names of the server and unknown names are listed, by presence and whatever the value", async () => {
  const model = modelOf({ title: { type: "text" } }, { timestamps: true });
  const body = {
    id: null,
    createdAt: 0,
    updatedAt: "",
    deletedAt: false,
    created_at: 1,
    CreatedAt: 1,
    ownerId: 1,
  };
  const expected = [
    "id readOnly",
    "createdAt readOnly",
    "updatedAt readOnly",
    "deletedAt readOnly",
    " unknown",
    "ownerId unknown",
  ];
  expect(await creating(model, body)).toStrictEqual(expected);
  expect(await updating(model, body)).toStrictEqual(expected);
});

test.each(["$set", "author.role", "__proto__", "a b", "x".repeat(49), "<script>", "päth", ""])(
  "T-ACL-13 the name %o is refused and not echoed",
  async (name) => {
    expect(await creating(modelOf({}), JSON.parse(`{${JSON.stringify(name)}:1}`))).toStrictEqual([
      " unknown",
    ]);
  },
);

test("T-INJ-08 bodies that name a prototype are refused, and none is touched", async () => {
  for (const body of ['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}']) {
    expect(await creating(modelOf({ title: { type: "text" } }), JSON.parse(body))).toHaveLength(1);
  }
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("a field may have the name of an inherited method", async () => {
  const fields = {
    toString: { type: "text" },
    valueOf: { type: "integer" },
    hasOwnProperty: { type: "text", required: true },
  } as const;
  const model = modelOf(fields);
  expect(await creating(model, { hasOwnProperty: "a" })).toBeUndefined();
  expect(await creating(model, {})).toStrictEqual(["hasOwnProperty required"]);
  expect(await updating(model, {})).toBeUndefined();
});

test("everything that is wrong is listed, also more than a handful", async () => {
  const names = Array.from({ length: 20 }, (_, number) => `f${number}`);
  const model = modelOf(Object.fromEntries(names.map((name) => [name, { type: "integer" as const }])));
  const wrong = Object.fromEntries(names.map((name) => [name, "x"]));
  expect((await creating(model, wrong))?.toSorted()).toStrictEqual(
    names.map((name) => `${name} type`).toSorted(),
  );
  const unknown = Object.fromEntries(names.map((name) => [`u${name}`, 1]));
  expect((await creating(model, unknown))?.toSorted()).toStrictEqual(
    names.map((name) => `u${name} unknown`).toSorted(),
  );
});

test("no more than 64 problems are listed", async () => {
  const body = Object.fromEntries(Array.from({ length: 500 }, (_, number) => [`u${number}`, 1]));
  expect(await creating(modelOf({}), body)).toHaveLength(64);
});

test("T-DOS-07 texts built against an address check are refused in 50 ms", async () => {
  const model = ofField({ type: "email" });
  for (const value of ["a@", "a.", "0-", "http://a"].map((part) => part.repeat(120_000))) {
    expect(await creating(model, { f: value })).toContain("f maxLength");
    expect(
      fastest(() => expect(() => bodies.check(model, { f: value }, "create")).toThrow(LucentError)),
    ).toBeLessThan(50);
  }
});

test("one field of every kind takes a value of its type", async () => {
  const body = {
    text: "a",
    textarea: "b",
    email: "a@b.example",
    number: 1.5,
    integer: 2 ** 40,
    decimal: "1.50",
    boolean: true,
    date: "2026-11-23T06:00:00+01:00",
    select: "b",
    json: { a: [1] },
    multiselect: ["c", "a"],
    richtext: { type: "doc", content: [{ text: "x" }] },
    array: [{ label: "x" }, { size: 2 }],
    relationship: id,
  };
  const secret = { password: "correct horse" };
  const { row, links } = await create(modelOf(everyKind), { ...body, ...secret, references: [id] });
  const { id: _, ...stored } = entries(row);
  expect(stored).toStrictEqual({
    ...body,
    date: at,
    json: '{"a":[1]}',
    multiselect: '{"c","a"}',
    richtext: '{"type":"doc","content":[{"text":"x"}]}',
    array: '[{"label":"x","size":null},{"label":null,"size":2}]',
    password: "hashed:13",
  });
  expect(links.map(({ field, ids }) => [field.name, ids])).toStrictEqual([["references", [id]]]);
});

test("the name of a hidden field that is missing is told to the system alone, or to whoever sent it", async () => {
  const model = modelOf({
    title: { type: "text", required: true },
    shade: { type: "text", required: true, hidden: true },
  });
  const body = { title: "x" };
  expect(await creating(model, body)).toStrictEqual([" required"]);
  expect(await creating(model, { ...body, shade: null })).toStrictEqual(["shade required"]);
  const asSystem = async () => bodies.completeCreate(model, body, { ...caller, system: true });
  expect(await issuesOf(asSystem)).toStrictEqual(["shade required"]);
});
