import { expect, test } from "vitest";

import { createSchema } from "../../src/blueprint/schema.ts";
import { bodyIssues } from "../../src/request/issues.ts";
import { modelOf } from "../world/collection-model.ts";

const model = modelOf({
  title: { type: "text", required: true, minLength: 2, pattern: "^a" },
  size: { type: "integer", required: true, min: 1, max: 5 },
  kind: { type: "select", options: ["a"] },
});
const schema = createSchema(model);
const issues = (body: unknown) => bodyIssues(schema, body, model);

test("what a schema finds is one entry per field and rule", () => {
  expect(issues({ title: "b", size: 9, kind: "x" })).toStrictEqual([
    { path: "title", rule: "minLength" },
    { path: "title", rule: "pattern" },
    { path: "size", rule: "max" },
    { path: "kind", rule: "options" },
  ]);
});

test("a missing field and a null in a required one are the same rule", () => {
  expect(issues({ title: null })).toStrictEqual(
    expect.arrayContaining([
      { path: "size", rule: "required" },
      { path: "title", rule: "required" },
    ]),
  );
  expect(issues({})).toStrictEqual([
    { path: "title", rule: "required" },
    { path: "size", rule: "required" },
  ]);
});

test("server-owned and unknown keys are told apart, and a name outside the grammar is not echoed", () => {
  expect(issues({ title: "ab", size: 1, id: 1, ghost: 1, "<b>": 1, __proto: 1 })).toStrictEqual([
    { path: "id", rule: "readOnly" },
    { path: "ghost", rule: "unknown" },
    { path: "", rule: "unknown" },
  ]);
});

test("T-HDR-05 an entry has a path and a rule, and never the value", () => {
  const text = JSON.stringify(
    issues({ title: "hunter2", size: "hunter2", kind: "hunter2", ghost: "hunter2" }),
  );
  expect(text).not.toContain("hunter2");
  for (const entry of issues({ title: 1 })) expect(Object.keys(entry)).toStrictEqual(["path", "rule"]);
});

test.each([null, [], "a", 1])("the body %o has one problem: it is no object", (body) => {
  expect(issues(body)).toStrictEqual([{ path: "", rule: "type" }]);
});

test("more than eight findings are all listed, up to 64", () => {
  const ghosts = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`ghost${at}`, 1]));
  expect(issues({ title: "ab", size: 1, ...ghosts(20) })).toHaveLength(20);
  expect(issues({ title: "ab", size: 1, ...ghosts(100) })).toHaveLength(64);
});
