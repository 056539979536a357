import { expect, test } from "vitest";

import { parseBatch } from "../../src/operation/batch.ts";
import { outcomeOf } from "../world/refusal.ts";

const create = { op: "create", collection: "posts", data: { title: "a" } };
const update = { op: "update", collection: "posts", id: "1", data: {} };
const remove = { op: "delete", collection: "posts", id: "1" };
const parsed = (body: unknown) => outcomeOf(() => parseBatch(body));
const removes = (count: number) => Array.from({ length: count }, () => remove);
const operations = (...list: readonly unknown[]) => parsed({ operations: list });

test("a batch is a list of operations, taken as they are", () => {
  expect(operations(create, update, remove)).toStrictEqual([create, update, remove]);
  expect(operations({ op: "create", collection: "posts" })).toStrictEqual([
    { op: "create", collection: "posts" },
  ]);
  expect(operations({ ...create, data: null }, { ...update, data: [] })).toMatchObject([
    { data: null },
    { data: [] },
  ]);
});

test("R-AC-12 it holds 1 to 100 operations", () => {
  expect(operations(...removes(100))).toHaveLength(100);
  expect(operations(...removes(101))).toStrictEqual(["VALIDATION", "operations max"]);
  expect(operations()).toStrictEqual(["VALIDATION", "operations min"]);
});

test.each([
  [undefined],
  [null],
  ["text"],
  [1],
  [[create]],
  [{}],
  [{ operations: null }],
  [{ operations: create }],
  [{ operations: { 0: create, length: 1 } }],
  [{ operations: "create" }],
  [{ operations: [create], atomic: false }],
  [JSON.parse('{"operations":[],"__proto__":{}}')],
  [{ Operations: [create] }],
])("%j is no batch", (body) => {
  expect(parsed(body)).toStrictEqual(["VALIDATION", "operations type"]);
});

test.each<[unknown, readonly string[]]>([
  [null, ["operations.1 type"]],
  ["create", ["operations.1 type"]],
  [[create], ["operations.1 type"]],
  [{}, ["operations.1.op options"]],
  [{ ...create, op: "restore" }, ["operations.1.op options"]],
  [{ ...create, op: "read" }, ["operations.1.op options"]],
  [{ ...create, op: "CREATE" }, ["operations.1.op options"]],
  [{ ...create, op: "constructor" }, ["operations.1.op options"]],
  [{ ...create, op: ["create"] }, ["operations.1.op options"]],
  [{ op: "create", data: {} }, ["operations.1.collection type"]],
  [{ ...create, collection: 1 }, ["operations.1.collection type"]],
  [{ ...create, collection: ["posts"] }, ["operations.1.collection type"]],
  [{ ...create, id: "1" }, ["operations.1 unknown"]],
  [{ op: "update", data: {} }, ["operations.1.collection type", "operations.1.id type"]],
  [{ ...update, id: 1 }, ["operations.1.id type"]],
  [{ ...update, id: null }, ["operations.1.id type"]],
  [{ ...update, where: {} }, ["operations.1 unknown"]],
  [{ ...remove, id: undefined }, ["operations.1.id type"]],
  [{ ...remove, data: {} }, ["operations.1 unknown"]],
  [JSON.parse('{"op":"delete","collection":"posts","id":"1","__proto__":{}}'), ["operations.1 unknown"]],
])("%j is no operation", (operation, entries) => {
  expect(operations(create, operation, update)).toStrictEqual(["VALIDATION", ...entries]);
});

test("everything that is wrong with a batch is said at once, without its values", () => {
  expect(operations({ ...create, collection: 1 }, remove, { ...remove, secret: "zqx" }, "zqx")).toStrictEqual(
    ["VALIDATION", "operations.0.collection type", "operations.2 unknown", "operations.3 type"],
  );
});
