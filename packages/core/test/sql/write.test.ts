import { expect, test } from "vitest";

import { everything, nothing } from "../../src/filter/tree.ts";
import { parseWhere } from "../../src/filter/where.ts";
import { deleteOne, insertOne, touchNothing, updateOne } from "../../src/sql/write.ts";
import { fieldOf, modelOf } from "../world/collection-model.ts";

const model = modelOf({ title: { type: "text" }, meta: { type: "json" } });
const [idField, title, meta] = ["id", "title", "meta"].map((name) => fieldOf(model, name));
const fields = [...model.fields.values()];
const own = parseWhere({ title: "own" }, model.fields);
const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";
const row = new Map([
  [idField, id],
  [title, "a"],
  [meta, '{"x":1}'],
] as const) as Parameters<typeof insertOne>[1];

test("an insert answers the two verdicts and the document", () => {
  expect(insertOne(model, row, { fields, allowed: own, visible: nothing })).toStrictEqual({
    text:
      'with n as (insert into "things" ("id", "title", "meta") values ($1::uuid, $2::text, $3::text::jsonb) returning *) ' +
      'select (t."title" = $4::text) is true as "?allowed", (false) is true as "?visible", t."id", t."title", t."meta" from n t',
    values: [id, "a", '{"x":1}', "own"],
  });
});

test("an update has the rule's filter in its own statement, for the old image and for the new one", () => {
  const changes = new Map([[fieldOf(model, "title"), null]]);
  expect(
    updateOne(model, { id, rows: own, row: changes }, { fields, allowed: own, visible: everything }),
  ).toStrictEqual({
    text:
      'with n as (update "things" t set "title" = $1::text where t."id" = $2::uuid and t."title" = $3::text returning t.*) ' +
      'select (t."title" = $4::text) is true as "?allowed", (true) is true as "?visible", t."id", t."title", t."meta" from n t',
    values: [null, id, "own", "own"],
  });
});

test("an update of nothing reads the row the same way", () => {
  expect(
    touchNothing(model, { id, rows: own }, { fields, allowed: everything, visible: everything }),
  ).toStrictEqual({
    text:
      'with n as (select t.* from "things" t where t."id" = $1::uuid and t."title" = $2::text) ' +
      'select (true) is true as "?allowed", (true) is true as "?visible", t."id", t."title", t."meta" from n t',
    values: [id, "own"],
  });
});

test("a delete answers the id of the row that the rule let through", () => {
  expect(deleteOne(model, id, own)).toStrictEqual({
    text: 'delete from "things" t where t."id" = $1::uuid and t."title" = $2::text returning t."id"',
    values: [id, "own"],
  });
});
