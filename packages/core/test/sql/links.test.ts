import { expect, test } from "vitest";

import { linksWritten } from "../../src/sql/links.ts";
import { writer } from "../../src/sql/writer.ts";
import { fieldIn } from "../world/relations.ts";

const ids = ["018f4e1c-7a3b-7c3d-8e4f-0123456789ab", "018f4e1c-7a3b-7c3d-8e4f-0123456789ac"];

test("what is not named any more is deleted, and the rest inserted or moved, in the order given", () => {
  const to = writer();
  expect(linksWritten({ field: fieldIn("posts", "tags"), ids }, to)).toStrictEqual([
    'r1 as (delete from "posts_tags_links" l using n where l."owner_id" = n."id" and l."target_id" <> all($1::uuid[]))',
    'r2 as (insert into "posts_tags_links" ("owner_id", "target_id", "position") ' +
      'select n."id", u.id, u.at from n, unnest($2::uuid[]) with ordinality u(id, at) ' +
      'on conflict ("owner_id", "target_id") do update set "position" = excluded."position")',
  ]);
  const list = `{"${ids[0]}","${ids[1]}"}`;
  expect(to.values).toStrictEqual([list, list]);
});

test("an empty list deletes all and inserts none, by the same text", () => {
  const [some, none] = [writer(), writer()];
  const field = fieldIn("posts", "related");
  expect(linksWritten({ field, ids: [] }, none)).toStrictEqual(linksWritten({ field, ids }, some));
  expect(none.values).toStrictEqual(["{}", "{}"]);
});

test("a field with a column has no references to write", () => {
  expect(linksWritten({ field: fieldIn("posts", "mainAuthor"), ids }, writer())).toStrictEqual([]);
});
