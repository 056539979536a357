import { expect, test } from "vitest";

import { parseSearch } from "../../src/filter/search.ts";
import { viewWithout } from "../world/collection-model.ts";
import { outcomeOf } from "../world/refusal.ts";
import { fieldIn, viewIn } from "../world/relations.ts";

const posts = viewIn("posts");
const outcome = (value: unknown, view = posts) => outcomeOf(() => parseSearch(value, view));

test("a search looks at the searchable fields, in their order, and keeps its text", () => {
  expect(outcome('"red car" -blue or %')).toStrictEqual({
    kind: "search",
    fields: [fieldIn("posts", "title"), fieldIn("posts", "body")],
    text: '"red car" -blue or %',
  });
  expect(outcome(undefined)).toBeUndefined();
});

test("R-QI-7 a search has 1 to 200 characters and can be stored", () => {
  expect(outcome("a".repeat(200))).toMatchObject({ kind: "search" });
  expect(outcome("a".repeat(201))).toStrictEqual(["BAD_REQUEST", "search maxLength"]);
  for (const empty of ["", " ", "\t\n\u00a0"]) {
    expect(outcome(empty)).toStrictEqual(["BAD_REQUEST", "search minLength"]);
  }
  for (const wrong of [null, 1, true, ["a"], { text: "a" }, "a\0", "\ud800"]) {
    expect(outcome(wrong)).toStrictEqual(["BAD_REQUEST", "search type"]);
  }
});

test("T-ORA-08 only fields that the caller may read in every row are searched", () => {
  expect(outcome("a", viewWithout(posts, ["title"]))).toMatchObject({ fields: [fieldIn("posts", "body")] });
  const inSome = viewWithout(posts, ["title"], {
    kind: "existence",
    field: fieldIn("posts", "id"),
    path: [],
    exists: true,
  });
  expect(outcome("a", inSome)).toMatchObject({ fields: [fieldIn("posts", "body")] });
});

test("where no field can be searched there is no search, for whichever reason", () => {
  const refusal = ["BAD_REQUEST", "search unknown"];
  expect(outcome("a", viewIn("tags"))).toStrictEqual(refusal);
  expect(outcome("a", viewWithout(posts, ["title", "body"]))).toStrictEqual(refusal);
});
