import { expect, test } from "vitest";

import { resolveName, throughSteps } from "../../src/filter/name.ts";
import { everything, type Filter } from "../../src/filter/tree.ts";
import type { Views } from "../../src/filter/view.ts";
import { parseWhere } from "../../src/filter/where.ts";
import { viewWithout } from "../world/collection-model.ts";
import { fastest } from "../world/fastest.ts";
import { outcomeOf } from "../world/refusal.ts";
import { fieldIn, modelIn, viewIn, viewsIn } from "../world/relations.ts";

const posts = viewIn("posts");
const active: Filter = { kind: "existence", field: fieldIn("authors", "name"), path: [], exists: true };
const where = (given: unknown, views: Views = viewsIn(), view = posts) =>
  outcomeOf(() => parseWhere(given, view, views));

test("a name leads to a field, to a path inside JSON, or through relationships to either", () => {
  const found = (name: string) => {
    const { steps, operand } = resolveName(name, posts, viewsIn());
    return [...steps.map(({ field }) => field.name), operand.field.name, ...operand.path].join(" ");
  };
  expect(found("title")).toBe("title");
  expect(found("mainAuthor")).toBe("mainAuthor");
  expect(found("meta.color.deep")).toBe("meta color deep");
  expect(found("mainAuthor.id")).toBe("mainAuthor id");
  expect(found("mainAuthor.meta.color")).toBe("mainAuthor meta color");
  expect(found("tags.maker.company.name")).toBe("tags maker company name");
  expect(resolveName("tags.maker.name", posts, viewsIn())).toMatchObject({
    steps: [
      { field: fieldIn("posts", "tags"), view: { model: modelIn("tags") } },
      { field: fieldIn("tags", "maker"), view: { model: modelIn("authors") } },
    ],
    operand: { field: fieldIn("authors", "name"), path: [] },
  });
});

test("R-AC-6 what stands behind steps is asked of readable targets alone, and all of it of the same one", () => {
  const views = viewsIn({ authors: viewIn("authors", { rows: active }) });
  expect(where({ "tags.maker.name": { gte: "a", lte: "b" } }, views)).toStrictEqual({
    kind: "related",
    field: fieldIn("posts", "tags"),
    target: modelIn("tags"),
    of: {
      kind: "related",
      field: fieldIn("tags", "maker"),
      target: modelIn("authors"),
      of: {
        kind: "and",
        of: [
          active,
          {
            kind: "and",
            of: [
              {
                kind: "comparison",
                field: fieldIn("authors", "name"),
                path: [],
                operator: "gte",
                value: "a",
              },
              {
                kind: "comparison",
                field: fieldIn("authors", "name"),
                path: [],
                operator: "lte",
                value: "b",
              },
            ],
          },
        ],
      },
    },
  });
});

test("T-ACL-05 an operator that matches everything still needs a target, and a locked row is none", () => {
  const views = viewsIn({ authors: viewIn("authors", { rows: active }) });
  const related = { kind: "related", field: fieldIn("posts", "mainAuthor"), target: modelIn("authors") };
  expect(where({ "mainAuthor.name": { nin: [] } }, views)).toStrictEqual({ ...related, of: active });
  expect(where({ "mainAuthor.name": { nin: [] } })).toStrictEqual({ ...related, of: everything });
  const none = viewsIn({ authors: viewIn("authors", { rows: { kind: "nothing" } }) });
  expect(where({ "mainAuthor.name": { exists: false } }, none)).toStrictEqual({
    ...related,
    of: { kind: "nothing" },
  });
});

test("without steps a filter stays as it is", () => {
  expect(throughSteps([], active)).toBe(active);
});

test("a to-many relationship is listed by its own name and followed by a longer one", () => {
  const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";
  expect(where({ tags: { contains: id } })).toMatchObject({
    kind: "containment",
    field: fieldIn("posts", "tags"),
  });
  expect(where({ "tags.id": id })).toMatchObject({ kind: "related", of: { kind: "comparison", value: id } });
});

test("three relationships are the most", () => {
  const companies = viewIn("companies");
  const company = (hops: number) => ({ [[...Array(hops).fill("parent"), "name"].join(".")]: "a" });
  expect(where(company(3), viewsIn(), companies)).toMatchObject({ kind: "related" });
  expect(where(company(4), viewsIn(), companies)).toStrictEqual(["BAD_REQUEST", "where max"]);
  expect(where({ [`${"parent.".repeat(3)}parent`]: { exists: true } }, viewsIn(), companies)).toMatchObject({
    kind: "related",
  });
  expect(where({ "tags.maker.company.parent.name": "a" })).toStrictEqual(["BAD_REQUEST", "where max"]);
});

test.each([4, 300])("T-DOS-06 a path of %i relationships is refused fast", (hops) => {
  const time = fastest(() => {
    const name = [...Array(hops).fill("parent"), "name"].join(".");
    expect(where({ [name]: "a" }, viewsIn(), viewIn("companies"))).toStrictEqual([
      "BAD_REQUEST",
      "where max",
    ]);
  });
  expect(time).toBeLessThan(20);
});

test("R-AC-5 T-ORA-04 T-ORA-05 a name that leaves what the caller may read is unknown, wherever and why it does", () => {
  const everywhere = viewsIn();
  const authors = viewIn("authors");
  const unreadable: readonly (readonly [string, Views])[] = [
    ["mainAuthor.ghost", everywhere],
    ["ghost.name", everywhere],
    ["mainAuthor.company.ghost", everywhere],
    ["mainAuthor.ghost.name", everywhere],
    // Hidden, at either end.
    ["mainAuthor.pin", everywhere],
    ["mainAuthor.password", everywhere],
    ["secretAuthor.name", everywhere],
    ["secretAuthor.id", everywhere],
    ["note", everywhere],
    // Locked collections, at the end and in between.
    ["mainAuthor.name", viewsIn({ authors: undefined })],
    ["mainAuthor.id", viewsIn({ authors: undefined })],
    ["mainAuthor.vault.code", viewsIn({ vaults: undefined })],
    ["mainAuthor.vault.owner.name", viewsIn({ vaults: undefined })],
    // Fields that are shown in no row, or in some.
    ["mainAuthor.name", viewsIn({ authors: viewWithout(authors, ["name"]) })],
    ["mainAuthor.name", viewsIn({ authors: viewWithout(authors, ["name"], active) })],
    ["mainAuthor.company.name", viewsIn({ authors: viewWithout(authors, ["company"]) })],
    ["mainAuthor.company.name", viewsIn({ authors: viewWithout(authors, ["company"], active) })],
    // Behind what is no relationship.
    ["title.name", everywhere],
    ["labels.a", everywhere],
    ["mainAuthor.name.id", everywhere],
    ["mainAuthor.__proto__", everywhere],
    ["mainAuthor.constructor.name", everywhere],
  ];
  for (const [name, views] of unreadable) {
    const unknown = ["UNKNOWN_FIELD", `${name} unknown`];
    for (const asked of [1, { eq: "a" }, { is: "a" }, {}, null]) {
      expect(where({ [name]: asked }, views)).toStrictEqual(unknown);
    }
    expect(where({ or: [{ title: "a" }, { not: { and: [{ [name]: "a" }] } }] }, views)).toStrictEqual(
      unknown,
    );
  }
});

test("T-INJ-02 a name with an empty step is unknown and not echoed", () => {
  for (const name of ["mainAuthor.", ".name", "mainAuthor..name", "mainAuthor.name;", "mainAuthor.'"]) {
    expect(where({ [name]: 1 })).toStrictEqual(["UNKNOWN_FIELD"]);
  }
});
