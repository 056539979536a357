import { expect, test } from "vitest";

import { parsePopulate } from "../../src/filter/populate.ts";
import { documentShape, type DocumentShape } from "../../src/filter/shape.ts";
import { nothing } from "../../src/filter/tree.ts";
import type { View } from "../../src/filter/view.ts";
import { type AfterRead, isTouched, rendered } from "../../src/operation/render.ts";
import { viewWithout } from "../world/collection-model.ts";
import { type Slug, viewIn, viewsIn } from "../world/relations.ts";

const idle: AfterRead = {
  has: () => false,
  run: () => Promise.reject(new TypeError("nothing was to be run")),
};

/** Hooks for some collections. */
const hooksOf = (
  slugs: readonly Slug[],
  run: (slug: string, document: object) => Record<string, unknown>,
): AfterRead => ({
  has: ({ model }) => slugs.some((slug) => slug === model.slug),
  run: async ({ model }, document) => run(model.slug, document),
});

interface Asked {
  readonly populate?: readonly string[];
  readonly views?: Partial<Record<Slug, View | undefined>>;
  readonly view?: View;
}

/** The shape of a post with everything that can be seen of it. */
function shapeOf({ populate = [], views = {}, view = viewIn("posts") }: Asked): DocumentShape {
  const tree = parsePopulate({ depth: undefined, populate }, view, viewsIn(views));
  return documentShape(view, [...view.model.fields.values()], tree);
}

const render = async (document: unknown, asked: Asked, hooks = idle): Promise<unknown> =>
  JSON.parse(await rendered(JSON.stringify(document), shapeOf(asked), hooks));

test("a document that nobody changes is not looked at", () => {
  expect(isTouched(shapeOf({}), idle)).toBe(false);
  expect(isTouched(shapeOf({ populate: ["mainAuthor.company", "tags"] }), idle)).toBe(false);
  expect(
    isTouched(
      shapeOf({ populate: ["tags"], views: { tags: undefined } }),
      hooksOf(["tags"], () => ({})),
    ),
  ).toBe(false);
});

test("a document is looked at where it, or one in it, has hooks or fields that are not shown everywhere", () => {
  const hidden = viewWithout(viewIn("authors"), ["name"], nothing);
  expect(isTouched(shapeOf({ view: viewWithout(viewIn("posts"), ["title"], nothing) }), idle)).toBe(true);
  expect(isTouched(shapeOf({ populate: ["tags.maker"], views: { authors: hidden } }), idle)).toBe(true);
  expect(isTouched(shapeOf({ views: { authors: hidden } }), idle)).toBe(false);
  expect(
    isTouched(
      shapeOf({}),
      hooksOf(["posts"], () => ({})),
    ),
  ).toBe(true);
  expect(
    isTouched(
      shapeOf({ populate: ["tags.maker"] }),
      hooksOf(["authors"], () => ({})),
    ),
  ).toBe(true);
  expect(
    isTouched(
      shapeOf({ populate: ["tags"] }),
      hooksOf(["authors"], () => ({})),
    ),
  ).toBe(false);
});

test("R-AC-4 a field is left out where its verdict is not true, and the verdict always", async () => {
  const view = viewWithout(viewIn("posts"), ["title", "body"], nothing);
  const verdicts = [true, false, null, "true", 1, undefined];
  const shown = await Promise.all(
    verdicts.map((verdict) =>
      render({ id: "1", title: "a", "?title": verdict, body: null, "?body": true }, { view }),
    ),
  );
  expect(shown).toStrictEqual([
    { id: "1", title: "a", body: null },
    ...Array.from({ length: 5 }, () => ({ id: "1", body: null })),
  ]);
});

test("R-AC-4 it is left out at every level, in lists too", async () => {
  const authors = viewWithout(viewIn("authors"), ["name"], nothing);
  const tags = viewWithout(viewIn("tags"), ["label"], nothing);
  const author = (name: string, isShown: boolean) => ({ id: name, name, "?name": isShown });
  const document = {
    mainAuthor: author("a", false),
    tags: [
      { id: "1", label: "x", "?label": true, maker: author("b", false) },
      { id: "2", label: "y", "?label": false, maker: author("c", true) },
      { id: "3", label: "z", "?label": false, maker: null },
    ],
  };
  const asked = { populate: ["mainAuthor", "tags.maker"], views: { authors, tags } };
  expect(await render(document, asked)).toStrictEqual({
    mainAuthor: { id: "a" },
    tags: [
      { id: "1", label: "x", maker: { id: "b" } },
      { id: "2", maker: { id: "c", name: "c" } },
      { id: "3", maker: null },
    ],
  });
});

test("a relationship that is not shown here takes its documents along", async () => {
  const view = viewWithout(viewIn("posts"), ["mainAuthor"], nothing);
  const seen: string[] = [];
  const hooks = hooksOf(["authors"], (slug, document) => ({ ...document, seen: seen.push(slug) }));
  const asked = { view, populate: ["mainAuthor"] };
  expect(await render({ id: "1", mainAuthor: null, "?mainAuthor": false }, asked, hooks)).toStrictEqual({
    id: "1",
  });
  expect(seen).toStrictEqual([]);
});

test("hooks change the documents inside first, each with what it holds already", async () => {
  const order: string[] = [];
  const hooks = hooksOf(["posts", "authors", "tags"], (slug, document) => {
    order.push(`${slug} ${JSON.stringify(document)}`);
    return { from: slug, was: document };
  });
  const document = {
    id: "1",
    tags: [
      { id: "2", maker: { id: "3" } },
      { id: "4", maker: null },
    ],
  };
  const maker = { from: "authors", was: { id: "3" } };
  const tags = [
    { from: "tags", was: { id: "2", maker } },
    { from: "tags", was: { id: "4", maker: null } },
  ];
  expect(await render(document, { populate: ["tags.maker"] }, hooks)).toStrictEqual({
    from: "posts",
    was: { id: "1", tags },
  });
  expect(order.map((each) => each.split(" ")[0])).toStrictEqual(["authors", "tags", "tags", "posts"]);
});

test("hooks see what the caller may see and nothing else", async () => {
  const view = viewWithout(viewIn("posts"), ["title"], nothing);
  const seen: object[] = [];
  const hooks = hooksOf(["posts"], (_, document) => ({ kept: seen.push(document) }));
  await render({ id: "1", title: null, "?title": false }, { view }, hooks);
  await render({ id: "2", title: "a", "?title": true }, { view }, hooks);
  expect(seen).toStrictEqual([{ id: "1" }, { id: "2", title: "a" }]);
});

test("a populated relationship without a target stays null, and an id is no document", async () => {
  const hooks = hooksOf(["authors"], () => ({ changed: true }));
  expect(await render({ mainAuthor: null }, { populate: ["mainAuthor"] }, hooks)).toStrictEqual({
    mainAuthor: null,
  });
  expect(await render({ mainAuthor: "3" }, {}, hooks)).toStrictEqual({ mainAuthor: "3" });
});

test("what a hook throws ends the read", async () => {
  const failing: AfterRead = { has: () => true, run: () => Promise.reject(new RangeError("broke")) };
  await expect(render({ id: "1" }, {}, failing)).rejects.toThrow("broke");
});
