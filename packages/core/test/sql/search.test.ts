import { searchVector } from "@lucent/core";
import { expect, test } from "vitest";

import { parseSearch } from "../../src/filter/search.ts";
import type { TextSearch } from "../../src/filter/tree.ts";
import { rankSql, searchSql } from "../../src/sql/search.ts";
import { writer } from "../../src/sql/writer.ts";
import { viewWithout } from "../world/collection-model.ts";
import { viewIn } from "../world/relations.ts";

function searchOf(text: string, unreadable: readonly string[] = []): TextSearch {
  const found = parseSearch(text, viewWithout(viewIn("posts"), unreadable));
  if (found === undefined) throw new TypeError("nothing is searched for");
  return found;
}

const vector = `to_tsvector('simple'::regconfig, left(coalesce(t."title", '') || ' ' || coalesce(t."body", ''), 100000))`;

test("words are bound, and looked for in one expression over the searchable columns", () => {
  const to = writer();
  expect(searchSql(searchOf(`"a b" -c'; --`), "t", to)).toBe(
    `${vector} @@ websearch_to_tsquery('simple'::regconfig, $1::text)`,
  );
  expect(to.values).toStrictEqual([`"a b" -c'; --`]);
});

test("the expression is the one that the index has", () => {
  expect(searchSql(searchOf("a"), "t", writer()).replaceAll('t."', '"')).toContain(
    searchVector(["title", "body"]),
  );
});

test("the rank is of the same words in the same columns", () => {
  const to = writer();
  expect(rankSql(searchOf("a"), "t", to)).toBe(
    `ts_rank(${vector}, websearch_to_tsquery('simple'::regconfig, $1::text))::double precision`,
  );
  expect(to.values).toStrictEqual(["a"]);
});

test("T-ORA-08 a column that the caller may not read is neither searched nor ranked by", () => {
  const search = searchOf("a", ["title"]);
  for (const text of [searchSql(search, "r1", writer()), rankSql(search, "r1", writer())]) {
    expect(text).toContain(`coalesce(r1."body", '')`);
    expect(text).not.toContain("title");
  }
});
