import { expect, test } from "vitest";

import { parseSearch } from "../../src/filter/search.ts";
import { parseSort } from "../../src/filter/sort.ts";
import { type Filter, nothing } from "../../src/filter/tree.ts";
import type { Views } from "../../src/filter/view.ts";
import { keyColumnsSql, keyName, orderSql } from "../../src/sql/order.ts";
import { writer } from "../../src/sql/writer.ts";
import { fieldIn, viewIn, viewsIn } from "../world/relations.ts";

const active: Filter = {
  kind: "comparison",
  field: fieldIn("authors", "name"),
  path: [],
  operator: "neq",
  value: "x",
};
const sort = (keys: readonly string[], views: Views = viewsIn()) => parseSort(keys, viewIn("posts"), views);

test("an order and the columns of its values are the same expressions", () => {
  expect(orderSql(sort(["-title", "day"]), writer())).toBe('t."title" desc, t."day" asc, t."id" asc');
  expect(keyColumnsSql(sort(["-title", "day"]), writer())).toBe(
    't."title" as "?key0", t."day" as "?key1", t."id" as "?key2"',
  );
  expect(keyName(2)).toBe("?key2");
});

test("R-AC-6 a value behind relationships is that of a readable target, or none", () => {
  const to = writer();
  const views = viewsIn({ authors: viewIn("authors", { rows: active }) });
  expect(orderSql(sort(["-mainAuthor.company.name"], views), to)).toBe(
    '(select r2."name" from "authors" r1, "companies" r2 where r1."id" = t."main_author" and r1."name" is distinct from $1::text ' +
      'and r2."id" = r1."company" and true) desc, t."id" desc',
  );
  expect(to.values).toStrictEqual(["x"]);
  const locked = viewsIn({ authors: viewIn("authors", { rows: nothing }) });
  expect(orderSql(sort(["mainAuthor.name"], locked), writer())).toBe(
    '(select r1."name" from "authors" r1 where r1."id" = t."main_author" and false) asc, t."id" asc',
  );
});

test("a rank is best first, and binds its text", () => {
  const rank = parseSearch("a'", viewIn("posts"));
  if (rank === undefined) throw new TypeError("nothing is searched for");
  const to = writer();
  expect(orderSql([{ rank, descending: true }], to)).toMatch(
    /^ts_rank\(.*\$1::text\)\)::double precision desc$/,
  );
  expect(to.values).toStrictEqual(["a'"]);
});
