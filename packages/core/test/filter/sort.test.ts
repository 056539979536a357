import { expect, test } from "vitest";

import { isNullable, type OrderKey } from "../../src/filter/order.ts";
import { parseSort, totalOrder } from "../../src/filter/sort.ts";
import type { Filter } from "../../src/filter/tree.ts";
import type { View, Views } from "../../src/filter/view.ts";
import { viewWithout } from "../world/collection-model.ts";
import { outcomeOf } from "../world/refusal.ts";
import { fieldIn, viewIn, viewsIn } from "../world/relations.ts";

const sort = (keys: readonly string[], views: Views = viewsIn(), view: View = viewIn("posts")) =>
  parseSort(keys, view, views);
const refusal = (keys: readonly string[], views?: Views, view?: View) =>
  outcomeOf(() => sort(keys, views, view));

/** A key as it was asked for. */
function named(key: OrderKey): string {
  if ("rank" in key) return "rank";
  const steps = (key.through ?? []).map(({ field }) => field.name);
  return `${key.descending ? "-" : ""}${[...steps, key.field.name].join(".")}`;
}
const names = (keys: readonly OrderKey[]) => keys.map(named);

test("a key may lead through to-one relationships, and the document's own id comes last", () => {
  expect(names(sort(["mainAuthor.name"]))).toStrictEqual(["mainAuthor.name", "id"]);
  expect(names(sort(["title", "-mainAuthor.company.parent.name"]))).toStrictEqual([
    "title",
    "-mainAuthor.company.parent.name",
    "-id",
  ]);
});

test("the id of another document is not the document's own", () => {
  expect(names(sort(["mainAuthor.id"]))).toStrictEqual(["mainAuthor.id", "id"]);
  expect(names(sort(["-mainAuthor.id", "title"]))).toStrictEqual(["-mainAuthor.id", "title", "id"]);
  expect(names(sort(["mainAuthor.id", "-id", "title"]))).toStrictEqual(["mainAuthor.id", "-id"]);
});

test("an order is total already where it has the id, and nothing behind that can change it", () => {
  const id = fieldIn("posts", "id");
  const title = { field: fieldIn("posts", "title"), descending: true };
  const own = { field: id, descending: false };
  expect(totalOrder([], id)).toStrictEqual([own]);
  expect(totalOrder([title], id)).toStrictEqual([title, { field: id, descending: true }]);
  expect(totalOrder([own, title], id)).toStrictEqual([own]);
  expect(totalOrder([title, own, title], id)).toStrictEqual([title, own]);
  expect(totalOrder([title], undefined)).toStrictEqual([title]);
});

test("R-AC-6 every step keeps the rows that the caller may read behind it", () => {
  const rows: Filter = { kind: "existence", field: fieldIn("authors", "name"), path: [], exists: true };
  const [key] = sort(["mainAuthor.company.name"], viewsIn({ authors: viewIn("authors", { rows }) }));
  expect(key).toStrictEqual({
    field: fieldIn("companies", "name"),
    descending: false,
    through: [
      { field: fieldIn("posts", "mainAuthor"), target: viewIn("authors").model, rows },
      {
        field: fieldIn("authors", "company"),
        target: viewIn("companies").model,
        rows: { kind: "everything" },
      },
    ],
  });
});

test.each(["tags.label", "related.title", "tags.maker.name", "related.mainAuthor.name", "tags", "labels"])(
  "a list has no order: %s",
  (key) => {
    expect(refusal([key])).toStrictEqual(["BAD_REQUEST", "sort type"]);
  },
);

test.each(["meta", "meta.color", "mainAuthor.meta", "mainAuthor.meta.color"])(
  "JSON has no order: %s",
  (key) => {
    expect(refusal([`-${key}`])).toStrictEqual(["BAD_REQUEST", "sort type"]);
  },
);

test("a key is given once, in whichever direction", () => {
  expect(refusal(["mainAuthor.name", "-mainAuthor.name"])).toStrictEqual(["BAD_REQUEST", "sort unique"]);
});

test("three relationships are the most", () => {
  const company = (hops: number) => [...Array(hops).fill("parent"), "name"].join(".");
  const companies = viewIn("companies");
  expect(names(sort([company(3)], viewsIn(), companies))).toStrictEqual(["parent.parent.parent.name", "id"]);
  expect(refusal([company(4)], viewsIn(), companies)).toStrictEqual(["BAD_REQUEST", "sort max"]);
  expect(refusal([company(300)], viewsIn(), companies)).toStrictEqual(["BAD_REQUEST", "sort max"]);
});

test("T-ORA-05 T-ORA-06 a field that leaves what the caller may read is unknown, however it does", () => {
  const everywhere = viewsIn();
  const unreadable: readonly (readonly [string, Views])[] = [
    ["mainAuthor.ghost", everywhere],
    ["ghost.name", everywhere],
    ["note", everywhere],
    ["mainAuthor.pin", everywhere],
    ["mainAuthor.password", everywhere],
    ["secretAuthor.name", everywhere],
    ["mainAuthor.name", viewsIn({ authors: undefined })],
    ["mainAuthor.vault.code", viewsIn({ vaults: undefined })],
    ["mainAuthor.name", viewsIn({ authors: viewWithout(viewIn("authors"), ["name"]) })],
    ["mainAuthor.company.name", viewsIn({ authors: viewWithout(viewIn("authors"), ["company"]) })],
    [
      "mainAuthor.company.name",
      viewsIn({ authors: viewWithout(viewIn("authors"), ["company"], { kind: "nothing" }) }),
    ],
  ];
  for (const [key, views] of unreadable) {
    expect(refusal([key], views)).toStrictEqual(["UNKNOWN_FIELD", `${key} unknown`]);
  }
});

test("a value behind a relationship can be missing, whatever its field says", () => {
  const [through, own] = sort(["mainAuthor.id"]);
  expect([through, own].map((key) => key !== undefined && isNullable(key))).toStrictEqual([true, false]);
  expect(isNullable({ rank: { kind: "search", fields: [], text: "a" }, descending: true })).toBe(false);
});
