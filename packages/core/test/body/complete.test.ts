import type { CollectionModel, Fields, Issue, ValidateContext } from "@lucent/core";
import { expect, test } from "vitest";

import { bodyReader } from "../../src/body/body.ts";
import { isLucentError, LucentError } from "../../src/errors.ts";
import { modelOf } from "../world/collection-model.ts";

const at = "2026-11-23T05:00:00.000Z";
const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";
const other = "018f4e1c-7a3b-7c3d-8e4f-0123456789ac";
const caller = { user: { id: "ada" }, requestId: "request-1" };
const hasher = { hash: async (password: string) => `hashed:${password}`, verify: async () => false };
const bodies = bodyReader({ now: () => new Date(at), hasher });

const rowOf = ({ row }: { readonly row: ReadonlyMap<{ readonly name: string }, unknown> }) =>
  Object.fromEntries([...row].map(([{ name }, value]) => [name, value]));

async function issuesOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (!isLucentError(error) || error.code !== "VALIDATION") throw error;
    return (error.errors ?? []).map(({ path, rule }: Issue) => `${path} ${rule}`);
  }
}

const creating = async (model: CollectionModel, data: Readonly<Record<string, unknown>>) =>
  issuesOf(async () => bodies.completeCreate(model, data, caller));

test("the first step answers the body in its JSON form, with the defaults of a create", () => {
  const model = modelOf({
    title: { type: "text", required: true },
    state: { type: "select", options: ["a", "b"], default: "a" },
    when: { type: "date", default: "2026-11-23" },
    author: { type: "relationship", to: "things" },
    others: { type: "relationship", to: "things", hasMany: true },
    lines: { type: "array", fields: { on: { type: "date" }, count: { type: "integer", default: 1 } } },
  });
  const body = {
    author: id.toUpperCase(),
    others: [id.toUpperCase(), other, id],
    lines: [{ on: "2026-11-23T06:00:00+01:00" }, { count: null }],
  };
  const plain = {
    author: id,
    others: [id, other, id],
    lines: [
      { on: at, count: 1 },
      { on: null, count: null },
    ],
  };
  expect(bodies.check(model, body, "create")).toStrictEqual({ ...plain, state: "a", when: "2026-11-23" });
  expect(bodies.check(model, body, "update")).toStrictEqual(plain);
  expect(bodies.check(model, {}, "update")).toStrictEqual({});
  expect(bodies.check(model, { title: undefined }, "update")).toStrictEqual({});
});

test("a default is a copy each time, which a hook may change", () => {
  const tags = ["a"];
  const model = modelOf({ tags: { type: "multiselect", options: ["a", "b"], default: tags } });
  const data = bodies.check(model, {}, "create") as { tags: string[] };
  data.tags.push("b");
  expect(tags).toStrictEqual(["a"]);
  expect(bodies.check(model, {}, "create")).toStrictEqual({ tags: ["a"] });
});

test("what is required may be missing before the hooks, and not after them", async () => {
  const model = modelOf({
    title: { type: "text", required: true },
    others: { type: "relationship", to: "things", hasMany: true, required: true },
    lines: { type: "array", required: true, fields: { sku: { type: "text", required: true } } },
  });
  const data = bodies.check(model, { title: null, lines: [{}, { sku: "a" }, { sku: null }] }, "create");
  expect(await creating(model, data)).toStrictEqual([
    "title required",
    "others required",
    "lines.0.sku required",
    "lines.2.sku required",
  ]);
  expect(await creating(model, { ...data, title: "x", others: [], lines: [] })).toStrictEqual([
    "others required",
  ]);
  expect(await creating(model, { title: "x", others: [id], lines: [] })).toStrictEqual([]);
});

test("an update needs only what it carries", async () => {
  const model = modelOf({
    title: { type: "text", required: true },
    others: { type: "relationship", to: "things", hasMany: true, required: true },
  });
  const updating = async (data: Readonly<Record<string, unknown>>) =>
    issuesOf(async () => bodies.completeUpdate(model, data, caller));
  expect(await updating({})).toStrictEqual([]);
  expect(await updating({ title: null, others: null })).toStrictEqual(["title required", "others required"]);
  expect(await updating({ others: [] })).toStrictEqual(["others required"]);
});

test.each<[Fields[string], unknown, string]>([
  [{ type: "text", maxLength: 2 }, "abc", "f maxLength"],
  [{ type: "integer" }, "1", "f type"],
  [{ type: "date" }, new Date(at), "f type"],
  [{ type: "select", options: ["a"] }, "b", "f options"],
  [{ type: "json" }, { a: 1n }, "f format"],
  [{ type: "multiselect", options: ["a"] }, ["b"], "f.0 options"],
  [{ type: "array", fields: { a: { type: "text" } } }, [{ b: 1 }], "f.0.b unknown"],
  [{ type: "relationship", to: "things" }, { id }, "f type"],
])("what a hook leaves in %o is checked like what a client sends: %o", async (field, value, issue) => {
  expect(await creating(modelOf({ f: field }), { f: value })).toStrictEqual([issue]);
});

test("keys that a hook makes up are refused", async () => {
  expect(await creating(modelOf({}), { ghost: 1, updatedAt: at })).toStrictEqual([
    "ghost unknown",
    "updatedAt readOnly",
  ]);
});

test("references are listed with their place in the list, each document once", async () => {
  const model = modelOf({
    author: { type: "relationship", to: "things" },
    others: { type: "relationship", to: "things", hasMany: true },
    more: { type: "relationship", to: "things", hasMany: true },
  });
  const body = { author: other, others: [id, id.toUpperCase(), other] };
  const made = await bodies.completeCreate(model, body, caller);
  expect(made.references).toStrictEqual([
    { path: "author", to: "things", id: other },
    { path: "others.0", to: "things", id },
    { path: "others.2", to: "things", id: other },
  ]);
  expect(made.links.map(({ field, ids }) => [field.name, ids])).toStrictEqual([["others", [id, other]]]);
  expect([...made.row.keys()].map(({ name }) => name)).toStrictEqual(["id", "author"]);
});

test("an update clears a list of references with an empty one or null, and counts as a change", async () => {
  const model = modelOf(
    { others: { type: "relationship", to: "things", hasMany: true } },
    { timestamps: true },
  );
  for (const others of [[], null]) {
    const change = await bodies.completeUpdate(model, { others }, caller);
    expect(change.links.map(({ ids }) => ids)).toStrictEqual([[]]);
    expect(rowOf(change)).toStrictEqual({ updatedAt: at });
  }
  expect(rowOf(await bodies.completeUpdate(model, {}, caller))).toStrictEqual({});
});

test("a document takes the id that its body brings where that is allowed", async () => {
  const model = modelOf({}, { clientId: true });
  const made = await bodies.completeCreate(model, { id: id.toUpperCase() }, caller);
  expect(made.id).toBe(id);
  expect(rowOf(made)).toStrictEqual({ id });
  expect((await bodies.completeCreate(model, {}, caller)).id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
});

test("deletedAt is never set by a body", async () => {
  const model = modelOf({}, { softDelete: true });
  expect(await creating(model, { deletedAt: null })).toStrictEqual(["deletedAt readOnly"]);
  expect(Object.keys(rowOf(await bodies.completeCreate(model, {}, caller)))).toStrictEqual(["id"]);
});

test("R-PW-9 a password is stored as its hash, and refused in an update even from a hook", async () => {
  const model = modelOf({ secret: { type: "password", required: true } });
  const made = await bodies.completeCreate(model, { secret: "correct horse" }, caller);
  expect(rowOf(made)["secret"]).toBe("hashed:correct horse");
  expect(await creating(model, {})).toStrictEqual(["secret required"]);
  expect(
    await issuesOf(async () => bodies.completeUpdate(model, { secret: "correct horse" }, caller)),
  ).toStrictEqual(["secret readOnly"]);
});

test("R-PW-9 without a hasher no password is stored", async () => {
  const model = modelOf({ secret: { type: "password" } });
  const bare = bodyReader();
  await expect(bare.completeCreate(model, { secret: "correct horse" }, caller)).rejects.toThrow(
    "a password can't be stored without a hasher",
  );
  expect(rowOf(await bare.completeCreate(model, {}, caller))["secret"]).toBeNull();
});

test("a field's own check sees the value and who writes, once everything else is right", async () => {
  const seen: [unknown, ValidateContext][] = [];
  const model = modelOf({
    code: {
      type: "text",
      default: "x",
      validate: (value, context) => {
        seen.push([value, context]);
        return true;
      },
    },
    size: { type: "integer", required: true },
  });
  expect(await creating(model, { code: "a" })).toStrictEqual(["size required"]);
  expect(seen).toStrictEqual([]);
  await bodies.completeCreate(model, bodies.check(model, { size: 1 }, "create"), caller);
  await bodies.completeUpdate(model, { code: "b" }, caller);
  await bodies.completeUpdate(model, { code: null }, caller);
  const context = { ...caller, collection: "things", field: "code" };
  expect(seen).toStrictEqual([
    ["x", { ...context, operation: "create", data: { code: "x", size: 1 } }],
    ["b", { ...context, operation: "update", data: { code: "b" } }],
  ]);
});

test.each<[unknown, readonly string[]]>([
  [true, []],
  [false, ["f format"]],
  ["common", ["f common"]],
  [undefined, ["f format"]],
  ["select * from users", ["f format"]],
  [{}, ["f format"]],
])("a check that answers %o gives %o", async (answer, issues) => {
  const now = modelOf({ f: { type: "text", validate: () => answer as boolean } });
  const later = modelOf({ f: { type: "text", validate: async () => answer as boolean } });
  expect(await creating(now, { f: "a" })).toStrictEqual(issues);
  expect(await creating(later, { f: "a" })).toStrictEqual(issues);
});

test("every check that says no is listed, and no password is hashed then", async () => {
  const hashed: string[] = [];
  const counting = {
    hash: async (password: string) => {
      hashed.push(password);
      return "hash";
    },
    verify: async () => false,
  };
  const model = modelOf({
    a: { type: "text", validate: () => "common" as const },
    b: { type: "integer", validate: () => false },
    secret: { type: "password", validate: () => true },
  });
  const data = { a: "x", b: 1, secret: "correct horse" };
  expect(
    await issuesOf(async () => bodyReader({ hasher: counting }).completeCreate(model, data, caller)),
  ).toStrictEqual(["a common", "b format"]);
  expect(hashed).toStrictEqual([]);
});

test("what a check throws is thrown on", async () => {
  const problem = new LucentError("FORBIDDEN");
  const model = modelOf({
    f: {
      type: "text",
      validate: () => {
        throw problem;
      },
    },
  });
  await expect(bodies.completeCreate(model, { f: "a" }, caller)).rejects.toBe(problem);
});
