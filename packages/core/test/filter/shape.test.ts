import { expect, test } from "vitest";

import { nothingPopulated, parsePopulate } from "../../src/filter/populate.ts";
import { allShown } from "../../src/filter/select.ts";
import { documentShape } from "../../src/filter/shape.ts";
import { type Filter, nothing } from "../../src/filter/tree.ts";
import { viewWithout } from "../world/collection-model.ts";
import { fieldIn, modelIn, viewIn, viewsIn } from "../world/relations.ts";

const active: Filter = { kind: "existence", field: fieldIn("authors", "name"), path: [], exists: true };
const posts = viewIn("posts");

test("a plain document consists of the fields that were selected", () => {
  const fields = [fieldIn("posts", "id"), fieldIn("posts", "title")];
  expect(documentShape(posts, fields, nothingPopulated)).toStrictEqual({
    model: modelIn("posts"),
    fields,
    conditional: new Map(),
    populated: new Map(),
  });
  expect(documentShape(posts, fields, nothingPopulated).fields).toBe(fields);
});

test("R-AC-4 of the fields that are shown in some rows it keeps those that were selected, with their filters", () => {
  const view = viewWithout(viewWithout(posts, ["title"], active), ["body"], nothing);
  const shape = documentShape(view, [fieldIn("posts", "id"), fieldIn("posts", "title")], nothingPopulated);
  expect(shape.conditional).toStrictEqual(new Map([[fieldIn("posts", "title"), active]]));
  expect(documentShape(view, [fieldIn("posts", "id")], nothingPopulated).conditional.size).toBe(0);
});

test("R-AC-7 R-AC-8 what is populated is shown whole, as the caller may read it there", () => {
  const authors = viewWithout({ ...viewIn("authors"), rows: active }, ["meta"], active);
  const views = viewsIn({ authors, vaults: undefined });
  const tree = parsePopulate({ depth: undefined, populate: ["tags.maker.vault"] }, posts, views);
  const fields = [fieldIn("posts", "tags")];
  const shape = documentShape(posts, fields, tree);
  const tags = shape.populated.get(fieldIn("posts", "tags"));
  expect(tags).toMatchObject({ rows: { kind: "everything" }, shape: { model: modelIn("tags") } });
  const maker = tags?.shape?.populated.get(fieldIn("tags", "maker"));
  expect(maker?.rows).toBe(active);
  expect(maker?.shape?.fields.map(({ name }) => name)).toStrictEqual([
    "id",
    "name",
    "meta",
    "company",
    "vault",
  ]);
  expect(maker?.shape?.conditional).toStrictEqual(new Map([[fieldIn("authors", "meta"), active]]));
  expect(maker?.shape?.populated).toStrictEqual(
    new Map([[fieldIn("authors", "vault"), { rows: nothing, shape: undefined }]]),
  );
});

test("the fields of a populated document are the same list each time", () => {
  const tree = parsePopulate({ depth: undefined, populate: ["mainAuthor"] }, posts, viewsIn());
  const authors = tree.get(fieldIn("posts", "mainAuthor"))?.view;
  const shape = documentShape(posts, allShown(posts), tree).populated.get(
    fieldIn("posts", "mainAuthor"),
  )?.shape;
  expect(authors).toBeDefined();
  expect(shape?.fields).toBe(authors === undefined ? undefined : allShown(authors));
});
