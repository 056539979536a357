import { expect, test } from "vitest";

import {
  checkPopulateCost,
  nothingPopulated,
  parseDepth,
  parsePopulate,
  type PopulateTree,
  shownField,
  shownFields,
} from "../../src/filter/populate.ts";
import { nothing } from "../../src/filter/tree.ts";
import type { View, Views } from "../../src/filter/view.ts";
import { modelOf, viewOf, viewWithout } from "../world/collection-model.ts";
import { outcomeOf } from "../world/refusal.ts";
import { fieldIn, viewIn, viewsIn } from "../world/relations.ts";

interface Asked {
  readonly depth?: unknown;
  readonly populate?: readonly string[];
  readonly view?: View;
  readonly views?: Views;
}

const tree = ({ depth, populate = [], view = viewIn("posts"), views = viewsIn() }: Asked): PopulateTree =>
  parsePopulate({ depth, populate }, view, views);

/** The branches of a tree as an object: a locked target is null. */
function drawn(of: PopulateTree): unknown {
  return Object.fromEntries(
    [...of].map(([field, { view, behind }]) => [field.name, view === undefined ? null : drawn(behind)]),
  );
}
const draw = (asked: Asked): unknown => outcomeOf(() => drawn(tree(asked)));

test("nothing is populated unless it is asked for", () => {
  expect(tree({})).toBe(nothingPopulated);
  expect(tree({ depth: 0 })).toBe(nothingPopulated);
});

test("a path populates every relationship on its way, and paths share their beginning", () => {
  expect(draw({ populate: ["mainAuthor.company"] })).toStrictEqual({ mainAuthor: { company: {} } });
  expect(draw({ populate: ["mainAuthor.company", "tags", "mainAuthor.vault", "tags"] })).toStrictEqual({
    mainAuthor: { company: {}, vault: {} },
    tags: {},
  });
});

test("a depth populates every relationship that the caller may read, so many levels deep", () => {
  const tags = viewIn("tags");
  expect(draw({ depth: 1 })).toStrictEqual({ mainAuthor: {}, tags: {}, related: {} });
  expect(draw({ depth: 2, view: tags })).toStrictEqual({ maker: { company: {}, vault: {} } });
  expect(draw({ depth: 3, view: tags })).toStrictEqual({
    maker: { company: { parent: {}, owner: {} }, vault: { owner: {} } },
  });
});

test("T-DOS-04 a circle ends at the depth that was asked for", () => {
  expect(draw({ depth: 3, view: viewIn("companies"), views: viewsIn({ authors: undefined }) })).toStrictEqual(
    {
      parent: { parent: { parent: {}, owner: null }, owner: null },
      owner: null,
    },
  );
});

test("depth and populate are one tree: what both name is there once", () => {
  expect(draw({ depth: 1, populate: ["mainAuthor.company.owner"], view: viewIn("posts") })).toStrictEqual({
    mainAuthor: { company: { owner: {} } },
    tags: {},
    related: {},
  });
});

test("R-AC-6 R-AC-7 a locked target is populated with nothing, and nothing can be named behind it", () => {
  const views = viewsIn({ vaults: undefined });
  const author = viewIn("authors");
  expect(draw({ depth: 3, view: author, views })).toMatchObject({ vault: null });
  expect(draw({ populate: ["vault"], view: author, views })).toStrictEqual({ vault: null });
  expect(draw({ populate: ["vault.owner"], view: author, views })).toStrictEqual([
    "UNKNOWN_FIELD",
    "vault.owner unknown",
  ]);
  expect(draw({ populate: ["vault.ghost"], view: author, views })).toStrictEqual([
    "UNKNOWN_FIELD",
    "vault.ghost unknown",
  ]);
});

test("R-AC-5 T-ORA-09 a path that leaves what the caller may read is unknown, wherever and why it does", () => {
  const authors = viewIn("authors");
  for (const [path, views] of [
    ["ghost", viewsIn()],
    ["mainAuthor.ghost", viewsIn()],
    ["secretAuthor", viewsIn()],
    ["secretAuthor.company", viewsIn()],
    ["mainAuthor.pin", viewsIn()],
    ["mainAuthor.company", viewsIn({ authors: viewWithout(authors, ["company"]) })],
    ["mainAuthor.company", viewsIn({ authors: undefined })],
    ["__proto__", viewsIn()],
    ["constructor.prototype", viewsIn()],
  ] as const) {
    expect(draw({ populate: ["tags", path], views })).toStrictEqual(["UNKNOWN_FIELD", `${path} unknown`]);
  }
  for (const path of ["tags.", ".tags", "tags..maker", "*", "tags;", "-tags"]) {
    expect(draw({ populate: [path] })).toStrictEqual(["UNKNOWN_FIELD"]);
  }
});

test("only relationships can be populated", () => {
  for (const path of ["title", "meta", "labels", "mainAuthor.name", "id"]) {
    expect(draw({ populate: [path] })).toStrictEqual(["BAD_REQUEST", "populate type"]);
  }
});

test("a relationship that is shown in some rows only can be populated", () => {
  const view = viewWithout(viewIn("posts"), ["mainAuthor"], nothing);
  expect(draw({ populate: ["mainAuthor"], view })).toStrictEqual({ mainAuthor: {} });
  expect(draw({ depth: 1, view })).toMatchObject({ mainAuthor: {} });
  expect(draw({ depth: 1, view: viewWithout(view, ["tags"]) })).toStrictEqual({
    mainAuthor: {},
    related: {},
  });
});

test("three relationships are the most", () => {
  const view = viewIn("companies");
  expect(draw({ populate: ["parent.parent.parent"], view })).toStrictEqual({
    parent: { parent: { parent: {} } },
  });
  for (const hops of [4, 300]) {
    expect(draw({ populate: [Array(hops).fill("parent").join(".")], view })).toStrictEqual([
      "BAD_REQUEST",
      "populate max",
    ]);
  }
});

test("a depth is a whole number from 0 to 3", () => {
  expect([undefined, 0, 1, 2, 3].map(parseDepth)).toStrictEqual([0, 0, 1, 2, 3]);
  const rule = (depth: unknown) => outcomeOf(() => parseDepth(depth));
  expect(rule(-1)).toStrictEqual(["BAD_REQUEST", "depth min"]);
  for (const deep of [4, 999]) expect(rule(deep)).toStrictEqual(["BAD_REQUEST", "depth max"]);
  for (const wrong of ["1", null, true, 1.5, Number.NaN, Number.POSITIVE_INFINITY, [1], {}]) {
    expect(rule(wrong)).toStrictEqual(["BAD_REQUEST", "depth type"]);
  }
});

test("T-DOS-05 no answer may hold more than 10,000 populated documents, counted by what the fields allow", () => {
  const cost = (documents: number, asked: Asked) =>
    outcomeOf(() => checkPopulateCost(documents, tree(asked)));
  const refused = ["BAD_REQUEST", "populate max"];
  // Each relationship to one costs 1 a document, `tags` its 100 and `related` its 3.
  expect(cost(100, { populate: ["tags"] })).toBeUndefined();
  expect(cost(100, { populate: ["tags", "mainAuthor"] })).toStrictEqual(refused);
  expect(cost(99, { populate: ["tags", "mainAuthor"] })).toBeUndefined();
  expect(cost(50, { populate: ["tags.maker"] })).toBeUndefined();
  expect(cost(51, { populate: ["tags.maker"] })).toStrictEqual(refused);
  expect(cost(100, { populate: ["related.related.related"] })).toBeUndefined();
  expect(cost(1, { populate: ["related.related.related", "related.related.tags"] })).toBeUndefined();
  expect(cost(12, { populate: ["related.related.tags"] })).toStrictEqual(refused);
  expect(cost(1, { depth: 3 })).toBeUndefined();
  expect(cost(100, { depth: 3 })).toStrictEqual(refused);
});

test("T-DOS-05 a locked target costs what an open one does, so that the answer tells nothing", () => {
  const views = viewsIn({ tags: undefined });
  const cost = (documents: number) =>
    outcomeOf(() => checkPopulateCost(documents, tree({ populate: ["tags"], views })));
  expect(cost(100)).toBeUndefined();
  expect(cost(101)).toStrictEqual(["BAD_REQUEST", "populate max"]);
});

test("T-DOS-05 a tree that no answer may hold is not grown to its end", () => {
  const wide = (fields: number) =>
    modelOf(
      Object.fromEntries(
        Array.from({ length: fields }, (_, at) => [`r${at}`, { type: "relationship", to: "things" }]),
      ),
    );
  const grown = (fields: number) => {
    const view = viewOf(wide(fields));
    return outcomeOf(() => tree({ depth: 3, view, views: new Map([["things", view]]) }).size);
  };
  // 21 + 21² + 21³ branches are 9,723, and 22 + 22² + 22³ are 11,154.
  expect(grown(21)).toBe(21);
  expect(grown(22)).toStrictEqual(["BAD_REQUEST", "populate max"]);
});

test("a field is shown where it can be read in every row, or in some", () => {
  const view = viewWithout(viewWithout(viewIn("posts"), ["body"]), ["title"], nothing);
  expect(
    ["title", "price", "body", "note", "ghost", "__proto__"].map((name) => shownField(view, name)),
  ).toStrictEqual([
    fieldIn("posts", "title"),
    fieldIn("posts", "price"),
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(shownFields(view).map(({ name }) => name)).toStrictEqual([
    "id",
    "title",
    "price",
    "day",
    "meta",
    "labels",
    "mainAuthor",
    "tags",
    "related",
    "deletedAt",
  ]);
});
