import type { Statement } from "../contract/database.ts";
import type { CollectionModel, LinkTable } from "../contract/model.ts";
import type { CursorValue } from "../filter/cursor.ts";
import type { OrderKey } from "../filter/order.ts";
import type { DocumentShape } from "../filter/shape.ts";
import { type Filter, isOverRelations } from "../filter/tree.ts";
import { filterSql } from "./condition.ts";
import { documentSql } from "./document.ts";
import { rangesAfter } from "./keyset.ts";
import { keyColumnsSql, keyName, orderSql } from "./order.ts";
import { linksSql } from "./relation.ts";
import { arrayLiteral, quote, type Writer, writer } from "./writer.ts";

/** The columns of a read: the document as JSON text, and the version of its row. */
export const readColumns = { document: "document", version: "version" } as const;

/**
 * What changes with every change of the document `t`, whoever makes it: the transaction that wrote its row (PostgreSQL
 * 5.6, system columns), and the references that lie in tables of their own, where a deleted target takes some along. Two
 * changes in one transaction look alike, but nobody else sees what is between them.
 * @param written The expression of that transaction.
 */
export function versionSql(model: CollectionModel, written: string, to: Writer): string {
  const own = listsOf(model);
  const row = `${written}::text`;
  if (own.length === 0) return `${row} as ${quote(readColumns.version)}`;
  const texts = own.map((links) => `${linksSql(links, "t", to)}::text`).join(" || ");
  return `${row} || encode(sha256((${texts})::bytea), 'hex') as ${quote(readColumns.version)}`;
}

const lists = new WeakMap<CollectionModel, readonly LinkTable[]>();

function listsOf(model: CollectionModel): readonly LinkTable[] {
  const found = lists.get(model) ?? [...model.fields.values()].flatMap(({ links }) => links ?? []);
  lists.set(model, found);
  return found;
}

/** One document by its id, if the filter lets it through. */
export function selectOne(
  shape: DocumentShape,
  { id, rows, lock = false }: { readonly id: string; readonly rows: Filter; readonly lock?: boolean },
): Statement {
  const to = writer();
  const document = `${documentSql(shape, "t", to)}::text as ${quote(readColumns.document)}`;
  const where = `t."id" = ${to.bind(id, "uuid")} and ${filterSql(rows, "t", to)}`;
  const version = versionSql(shape.model, "t.xmin", to);
  const text = `select ${document}, ${version} from ${quote(shape.model.table)} t where ${where}`;
  if (lock) return { text: `${text} for no key update`, values: to.values };
  return { text, values: to.values, isBrief: isBrief(shape, rows) };
}

/** Whether a document is read from its row alone. */
function isBrief({ conditional, populated, fields }: DocumentShape, rows: Filter): boolean {
  if (populated.size > 0 || isOverRelations(rows)) return false;
  return conditional.size === 0 && fields.every(({ links }) => links === undefined);
}

/** Which rows of a list, in which order. */
export interface ListSelection {
  readonly shape: DocumentShape;
  readonly rows: Filter;
  readonly sort: readonly OrderKey[];
  /** How many rows to fetch, the one that shows whether there is a next page included. */
  readonly limit: number;
  /** The sort values of the row before, or how many rows to skip. */
  readonly from: { readonly after: readonly CursorValue[] } | { readonly offset: number };
}

/**
 * The columns of a page beside the sort values of its last row: its documents, one behind the other, and how many
 * milliseconds Postgres took since it had the statement and its plan.
 */
export const pageColumns = { documents: "documents", took: "took" } as const;

/** What stands between two documents. JSON has no such character outside of escapes (RFC 7464). */
export const documentSeparator = "\u001E";

/**
 * A page as one row: its documents, and the sort values of the last one that is shown, as text. A row for each document
 * costs this process as much again as everything else that it does for a list of 20.
 */
export function selectList(list: ListSelection): Statement {
  const to = writer();
  const { shape, sort, limit } = list;
  const last = wholeSql(limit - 1);
  const documents = `string_agg(${documentSql(shape, "t", to)}::text, E'\\x1e') as ${quote(pageColumns.documents)}`;
  const keys = sort.map((_, at) => {
    const key = quote(keyName(at));
    return `(array_agg(t.${key}))[${last}]::text as ${key}`;
  });
  // The documents are made of the rows that are left, whatever had to be sorted. Aggregates take them in that order, as
  // nothing else is done with them (PostgreSQL 9.21).
  return {
    text: `select ${[documents, ...keys, tookSql].join(", ")} from (${rowsSql(list, to)}) t`,
    values: to.values,
    took: pageColumns.took,
  };
}

/** Whatever the list: what a filter costs can't be told from its text. A wait for the table's lock is not in it. */
const tookSql = `1000 * date_part('epoch', clock_timestamp() - statement_timestamp()) as ${quote(pageColumns.took)}`;

/** The rows of a page in their order, with what they are sorted by. */
function rowsSql(list: ListSelection, to: Writer): string {
  const { sort, limit, from } = list;
  const columns = `t.*, ${keyColumnsSql(sort, to)}`;
  const rows = "offset" in from ? pageSql(list, "true", to) : rangesSql(list, from.after, to);
  const offset = "offset" in from && from.offset > 0 ? ` offset ${to.bind(from.offset, "int")}` : "";
  return `select ${columns} from ${rows} order by ${orderSql(sort, to)} limit ${wholeSql(limit)}${offset}`;
}

function pageSql({ shape, rows }: ListSelection, range: string, to: Writer): string {
  return `${quote(shape.model.table)} t where ${filterSql(rows, "t", to)} and ${range}`;
}

/** At most `limit` rows of each range, put in order once more outside: UNION ALL promises none. */
function rangesSql(list: ListSelection, after: readonly CursorValue[], to: Writer): string {
  const ranges = rangesAfter(list.sort, after, to);
  const [only] = ranges;
  if (ranges.length === 1 && only !== undefined) return pageSql(list, only, to);
  const pages = ranges.map((range) => {
    const page = pageSql(list, range, to);
    return `(select t.* from ${page} order by ${orderSql(list.sort, to)} limit ${wholeSql(list.limit)})`;
  });
  return `(${pages.join(" union all ")}) t`;
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

/** Which of some filters a row matches, in their order. */
export function selectVerdicts(model: CollectionModel, id: string, filters: readonly Filter[]): Statement {
  const to = writer();
  const verdicts = filters.map((filter) => `(${filterSql(filter, "t", to)}) is true`).join(", ");
  const where = `t."id" = ${to.bind(id, "uuid")}`;
  return { text: `select ${verdicts} from ${quote(model.table)} t where ${where}`, values: to.values };
}

/** References that a write makes to one collection: the rows must exist and be readable. */
export interface References {
  readonly model: CollectionModel;
  readonly ids: readonly string[];
  readonly rows: Filter;
}

/** Which of the references lead to a row that the caller may read, in one statement: their position and the id. */
export function selectReadable(references: readonly References[]): Statement {
  const to = writer();
  const parts = references.map(({ model, ids, rows }, at) => {
    const where = `t."id" = any(${to.bind(arrayLiteral(ids), "uuid[]")}) and ${filterSql(rows, "t", to)}`;
    return `select ${at}, t."id" from ${quote(model.table)} t where ${where}`;
  });
  return { text: parts.join(" union all "), values: to.values };
}

/** The cheapest statement that needs a working connection. */
export function selectNothing(): Statement {
  return { text: "select 1", values: [] };
}
