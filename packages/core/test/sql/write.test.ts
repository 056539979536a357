import { expect, test } from "vitest";

import { nothingPopulated } from "../../src/filter/populate.ts";
import { allShown } from "../../src/filter/select.ts";
import { documentShape } from "../../src/filter/shape.ts";
import { everything, nothing } from "../../src/filter/tree.ts";
import { noViews } from "../../src/filter/view.ts";
import { parseWhere } from "../../src/filter/where.ts";
import {
  type Change,
  deleteOne,
  insertOne,
  selectImage,
  selectWritten,
  updateOne,
} from "../../src/sql/write.ts";
import { fieldOf, modelOf, viewOf } from "../world/collection-model.ts";

const fields = {
  title: { type: "text" },
  meta: { type: "json" },
  labels: { type: "multiselect", options: ["a", "b"] },
} as const;
const model = modelOf(fields);
/** The same with a list of references. */
const social = modelOf({ ...fields, friends: { type: "relationship", to: "things", hasMany: true } });
const view = viewOf(model);
const shape = documentShape(
  view,
  ["id", "title"].map((name) => fieldOf(model, name)),
  nothingPopulated,
);
const own = parseWhere({ title: "own" }, view, noViews);
const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";
const other = "018f4e1c-7a3b-7c3d-8e4f-0123456789ac";

const document =
  '(select row_to_json(_d) from (select t."id" as "id", t."title" as "title") _d)::text as "document"';
const version = 't."?version"::text as "version"';

/** A change of the row, by field, and of the friends. */
function change(row: Readonly<Record<string, string | null>>, ids?: readonly string[]): Change {
  return {
    row: new Map(Object.entries(row).map(([name, value]) => [fieldOf(model, name), value])),
    links: ids === undefined ? [] : [{ field: fieldOf(social, "friends"), ids }],
  };
}

test("an insert answers the two verdicts, the document and its version", () => {
  const row = change({ id, title: "a", meta: '{"x":1}', labels: '{"a"}' });
  expect(insertOne(model, row, { shape, allowed: own, visible: nothing })).toStrictEqual({
    text:
      'with n as (insert into "things" as t ("id", "title", "meta", "labels") ' +
      'values ($1::uuid, $2::text, $3::text::jsonb, $4::text[]) returning t.*, t.xmin as "?version") ' +
      `select (t."title" = $5::text) is true as "?allowed", (false) is true as "?visible", ${document}, ${version} from n t`,
    values: [id, "a", '{"x":1}', '{"a"}', "own"],
  });
});

test("an insert that can't answer yet says the id alone", () => {
  expect(insertOne(model, change({ id, title: null }))).toStrictEqual({
    text:
      'with n as (insert into "things" as t ("id", "title") values ($1::uuid, $2::text) ' +
      'returning t.*, t.xmin as "?version") select t."id" as "id" from n t',
    values: [id, null],
  });
});

test("an update has the rule's filter in its own statement, for the old image and for the new one", () => {
  expect(
    updateOne(
      model,
      { id, rows: own, change: change({ title: null }) },
      { shape, allowed: own, visible: everything },
    ),
  ).toStrictEqual({
    text:
      'with n as (update "things" t set "title" = $1::text where t."id" = $2::uuid and t."title" = $3::text ' +
      'returning t.*, t.xmin as "?version") ' +
      `select (t."title" = $4::text) is true as "?allowed", (true) is true as "?visible", ${document}, ${version} from n t`,
    values: [null, id, "own", "own"],
  });
});

test("a row whose references alone change is written all the same, under the same filter", () => {
  const { text, values } = updateOne(social, { id, rows: own, change: change({}, []) });
  expect(text).toContain(
    'with n as (update "things" t set "id" = t."id" where t."id" = $1::uuid and t."title" = $2::text returning',
  );
  expect(values).toStrictEqual([id, "own", "{}", "{}"]);
});

test("references are written by the statement that writes their row, and only for a row that was written", () => {
  const list = `{"${other}","${id}"}`;
  expect(
    updateOne(social, { id, rows: everything, change: change({ title: "a" }, [other, id]) }),
  ).toStrictEqual({
    text:
      'with n as (update "things" t set "title" = $1::text where t."id" = $2::uuid and true returning t.*, t.xmin as "?version"), ' +
      'r1 as (delete from "things_friends_links" l using n where l."owner_id" = n."id" and l."target_id" <> all($3::uuid[])), ' +
      'r2 as (insert into "things_friends_links" ("owner_id", "target_id", "position") ' +
      'select n."id", u.id, u.at from n, unnest($4::uuid[]) with ordinality u(id, at) ' +
      'on conflict ("owner_id", "target_id") do update set "position" = excluded."position") ' +
      'select t."id" as "id" from n t',
    values: ["a", id, list, list],
  });
});

test("a row is answered as it is, for an update of nothing and after a write that could not answer", () => {
  expect(
    selectWritten(model, { id, rows: own }, { shape, allowed: everything, visible: everything }),
  ).toStrictEqual({
    text:
      `select (true) is true as "?allowed", (true) is true as "?visible", ${document}, t.xmin::text as "version" ` +
      'from "things" t where t."id" = $1::uuid and t."title" = $2::text',
    values: [id, "own"],
  });
});

test("a delete answers the id of the row that the rule let through", () => {
  expect(deleteOne(model, id, own)).toStrictEqual({
    text: 'delete from "things" t where t."id" = $1::uuid and t."title" = $2::text returning t."id" as "id"',
    values: [id, "own"],
  });
});

test("the image of a row that was not written is asked of its new values, and of the stored ones beside them", () => {
  expect(selectImage(model, { id, row: change({ title: "a" }).row }, own)).toStrictEqual({
    text:
      'select (t."title" = $3::text) is true from (select t."id", $1::text as "title", t."meta", t."labels" ' +
      'from "things" t where t."id" = $2::uuid) t',
    values: ["a", id, "own"],
  });
  expect(selectImage(model, { id, row: change({ id, title: "a", meta: '{"x":1}' }).row }, own)).toStrictEqual(
    {
      text:
        'select (t."title" = $5::text) is true from (select $1::uuid as "id", $2::text as "title", ' +
        '$3::text::jsonb as "meta", $4::text[] as "labels") t',
      values: [id, "a", '{"x":1}', null, "own"],
    },
  );
});

test("nothing has a star but the row that was written", () => {
  const seen = viewOf(social);
  const all = documentShape(seen, allShown(seen), nothingPopulated);
  const { text } = insertOne(social, change({ id }), { shape: all, allowed: own, visible: own });
  expect(text.match(/\S*\*/g)).toStrictEqual(["t.*"]);
});

test("the version of a document is that of its references too, whether they are shown or not", () => {
  const list =
    'array(select r1."target_id" from "things_friends_links" r1 where r1."owner_id" = t."id" order by r1."position")';
  const versionOf = (row: string) =>
    `, ${row}::text || encode(sha256((${list}::text)::bytea), 'hex') as "version" from`;
  const answer = { shape, allowed: everything, visible: everything };
  const { text } = updateOne(social, { id, rows: own, change: change({ title: "a" }) }, answer);
  expect(text).toContain(versionOf('t."?version"'));
  expect(selectWritten(social, { id, rows: own }, answer).text).toContain(versionOf("t.xmin"));
});
