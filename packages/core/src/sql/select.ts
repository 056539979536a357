import type { Statement } from "../contract/database.ts";
import type { CollectionModel, FieldModel, SortField } from "../contract/model.ts";
import type { CursorValue } from "../filter/cursor.ts";
import type { Filter } from "../filter/tree.ts";
import { filterSql } from "./condition.ts";
import { orderSql, rangesAfter } from "./keyset.ts";
import { quote, type Writer, writer } from "./writer.ts";

const columnLists = new WeakMap<readonly FieldModel[], string>();

/** The columns of a selection, each under the name of its field. */
export function columnsSql(fields: readonly FieldModel[]): string {
  const found = columnLists.get(fields) ?? fields.map(columnSql).join(", ");
  columnLists.set(fields, found);
  return found;
}

function columnSql({ name, column }: FieldModel): string {
  return name === column ? `t.${quote(column)}` : `t.${quote(column)} as ${quote(name)}`;
}

/** One document by its id, if the filter lets it through. */
export function selectOne(
  model: CollectionModel,
  fields: readonly FieldModel[],
  { id, rows }: { readonly id: string; readonly rows: Filter },
): Statement {
  const to = writer();
  const where = `t."id" = ${to.bind(id, "uuid")} and ${filterSql(rows, "t", to)}`;
  return {
    text: `select ${columnsSql(fields)} from ${quote(model.table)} t where ${where}`,
    values: to.values,
  };
}

/** Which rows of a list, in which order. */
export interface ListSelection {
  readonly fields: readonly FieldModel[];
  readonly rows: Filter;
  readonly sort: readonly SortField[];
  /** How many rows to fetch, the one that shows whether there is a next page included. */
  readonly limit: number;
  /** The sort values of the row before, or how many rows to skip. */
  readonly from: { readonly after: readonly CursorValue[] } | { readonly offset: number };
}

/** A page of documents. */
export function selectList(model: CollectionModel, list: ListSelection): Statement {
  const to = writer();
  if ("offset" in list.from) {
    const offset = list.from.offset > 0 ? ` offset ${to.bind(list.from.offset, "int")}` : "";
    return { text: pageSql(model, list, { range: "true", to }) + offset, values: to.values };
  }
  const ranges = rangesAfter(list.sort, list.from.after, to);
  const pages = ranges.map((range) => pageSql(model, list, { range, to }));
  const [only = ""] = pages;
  return { text: pages.length === 1 ? only : mergedSql(pages, list), values: to.values };
}

function pageSql(
  model: CollectionModel,
  { fields, rows, sort, limit }: ListSelection,
  { range, to }: { readonly range: string; readonly to: Writer },
): string {
  const where = `${filterSql(rows, "t", to)} and ${range}`;
  const from = `${quote(model.table)} t where ${where} order by ${orderSql(sort, "column")}`;
  return `select ${columnsSql(fields)} from ${from} limit ${wholeSql(limit)}`;
}

/** At most `limit` rows of each range, put in order once more: UNION ALL promises none. */
function mergedSql(pages: readonly string[], { sort, limit }: ListSelection): string {
  const union = pages.map((page) => `(${page})`).join(" union all ");
  return `select * from (${union}) t order by ${orderSql(sort, "name")} limit ${wholeSql(limit)}`;
}

/**
 * A number of rows stands in the text: with a parameter there Postgres takes a generic plan for a tenth of the table,
 * finds it dear, and plans every execution anew (50 of 50; with the number in the text 5 of 50, Postgres 18).
 */
function wholeSql(rows: number): string {
  if (!Number.isSafeInteger(rows) || rows < 0) throw new TypeError("a number of rows is a whole number");
  return String(rows);
}

/** How many rows a filter lets through. */
export function selectCount(model: CollectionModel, rows: Filter): Statement {
  const to = writer();
  return {
    text: `select count(*) from ${quote(model.table)} t where ${filterSql(rows, "t", to)}`,
    values: to.values,
  };
}

/** The planner's estimate of the same; nothing is read. */
export function explainCount(model: CollectionModel, rows: Filter): Statement {
  const to = writer();
  const where = filterSql(rows, "t", to);
  return {
    text: `explain (format json) select 1 from ${quote(model.table)} t where ${where}`,
    values: to.values,
  };
}

/** A reference that a write makes: the row must exist and be readable. */
export interface Reference {
  readonly model: CollectionModel;
  readonly id: string;
  readonly rows: Filter;
}

/** The positions of those references whose target the caller may read, in one statement. */
export function selectReadable(references: readonly Reference[]): Statement {
  const to = writer();
  const parts = references.map(({ model, id, rows }, at) => {
    const where = `t."id" = ${to.bind(id, "uuid")} and ${filterSql(rows, "t", to)}`;
    return `select ${at} where exists (select 1 from ${quote(model.table)} t where ${where})`;
  });
  return { text: parts.join(" union all "), values: to.values };
}

/** The cheapest statement that needs a working connection. */
export function selectNothing(): Statement {
  return { text: "select 1", values: [] };
}
