import { expect, test } from "vitest";

import { bodyIssues, refuseIssues } from "../../src/body/issues.ts";
import { LucentError } from "../../src/errors.ts";
import { modelOf } from "../world/collection-model.ts";

const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";
const model = modelOf({
  title: { type: "text", required: true, minLength: 2, pattern: "^a" },
  size: { type: "integer", required: true, min: 1, max: 5 },
  kind: { type: "select", options: ["a"] },
  tags: { type: "multiselect", options: ["a", "b"], minItems: 1 },
  lines: {
    type: "array",
    maxItems: 70,
    fields: {
      sku: { type: "text", required: true, maxLength: 3 },
      parts: { type: "array", fields: { count: { type: "integer", min: 1 }, mail: { type: "email" } } },
    },
  },
  others: { type: "relationship", to: "things", hasMany: true, maxItems: 2 },
  secret: { type: "password" },
});
const issues = (body: object, operation: "create" | "update" = "create") =>
  bodyIssues(model, body, operation).map(({ path, rule }) => `${path} ${rule}`);

test("what a schema finds is one entry per field and rule", () => {
  expect(issues({ title: "b", size: 9, kind: "x" })).toStrictEqual([
    "title minLength",
    "title pattern",
    "size max",
    "kind options",
  ]);
});

test("what is missing, and null, are not looked at: hooks may still fill them", () => {
  expect(issues({})).toStrictEqual([]);
  expect(issues({ title: null, size: null, lines: null, others: null, tags: null })).toStrictEqual([]);
  expect(issues({ lines: [{}, { sku: null, parts: [{}] }] })).toStrictEqual([]);
});

test("server-owned and unknown keys are told apart, and a name outside the grammar is not echoed", () => {
  expect(issues({ title: "ab", size: 1, id: 1, deletedAt: 1, ghost: 1, "<b>": 1, __proto: 1 })).toStrictEqual(
    ["id readOnly", "deletedAt readOnly", "ghost unknown", " unknown"],
  );
});

test("T-HDR-05 an entry has a path and a rule, and never the value", () => {
  const wrong = {
    title: "hunter2",
    size: "hunter2",
    kind: "hunter2",
    tags: ["hunter2"],
    others: ["hunter2"],
    lines: [{ sku: "hunter2", "hunter2 ": 1, parts: [{ mail: "hunter2" }] }],
    secret: "hunter2",
  };
  const found = bodyIssues(model, wrong, "create");
  expect(found.length).toBeGreaterThan(6);
  expect(JSON.stringify(found)).not.toContain("hunter2");
  for (const entry of found) expect(Object.keys(entry)).toStrictEqual(["path", "rule"]);
});

test("more than eight findings are all listed, up to 64", () => {
  const ghosts = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`ghost${at}`, 1]));
  expect(issues({ title: "ab", size: 1, ...ghosts(20) })).toHaveLength(20);
  expect(issues({ title: "ab", size: 1, ...ghosts(100) })).toHaveLength(64);
  expect(issues({ lines: Array.from({ length: 70 }, () => 1) })).toHaveLength(64);
});

test("a problem inside a list is named by its place", () => {
  expect(
    issues({
      lines: [
        { sku: "abc" },
        { sku: "abcd", ghost: 1, "a b": 1 },
        "x",
        [],
        null,
        { parts: [{ count: 0 }, { count: "1", mail: "x" }] },
        { parts: "x" },
      ],
    }),
  ).toStrictEqual([
    "lines.1.sku maxLength",
    "lines.1.ghost unknown",
    "lines.1 unknown",
    "lines.2 type",
    "lines.3 type",
    "lines.4 type",
    "lines.5.parts.0.count min",
    "lines.5.parts.1.count type",
    "lines.5.parts.1.mail format",
    "lines.6.parts type",
  ]);
});

test("keys of an entry that an object inherits are unknown", () => {
  const entry: unknown = JSON.parse('{"__proto__":{"a":1},"constructor":1,"toString":1}');
  expect(issues({ lines: [entry] })).toStrictEqual([
    "lines.0 unknown",
    "lines.0.constructor unknown",
    "lines.0.toString unknown",
  ]);
});

test("lists are counted by what is in them once, and one that is too long is not looked into", () => {
  expect(issues({ tags: ["a", "a", "a"] })).toStrictEqual([]);
  expect(issues({ tags: [] })).toStrictEqual(["tags min"]);
  expect(issues({ tags: ["a", "b", "c"] })).toStrictEqual(["tags max"]);
  expect(issues({ tags: ["c"] })).toStrictEqual(["tags.0 options"]);
  expect(issues({ tags: ["a", 1] })).toStrictEqual(["tags.1 type"]);
  expect(issues({ tags: "a" })).toStrictEqual(["tags type"]);
  expect(issues({ others: [id, id.toUpperCase(), id] })).toStrictEqual([]);
  expect(issues({ others: ["1", "2", "3"] })).toStrictEqual(["others max"]);
  expect(issues({ lines: Array.from({ length: 71 }, () => 1) })).toStrictEqual(["lines max"]);
});

test("a nested write through a relation is refused", () => {
  expect(issues({ others: [{ title: "x" }, [id]] })).toStrictEqual(["others.0 type", "others.1 type"]);
  expect(issues({ others: [id, "nope"] })).toStrictEqual(["others.1 relationship"]);
  expect(issues({ others: { id } })).toStrictEqual(["others type"]);
});

test("R-PW-9 a password has no place in an update, whatever its value", () => {
  for (const secret of ["correct horse", null, 1]) {
    expect(issues({ secret }, "update")).toStrictEqual(["secret readOnly"]);
  }
  expect(issues({ secret: "correct horse" })).toStrictEqual([]);
  expect(issues({ secret: "short" })).toStrictEqual(["secret minLength"]);
  expect(issues({ secret: "x".repeat(129) })).toStrictEqual(["secret maxLength"]);
});

test("an id is read only, unless clients may bring one: then it is a UUID", () => {
  const open = modelOf({}, { clientId: true });
  const found = (value: unknown, operation: "create" | "update" = "create") =>
    bodyIssues(open, { id: value }, operation).map(({ path, rule }) => `${path} ${rule}`);
  expect(found(id)).toStrictEqual([]);
  expect(found("6ba7b810-9dad-11d1-80b4-00c04fd430c8")).toStrictEqual([]);
  expect(found("nope")).toStrictEqual(["id format"]);
  expect(found(1)).toStrictEqual(["id type"]);
  expect(found(null)).toStrictEqual(["id type"]);
  expect(found(id, "update")).toStrictEqual(["id readOnly"]);
  expect(issues({ id })).toStrictEqual(["id readOnly"]);
});

test("a refusal lists at most 64 problems, and none is none", () => {
  const many = Array.from({ length: 100 }, (_, at) => ({ path: `f${at}`, rule: "type" as const }));
  expect(() => refuseIssues([])).not.toThrow();
  try {
    refuseIssues(many);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(LucentError);
    expect((error as LucentError).errors).toHaveLength(64);
  }
});
