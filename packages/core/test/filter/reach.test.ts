import { expect, test } from "vitest";

import { type Reaching, reachedCollections } from "../../src/filter/reach.ts";
import { fastest } from "../world/fastest.ts";
import { modelIn, models, type Slug } from "../world/relations.ts";

const reached = (reaching: Reaching, from: Slug = "posts") =>
  [...reachedCollections(modelIn(from), models, reaching)].map(({ slug }) => slug);

test("a plain request leads nowhere", () => {
  expect(reached({})).toStrictEqual([]);
  expect(reached({ where: { title: "a", mainAuthor: "b", or: [{ tags: { any: [] } }] } })).toStrictEqual([]);
  expect(reached({ sort: ["-title", "id"], depth: 0, populate: [] })).toStrictEqual([]);
});

test("the names of a where lead through every collection on their way, wherever they stand", () => {
  expect(reached({ where: { "mainAuthor.name": "a" } })).toStrictEqual(["authors"]);
  expect(
    reached({ where: { or: [{ title: "a" }, { not: { and: [{ "tags.maker.company.name": "a" }] } }] } }),
  ).toStrictEqual(["tags", "authors", "companies"]);
});

test("a name that is a value or an operator leads nowhere", () => {
  expect(
    reached({ where: { title: { eq: "mainAuthor.name" }, meta: { "mainAuthor.name": 1 } } }),
  ).toStrictEqual([]);
  expect(reached({ where: { title: { and: [{ "mainAuthor.name": 1 }] } } })).toStrictEqual([]);
});

test("sort keys lead through their relationships, in either direction", () => {
  expect(reached({ sort: ["-mainAuthor.company.name", "tags.label"] })).toStrictEqual([
    "authors",
    "companies",
    "tags",
  ]);
});

test("a populated relationship leads to its target too", () => {
  expect(reached({ populate: ["mainAuthor"] })).toStrictEqual(["authors"]);
  expect(reached({ populate: ["tags.maker", "related"] })).toStrictEqual(["tags", "authors", "posts"]);
});

test("a depth leads through every relationship, hidden ones included, so many levels deep", () => {
  expect(reached({ depth: 1 })).toStrictEqual(["authors", "tags", "posts"]);
  expect(reached({ depth: 1 }, "tags")).toStrictEqual(["authors"]);
  expect(new Set(reached({ depth: 2 }, "tags"))).toStrictEqual(new Set(["authors", "companies", "vaults"]));
  expect(new Set(reached({ depth: 3 }))).toStrictEqual(new Set(models.keys()));
});

test("JSON paths and names that do not exist are left to the parser", () => {
  const names = [
    "meta.color",
    "ghost.name",
    "title.name",
    "__proto__.name",
    "constructor.x",
    ".",
    "mainAuthor.",
  ];
  expect(names.map((name) => reached({ where: { [name]: 1 } }))).toStrictEqual([
    [],
    [],
    [],
    [],
    [],
    [],
    ["authors"],
  ]);
  expect(reached({ where: { "mainAuthor.ghost.name": 1 } })).toStrictEqual(["authors"]);
  expect(reached({ populate: ["ghost", "title", "mainAuthor.ghost"] })).toStrictEqual(["authors"]);
});

test.each([null, undefined, "mainAuthor.name", 1, true, ["mainAuthor.name"], { and: "mainAuthor.name" }])(
  "T-INJ-07 %j is no where, and leads nowhere",
  (where) => {
    expect(reached({ where })).toStrictEqual([]);
  },
);

test("T-DOS-01 what is nested deeper than a where can be is not walked", () => {
  const nested = (levels: number): unknown =>
    levels === 0 ? { "mainAuthor.name": "a" } : { not: nested(levels - 1) };
  // A where has 5 levels at most, each an object in a list.
  expect(
    reached({ where: { or: [{ or: [{ or: [{ or: [{ "mainAuthor.name": "a" }] }] }] }] } }),
  ).toStrictEqual(["authors"]);
  let deep: unknown = { "mainAuthor.name": "a" };
  for (let level = 0; level < 50_000; level += 1) deep = level % 2 === 0 ? [deep] : { or: deep };
  expect(reached({ where: deep })).toStrictEqual([]);
  expect(reached({ where: nested(5_000) })).toStrictEqual([]);
});

test("T-DOS-06 a very long path around a circle ends", () => {
  const path = Array(100_000).fill("parent").join(".");
  const time = fastest(() => {
    expect(reached({ populate: [path], where: { [path]: 1 }, sort: [path] }, "companies")).toStrictEqual([
      "companies",
    ]);
  });
  expect(time).toBeLessThan(500);
});
