import { expect, test } from "vitest";

import { listReach, type ListParameters, type ListQuery, parseList } from "../../src/filter/list.ts";
import type { OrderKey } from "../../src/filter/order.ts";
import { noViews } from "../../src/filter/view.ts";
import { modelOf, viewOf, viewWithout } from "../world/collection-model.ts";
import { outcomeOf as refusal } from "../world/refusal.ts";
import { fieldIn, viewIn, viewsIn } from "../world/relations.ts";

const view = viewIn("posts");
const list = (parameters: ListParameters = {}, seen = view): ListQuery =>
  parseList(parameters, seen, viewsIn());

const named = (key: OrderKey) => ("rank" in key ? "rank" : key.field.name);
const keys = (query: ListQuery) => query.sort.map((key) => `${key.descending ? "-" : ""}${named(key)}`);

test("T-ORA-13 a field that is shown in some rows only is unknown in where and sort, and can be selected", () => {
  const shownIn = { kind: "existence", field: fieldIn("posts", "id"), path: [], exists: true } as const;
  const seen = viewWithout(view, ["title"], shownIn);
  const naming = [
    { where: { title: "a" } },
    { where: { not: { title: { exists: true } } } },
    { sort: "-title" },
  ];
  for (const parameters of naming) {
    expect(refusal(() => list(parameters, seen))).toStrictEqual(["UNKNOWN_FIELD", "title unknown"]);
  }
  expect(list({ select: "title" }, seen).select.map(({ name }) => name)).toStrictEqual(["id", "title"]);
});

test("the collection's own order leaves out what the caller may not read, and stays total", () => {
  const order = (unreadable: readonly string[], defaultSort: readonly string[]) => {
    const model = modelOf({ text: { type: "text" }, size: { type: "integer" } }, { defaultSort });
    return keys(parseList({}, viewWithout(viewOf(model), unreadable), noViews));
  };
  expect(order([], ["-text", "size"])).toStrictEqual(["-text", "size", "id"]);
  expect(order(["text"], ["-text", "size"])).toStrictEqual(["size", "id"]);
  expect(order(["size"], ["-text", "size"])).toStrictEqual(["-text", "-id"]);
  expect(order(["text"], ["-text"])).toStrictEqual(["id"]);
  expect(order(["text"], ["-text", "-id"])).toStrictEqual(["id"]);
});

test("a search is part of the filter, and orders by rank unless an order is asked for", () => {
  const query = list({ search: "red", where: { title: "a" } });
  expect(query.filter).toMatchObject({ kind: "and", of: [{ value: "a" }, { kind: "search", text: "red" }] });
  expect(keys(query)).toStrictEqual(["-rank", "id"]);
  expect(query.sort[0]).toMatchObject({
    rank: { fields: [fieldIn("posts", "title"), fieldIn("posts", "body")] },
  });
  expect(keys(list({ search: "red", sort: "-title" }))).toStrictEqual(["-title", "-id"]);
  expect(list({ search: "red" }).filter).toMatchObject({ kind: "search" });
});

test.each([
  ["with", "with"],
  ["only", "only"],
  [undefined, "without"],
])("trashed=%s lists deleted documents: %s", (trashed, expected) => {
  expect(list({ trashed }).trashed).toBe(expected);
});

test("trashed is refused when it is no known word, and where nothing deleted is ever kept", () => {
  for (const wrong of ["without", "", "ONLY", "true", true, 1, null, ["with"]]) {
    expect(refusal(() => list({ trashed: wrong }))).toStrictEqual(["BAD_REQUEST", "trashed options"]);
  }
  for (const any of ["with", "only", "nonsense", null]) {
    expect(refusal(() => list({ trashed: any }, viewIn("tags")))).toStrictEqual([
      "BAD_REQUEST",
      "trashed unknown",
    ]);
  }
});

test("what is populated is selected, and its cost counts for every row of the page", () => {
  const query = list({ select: "title", populate: "mainAuthor" });
  expect(query.select.map(({ name }) => name)).toStrictEqual(["id", "title", "mainAuthor"]);
  expect([...query.populate.keys()]).toStrictEqual([fieldIn("posts", "mainAuthor")]);
  expect(list({ populate: "tags", perPage: 100 }).populate.size).toBe(1);
  expect(refusal(() => list({ populate: "tags,mainAuthor", perPage: 100 }))).toStrictEqual([
    "BAD_REQUEST",
    "populate max",
  ]);
});

test("the signature covers search and trashed too, and nothing that is only shown", () => {
  const { signature } = list({ search: "a" });
  const same = list({ search: "a", populate: "tags", depth: 1, select: "title", perPage: 1 });
  expect(same.signature).toBe(signature);
  for (const other of [{}, { search: "b" }, { search: "a", trashed: "with" }, { search: "a", sort: "id" }]) {
    expect(list(other).signature).not.toBe(signature);
  }
  expect(list({ trashed: "with" }).signature).not.toBe(list({ trashed: "only" }).signature);
});

test("the names that a list leads to are read before anything else is checked", () => {
  const where = { "mainAuthor.name": "a" };
  expect(
    listReach({ where, sort: "-mainAuthor.name,title", populate: ["tags.maker"], depth: 2 }),
  ).toStrictEqual({
    where,
    sort: ["-mainAuthor.name", "title"],
    populate: ["tags.maker"],
    depth: 2,
  });
  expect(listReach({})).toStrictEqual({ where: undefined, sort: [], populate: [], depth: 0 });
  expect(refusal(() => listReach({ sort: 1 }))).toStrictEqual(["BAD_REQUEST", "sort type"]);
  expect(refusal(() => listReach({ sort: "a,b,c,d" }))).toStrictEqual(["BAD_REQUEST", "sort max"]);
  expect(refusal(() => listReach({ populate: {} }))).toStrictEqual(["BAD_REQUEST", "populate type"]);
  expect(refusal(() => listReach({ populate: Array(21).fill("tags") }))).toStrictEqual([
    "BAD_REQUEST",
    "populate max",
  ]);
});

test.each([
  [-1, "min"],
  [4, "max"],
  [999, "max"],
  [1.5, "type"],
  [Number.NaN, "type"],
  [Number.POSITIVE_INFINITY, "type"],
  ["1", "type"],
  [null, "type"],
  [[1], "type"],
])("T-DOS-04 the depth %o is refused before it is followed", (depth, rule) => {
  expect(refusal(() => listReach({ depth }))).toStrictEqual(["BAD_REQUEST", `depth ${rule}`]);
  expect(refusal(() => list({ depth }))).toStrictEqual(["BAD_REQUEST", `depth ${rule}`]);
});
