import { expect, test } from "vitest";

import { everything, nothing } from "../../src/filter/tree.ts";
import { parseWhere } from "../../src/filter/where.ts";
import { selectColumns } from "../../src/sql/catalog.ts";
import {
  columnsSql,
  explainCount,
  selectCount,
  selectList,
  selectNothing,
  selectOne,
  selectReadable,
} from "../../src/sql/select.ts";
import { fieldOf, modelOf } from "../world/collection-model.ts";

const model = modelOf({ title: { type: "text" }, firstName: { type: "text" } }, { slug: "blog-posts" });
const fields = [...model.fields.values()];
const rows = parseWhere({ title: "a" }, model.fields);
const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

test("columns are named one by one, never by a star", () => {
  expect(columnsSql(fields)).toBe('t."id", t."title", t."first_name" as "firstName"');
  expect(columnsSql([fieldOf(model, "title")])).toBe('t."title"');
});

test("one document is read by its id and the rows that the rule lets through", () => {
  expect(selectOne(model, fields, { id, rows })).toStrictEqual({
    text: 'select t."id", t."title", t."first_name" as "firstName" from "blog_posts" t where t."id" = $1::uuid and t."title" = $2::text',
    values: [id, "a"],
  });
});

test("a page is read with an offset, which the first page does not have", () => {
  const list = { fields, rows, sort: model.defaultSort, limit: 21 };
  const first =
    'select t."id", t."title", t."first_name" as "firstName" from "blog_posts" t where t."title" = $1::text and true order by t."id" asc limit 21';
  expect(selectList(model, { ...list, from: { offset: 0 } })).toStrictEqual({
    text: first,
    values: ["a"],
  });
  expect(selectList(model, { ...list, from: { offset: 40 } })).toStrictEqual({
    text: 'select t."id", t."title", t."first_name" as "firstName" from "blog_posts" t where t."title" = $2::text and true order by t."id" asc limit 21 offset $1::int',
    values: [40, "a"],
  });
});

test("a page behind a cursor is read from its position", () => {
  expect(
    selectList(model, { fields, rows: everything, sort: model.defaultSort, limit: 3, from: { after: [id] } }),
  ).toStrictEqual({
    text: 'select t."id", t."title", t."first_name" as "firstName" from "blog_posts" t where true and (t."id") > ($1::uuid) order by t."id" asc limit 3',
    values: [id],
  });
});

test("a page that goes on into the nulls is two ranges, put in order once more", () => {
  const sort = [
    { field: fieldOf(model, "title"), descending: false },
    { field: fieldOf(model, "id"), descending: false },
  ];
  const range = (where: string) =>
    `(select t."id" from "blog_posts" t where true and ${where} order by t."title" asc, t."id" asc limit 3)`;
  expect(
    selectList(model, {
      fields: [fieldOf(model, "id")],
      rows: everything,
      sort,
      limit: 3,
      from: { after: ["a", id] },
    }),
  ).toStrictEqual({
    text: `select * from (${range('(t."title", t."id") > ($1::text, $2::uuid)')} union all ${range('t."title" is null')}) t order by t."title" asc, t."id" asc limit 3`,
    values: ["a", id],
  });
});

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

test("all references of a write are checked in one statement", () => {
  expect(
    selectReadable([
      { model, id, rows },
      { model, id, rows: nothing },
    ]),
  ).toStrictEqual({
    text:
      'select 0 where exists (select 1 from "blog_posts" t where t."id" = $1::uuid and t."title" = $2::text) union all ' +
      'select 1 where exists (select 1 from "blog_posts" t where t."id" = $3::uuid and false)',
    values: [id, "a", id],
  });
});

test("the check of a connection and of the columns bind what they look for", () => {
  expect(selectNothing()).toStrictEqual({ text: "select 1", values: [] });
  const { text, values } = selectColumns(["a", 'b"']);
  expect(values).toStrictEqual(['{"a","b\\""}']);
  expect(text).toContain("c.relname = any($1::text[])");
});
