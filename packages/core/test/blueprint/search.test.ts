import { expect, test } from "vitest";

import { searchVector } from "../../src/blueprint/search.ts";

test("the words of some columns are one expression, with or without a table's alias", () => {
  expect(searchVector(["title"])).toBe(
    "to_tsvector('simple'::regconfig, left(coalesce(\"title\", ''), 100000))",
  );
  expect(searchVector(["title", "body"], "t")).toBe(
    "to_tsvector('simple'::regconfig, left(coalesce(t.\"title\", '') || ' ' || coalesce(t.\"body\", ''), 100000))",
  );
});

test("a quote in a name ends nothing", () => {
  expect(searchVector([`x"); drop table users; --`])).toContain(`"x""); drop table users; --"`);
});
