import { expect, test } from "vitest";

import { nothingPopulated } from "../../src/filter/populate.ts";
import { documentShape, type DocumentShape } from "../../src/filter/shape.ts";
import { everything, nothing } from "../../src/filter/tree.ts";
import { noViews } from "../../src/filter/view.ts";
import { parseWhere } from "../../src/filter/where.ts";
import { selectColumns } from "../../src/sql/catalog.ts";
import {
  explainCount,
  selectCount,
  selectList,
  selectNothing,
  selectOne,
  selectReadable,
  selectVerdicts,
} from "../../src/sql/select.ts";
import { fieldOf, modelOf, viewOf, viewWithout } from "../world/collection-model.ts";

const model = modelOf({ title: { type: "text" }, firstName: { type: "text" } }, { slug: "blog-posts" });
const view = viewOf(model);
const shapeOf = (...names: readonly string[]): DocumentShape =>
  documentShape(
    view,
    names.map((name) => fieldOf(model, name)),
    nothingPopulated,
  );
const shape = shapeOf("id", "title", "firstName");
const rows = parseWhere({ title: "a" }, view, noViews);
const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";
const document =
  '(select row_to_json(_d) from (select t."id" as "id", t."title" as "title", t."first_name" as "firstName") _d)::text as "document"';

test("one document is read by its id and the rows that the rule lets through, with the version of its row", () => {
  expect(selectOne(shape, { id, rows })).toStrictEqual({
    text: `select ${document}, t.xmin::text as "version" from "blog_posts" t where t."id" = $1::uuid and t."title" = $2::text`,
    values: [id, "a"],
    isBrief: true,
  });
});

test("a document is brief to read where nothing but its row is looked at", () => {
  const lists = modelOf({ a: { type: "relationship", to: "things", hasMany: true } });
  const listed = documentShape(viewOf(lists), [fieldOf(lists, "a")], nothingPopulated);
  expect(selectOne(listed, { id, rows: everything }).isBrief).toBe(false);
  const ruled = documentShape(
    viewWithout(view, ["title"], rows),
    [...model.fields.values()],
    nothingPopulated,
  );
  expect(selectOne(ruled, { id, rows: everything }).isBrief).toBe(false);
  expect(selectOne(shape, { id, rows, lock: true }).isBrief).toBeUndefined();
});

test("the version of a document is that of its references too, in the order of their fields", () => {
  const lists = modelOf({
    a: { type: "relationship", to: "things", hasMany: true },
    b: { type: "relationship", to: "things", hasMany: true },
  });
  const shown = documentShape(viewOf(lists), [fieldOf(lists, "id")], nothingPopulated);
  const list = (name: string, alias: string) =>
    `array(select ${alias}."target_id" from "things_${name}_links" ${alias} where ${alias}."owner_id" = t."id" order by ${alias}."position")::text`;
  expect(selectOne(shown, { id, rows: everything }).text).toContain(
    `, t.xmin::text || encode(sha256((${list("a", "r1")} || ${list("b", "r2")})::bytea), 'hex') as "version" from`,
  );
});

test("columns are named one by one, never by a star, and only those that were selected", () => {
  const { text } = selectOne(shapeOf("title"), { id, rows });
  expect(text).toContain('(select t."title" as "title") _d');
  expect(text).not.toMatch(/\*|first_name/);
});

test("a document that is going to be changed is locked against changes, and not against references to it", () => {
  const { text, values } = selectOne(shape, { id, rows, lock: true });
  expect(text).toBe(`${selectOne(shape, { id, rows }).text} for no key update`);
  expect(values).toStrictEqual([id, "a"]);
});

const documents = (columns: string) =>
  `string_agg((select row_to_json(_d) from (select ${columns}) _d)::text, E'\\x1e') as "documents"`;
const all = documents('t."id" as "id", t."title" as "title", t."first_name" as "firstName"');
const key = (at: number, last: number) => `(array_agg(t."?key${at}"))[${last}]::text as "?key${at}"`;
const took = `1000 * date_part('epoch', clock_timestamp() - statement_timestamp()) as "took"`;

test("a page is one row: its documents, and what the last one that is shown is sorted by", () => {
  const list = { shape, rows, sort: model.defaultSort, limit: 21 };
  const from = `select ${all}, ${key(0, 20)}, ${took} from (select t.*, t."id" as "?key0" from "blog_posts" t`;
  expect(selectList({ ...list, from: { offset: 0 } })).toStrictEqual({
    text: `${from} where t."title" = $1::text and true order by t."id" asc limit 21) t`,
    values: ["a"],
    took: "took",
  });
  expect(selectList({ ...list, from: { offset: 40 } })).toStrictEqual({
    text: `${from} where t."title" = $1::text and true order by t."id" asc limit 21 offset $2::int) t`,
    values: ["a", 40],
    took: "took",
  });
});

test("a page behind a cursor is read from its position", () => {
  const list = { shape, rows: everything, sort: model.defaultSort, limit: 3 };
  expect(selectList({ ...list, from: { after: [id] } })).toStrictEqual({
    text: `select ${all}, ${key(0, 2)}, ${took} from (select t.*, t."id" as "?key0" from "blog_posts" t where true and (t."id") > ($1::uuid) order by t."id" asc limit 3) t`,
    values: [id],
    took: "took",
  });
});

test("a page that goes on into the nulls is two ranges, put in order once more", () => {
  const sort = [
    { field: fieldOf(model, "title"), descending: false },
    { field: fieldOf(model, "id"), descending: false },
  ];
  const range = (where: string) =>
    `(select t.* from "blog_posts" t where true and ${where} order by t."title" asc, t."id" asc limit 3)`;
  const columns = [documents('t."id" as "id"'), key(0, 2), key(1, 2), took].join(", ");
  const keys = 't."title" as "?key0", t."id" as "?key1"';
  expect(
    selectList({ shape: shapeOf("id"), rows: everything, sort, limit: 3, from: { after: ["a", id] } }),
  ).toStrictEqual({
    text: `select ${columns} from (select t.*, ${keys} from (${range('(t."title", t."id") > ($1::text, $2::uuid)')} union all ${range('t."title" is null')}) t order by t."title" asc, t."id" asc limit 3) t`,
    values: ["a", id],
    took: "took",
  });
});

test("each range of a page has the rule's rows, and binds them anew", () => {
  const sort = [
    { field: fieldOf(model, "title"), descending: false },
    { field: fieldOf(model, "id"), descending: false },
  ];
  const { text, values } = selectList({ shape, rows, sort, limit: 3, from: { after: ["b", id] } });
  expect(text.match(/t\."title" = \$\d+::text/g)).toStrictEqual([
    't."title" = $3::text',
    't."title" = $4::text',
  ]);
  expect(values).toStrictEqual(["b", id, "a", "a"]);
});

test.each([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
  "the number %o can't be a limit, whoever asks",
  (limit) => {
    const list = { shape, rows, sort: model.defaultSort, from: { offset: 0 } };
    expect(() => selectList({ ...list, limit })).toThrow("a number of rows is a whole number");
  },
);

test("rows are counted, or estimated without reading any", () => {
  expect(selectCount(model, rows)).toStrictEqual({
    text: 'select count(*) from "blog_posts" t where t."title" = $1::text',
    values: ["a"],
  });
  expect(explainCount(model, everything)).toStrictEqual({
    text: 'explain (format json) select 1 from "blog_posts" t where true',
    values: [],
  });
});

test("verdicts are never unknown, and stand in the order of their filters", () => {
  expect(selectVerdicts(model, id, [rows, nothing])).toStrictEqual({
    text: 'select (t."title" = $1::text) is true, (false) is true from "blog_posts" t where t."id" = $2::uuid',
    values: ["a", id],
  });
});

test("all references of a write are checked in one statement", () => {
  const other = "018f4e1c-7a3b-7c3d-8e4f-0123456789ac";
  expect(
    selectReadable([
      { model, ids: [id, other], rows },
      { model, ids: [id], rows: nothing },
    ]),
  ).toStrictEqual({
    text:
      'select 0, t."id" from "blog_posts" t where t."id" = any($1::uuid[]) and t."title" = $2::text union all ' +
      'select 1, t."id" from "blog_posts" t where t."id" = any($3::uuid[]) and false',
    values: [`{"${id}","${other}"}`, "a", `{"${id}"}`],
  });
});

test("the check of a connection and of the columns bind what they look for", () => {
  expect(selectNothing()).toStrictEqual({ text: "select 1", values: [] });
  const { text, values } = selectColumns(["a", 'b"']);
  expect(values).toStrictEqual(['{"a","b\\""}']);
  expect(text).toContain("c.relname = any($1::text[])");
});
