import { expect, test } from "vitest";

import { type Filter, nothing } from "../../src/filter/tree.ts";
import type { Views } from "../../src/filter/view.ts";
import { parseWhere } from "../../src/filter/where.ts";
import { filterSql } from "../../src/sql/condition.ts";
import { writer } from "../../src/sql/writer.ts";
import { fieldIn, viewIn, viewsIn } from "../world/relations.ts";

const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";
const other = "018f4e1c-7a3b-7c3d-8e4f-0123456789ac";
const active: Filter = {
  kind: "comparison",
  field: fieldIn("authors", "name"),
  path: [],
  operator: "neq",
  value: "x",
};

function written(where: unknown, views: Views = viewsIn()): readonly [string, readonly unknown[]] {
  const to = writer();
  return [filterSql(parseWhere(where, viewIn("posts"), views), "t", to), to.values];
}

test.each<[object, string, readonly unknown[]]>([
  [{ labels: { contains: "a" } }, 't."labels" && $1::text[]', ['{"a"}']],
  [{ labels: { notContains: "a" } }, '((t."labels" && $1::text[]) is not true)', ['{"a"}']],
  [{ labels: { any: ["a", "b"] } }, 't."labels" && $1::text[]', ['{"a","b"}']],
  [{ labels: { all: ["a", 'b"'] } }, 't."labels" @> $1::text[]', ['{"a","b\\""}']],
  [{ labels: { exists: false } }, 't."labels" is null', []],
])("a list of options in %j is one column", (where, text, values) => {
  expect(written(where)).toStrictEqual([text, values]);
});

const links = 'from "posts_tags_links" r1 where r1."owner_id" = t."id"';

test.each<[object, string, readonly unknown[]]>([
  [
    { tags: { contains: id } },
    `exists (select 1 ${links} and r1."target_id" = any($1::uuid[]))`,
    [`{"${id}"}`],
  ],
  [
    { tags: { notContains: id } },
    `((exists (select 1 ${links} and r1."target_id" = any($1::uuid[]))) is not true)`,
    [`{"${id}"}`],
  ],
  [
    { tags: { any: [id, other] } },
    `exists (select 1 ${links} and r1."target_id" = any($1::uuid[]))`,
    [`{"${id}","${other}"}`],
  ],
  [
    { tags: { all: [id, other, id] } },
    `(select count(*) ${links} and r1."target_id" = any($1::uuid[])) = $2::bigint`,
    [`{"${id}","${other}"}`, 2],
  ],
  [{ tags: { exists: true } }, `exists (select 1 ${links})`, []],
  [{ tags: { exists: false } }, `not exists (select 1 ${links})`, []],
])("a list of references in %j is looked up in its table", (where, text, values) => {
  expect(written(where)).toStrictEqual([text, values]);
});

test("R-AC-6 a relationship to one is followed by its column, and its target must be readable", () => {
  expect(
    written({ "mainAuthor.name": "a" }, viewsIn({ authors: viewIn("authors", { rows: active }) })),
  ).toStrictEqual([
    'exists (select 1 from "authors" r1 where r1."id" = t."main_author" and ' +
      '(r1."name" is distinct from $1::text and r1."name" = $2::text))',
    ["x", "a"],
  ]);
});

test("a relationship to many is followed through its table, and further steps from there", () => {
  const views = viewsIn({ authors: viewIn("authors", { rows: active }) });
  expect(written({ "tags.maker.company.name": { exists: false } }, views)).toStrictEqual([
    'exists (select 1 from "posts_tags_links" r2 join "tags" r1 on r1."id" = r2."target_id" where r2."owner_id" = t."id" and ' +
      'exists (select 1 from "authors" r3 where r3."id" = r1."maker" and (r3."name" is distinct from $1::text and ' +
      'exists (select 1 from "companies" r4 where r4."id" = r3."company" and r4."name" is null))))',
    ["x"],
  ]);
});

test("without a readable target nothing matches, whatever is asked", () => {
  const views = viewsIn({ authors: viewIn("authors", { rows: nothing }) });
  for (const ask of [{ nin: [] }, { neq: "a" }, { exists: false }]) {
    expect(written({ "mainAuthor.name": ask }, views)[0]).toBe(
      'exists (select 1 from "authors" r1 where r1."id" = t."main_author" and false)',
    );
  }
});

test("a collection that leads back to itself is told apart by its aliases", () => {
  const [text] = written({ "related.related.title": "a", title: "b" });
  expect(text).toBe(
    '(exists (select 1 from "posts_related_links" r2 join "posts" r1 on r1."id" = r2."target_id" where r2."owner_id" = t."id" and ' +
      'exists (select 1 from "posts_related_links" r4 join "posts" r3 on r3."id" = r4."target_id" where r4."owner_id" = r1."id" and ' +
      'r3."title" = $1::text)) and t."title" = $2::text)',
  );
});

test("the lists of a target are looked up for the target", () => {
  expect(written({ "related.tags": { contains: id }, "related.labels": { any: ["a"] } })[0]).toBe(
    '(exists (select 1 from "posts_related_links" r2 join "posts" r1 on r1."id" = r2."target_id" where r2."owner_id" = t."id" and ' +
      'exists (select 1 from "posts_tags_links" r3 where r3."owner_id" = r1."id" and r3."target_id" = any($1::uuid[]))) and ' +
      'exists (select 1 from "posts_related_links" r5 join "posts" r4 on r4."id" = r5."target_id" where r5."owner_id" = t."id" and ' +
      'r4."labels" && $2::text[]))',
  );
});

test("T-ACL-18 rows that are deleted are no targets", () => {
  const live: Filter = { kind: "existence", field: fieldIn("posts", "deletedAt"), path: [], exists: false };
  const views = viewsIn({ posts: viewIn("posts", { rows: live }) });
  expect(written({ "related.title": { nin: [] } }, views)[0]).toMatch(/ and r1\."deleted_at" is null\)$/);
});
