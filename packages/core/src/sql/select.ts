import type { Statement } from "../contract/database.ts";
import type { CollectionModel, FieldModel, SortField } from "../contract/model.ts";
import type { CursorValue } from "../filter/cursor.ts";
import type { Filter } from "../filter/tree.ts";
import { filterSql } from "./condition.ts";
import { afterSql, orderSql } from "./keyset.ts";
import { quote, writer } from "./writer.ts";

/** The columns of a selection, in its order. */
export function columnsSql(fields: readonly FieldModel[], alias: string): string {
  return fields.map(({ column }) => `${alias}.${quote(column)}`).join(", ");
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
    text: `select ${columnsSql(fields, "t")} from ${quote(model.table)} t where ${where}`,
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
  const where = [filterSql(list.rows, "t", to)];
  if ("after" in list.from) where.push(afterSql(list.sort, list.from.after, to));
  let text = `select ${columnsSql(list.fields, "t")} from ${quote(model.table)} t where ${where.join(" and ")}`;
  text += ` order by ${orderSql(list.sort)} limit ${to.bind(list.limit, "int")}`;
  if ("offset" in list.from && list.from.offset > 0) text += ` offset ${to.bind(list.from.offset, "int")}`;
  return { text, values: to.values };
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
