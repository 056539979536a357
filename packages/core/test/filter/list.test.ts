import { expect, test } from "vitest";

import { type ListParameters, type ListQuery, parseList } from "../../src/filter/list.ts";
import type { OrderKey } from "../../src/filter/order.ts";
import { everything } from "../../src/filter/tree.ts";
import { noViews } from "../../src/filter/view.ts";
import { everyKind, modelOf, viewOf, viewWithout } from "../world/collection-model.ts";
import { outcomeOf as refusal } from "../world/refusal.ts";

const model = modelOf(everyKind, { timestamps: true });
const view = viewOf(model);
const list = (parameters: ListParameters = {}): ListQuery => parseList(parameters, view, noViews);

const named = (key: OrderKey) => ("rank" in key ? "rank" : key.field.name);
const keys = (query: ListQuery) => query.sort.map((key) => `${key.descending ? "-" : ""}${named(key)}`);

test("a list without parameters has the defaults", () => {
  const query = list();
  expect(query).toMatchObject({ filter: everything, perPage: 20, page: 1, cursor: undefined, count: "none" });
  expect(query).toMatchObject({ trashed: "without", populate: new Map() });
  expect(keys(query)).toStrictEqual(["-createdAt", "-id"]);
  expect(query.select.map(({ name }) => name)).toStrictEqual(
    [...model.fields.keys()].filter((name) => name !== "password"),
  );
});

test("an order ends with the id in the direction of the key before it", () => {
  expect(keys(list({ sort: "text" }))).toStrictEqual(["text", "id"]);
  expect(keys(list({ sort: ["-integer", "text"] }))).toStrictEqual(["-integer", "text", "id"]);
  expect(keys(list({ sort: "text,-date,boolean" }))).toStrictEqual(["text", "-date", "boolean", "id"]);
  expect(keys(list({ sort: "-id" }))).toStrictEqual(["-id"]);
});

test.each<[unknown, readonly string[]]>([
  ["a,b,c,d", ["BAD_REQUEST", "sort max"]],
  [[], ["BAD_REQUEST", "sort type"]],
  ["", ["BAD_REQUEST", "sort type"]],
  [",", ["BAD_REQUEST", "sort type"]],
  [
    ["text", ""],
    ["BAD_REQUEST", "sort type"],
  ],
  [
    ["text", 1],
    ["BAD_REQUEST", "sort type"],
  ],
  [{ text: 1 }, ["BAD_REQUEST", "sort type"]],
  ["text,-text", ["BAD_REQUEST", "sort unique"]],
  ["json", ["BAD_REQUEST", "sort type"]],
  ["id;select", ["UNKNOWN_FIELD"]],
  ["(select 1)", ["UNKNOWN_FIELD"]],
  ["id desc nulls first", ["UNKNOWN_FIELD"]],
  ["--id", ["UNKNOWN_FIELD"]],
  ["+id", ["UNKNOWN_FIELD"]],
  ["created_at", ["UNKNOWN_FIELD", "created_at unknown"]],
  ["__proto__", ["UNKNOWN_FIELD", "__proto__ unknown"]],
])("T-INJ-09 the order %o is refused", (sort, expected) => {
  expect(refusal(() => list({ sort }))).toStrictEqual(expected);
});

test.each<[string, unknown, string]>([
  ["perPage", 0, "min"],
  ["perPage", -1, "min"],
  ["perPage", 101, "max"],
  ["perPage", 1.5, "type"],
  ["perPage", "10", "type"],
  ["perPage", null, "type"],
  ["perPage", [10], "type"],
  ["perPage", Number.NaN, "type"],
  ["page", 0, "min"],
  ["page", -1, "min"],
  ["page", 10_001, "max"],
  ["page", 1e9, "max"],
  ["page", Number.POSITIVE_INFINITY, "type"],
  ["page", "1", "type"],
  ["count", "all", "options"],
  ["count", true, "options"],
  ["cursor", 1, "type"],
  ["cursor", "a".repeat(4_097), "type"],
])("T-INJ-10 %s=%o is refused", (name, value, rule) => {
  expect(refusal(() => list({ [name]: value }))).toStrictEqual(["BAD_REQUEST", `${name} ${rule}`]);
});

test("T-DOS-12 pages end at 10,000 rows", () => {
  expect(list({ page: 100, perPage: 100 })).toMatchObject({ page: 100, perPage: 100 });
  expect(list({ page: 10_000, perPage: 1 }).page).toBe(10_000);
  expect(refusal(() => list({ page: 101, perPage: 100 }))).toStrictEqual(["BAD_REQUEST", "page max"]);
  expect(refusal(() => list({ page: 501 }))).toStrictEqual(["BAD_REQUEST", "page max"]);
});

test("a cursor and a page exclude each other, even the first page", () => {
  expect(list({ cursor: "x" }).cursor).toBe("x");
  expect(refusal(() => list({ cursor: "x", page: 1 }))).toStrictEqual(["BAD_REQUEST", "cursor unknown"]);
});

test("T-ORA-01 fields that the caller may not read are unknown in where, sort and select alike", () => {
  const readable = viewWithout(view, ["text"]);
  for (const parameters of [{ where: { text: "a" } }, { sort: "text" }, { select: "text" }]) {
    expect(refusal(() => parseList(parameters, readable, noViews))).toStrictEqual([
      "UNKNOWN_FIELD",
      "text unknown",
    ]);
  }
});

test("the signature covers where and order, and nothing that may change from page to page", () => {
  const { signature } = list({ where: { text: "a" }, sort: "text" });
  const same = list({ where: { text: "a" }, sort: ["text"], perPage: 5, select: "text", count: "exact" });
  expect(same.signature).toBe(signature);
  for (const other of [
    { where: { text: "b" }, sort: "text" },
    { where: { text: "a" }, sort: "-text" },
    { sort: "text" },
    { where: { text: "a" } },
  ]) {
    expect(list(other).signature).not.toBe(signature);
  }
});

test("a parameter that does not exist is refused, whichever way it came in", () => {
  for (const parameters of [{ limit: 1 }, { wher: {} }, JSON.parse('{"__proto__":{}}')]) {
    expect(refusal(() => list(parameters))).toStrictEqual(["BAD_REQUEST"]);
  }
});
