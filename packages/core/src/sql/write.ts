import type { Statement } from "../contract/database.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";
import type { Filter } from "../filter/tree.ts";
import { comparedType, filterSql } from "./condition.ts";
import { columnsSql } from "./select.ts";
import { quote, type Writer, writer } from "./writer.ts";

/** A value as it is stored: JSON is its text. */
export type StoredValue = string | number | boolean | null;

/** The columns that a write sets. */
export type StoredRow = ReadonlyMap<FieldModel, StoredValue>;

/** What a write answers: the two verdicts and the selected fields of the new row. */
export interface WriteSelection {
  readonly fields: readonly FieldModel[];
  /** Must hold for the new row, else the write is undone. */
  readonly allowed: Filter;
  /** Whether the caller may see the new row. */
  readonly visible: Filter;
}

/** Inserts one row and answers both verdicts and the fields of it. */
export function insertOne(model: CollectionModel, row: StoredRow, select: WriteSelection): Statement {
  const to = writer();
  const columns = [...row.keys()].map(({ column }) => quote(column)).join(", ");
  const values = [...row].map(([field, value]) => storedSql(field, value, to)).join(", ");
  const insert = `insert into ${quote(model.table)} (${columns}) values (${values}) returning *`;
  return { text: answering(insert, select, to), values: to.values };
}

/**
 * Updates one row that `rows` lets through and answers both verdicts and the fields of the new image; no row where
 * there is none or the caller may not update it. The filter stands inside the statement, so that Postgres checks it
 * again on the current row after waiting for another writer.
 */
export function updateOne(
  model: CollectionModel,
  target: { readonly id: string; readonly rows: Filter; readonly row: StoredRow },
  select: WriteSelection,
): Statement {
  const to = writer();
  const set = [...target.row].map(
    ([field, value]) => `${quote(field.column)} = ${storedSql(field, value, to)}`,
  );
  const where = `t."id" = ${to.bind(target.id, "uuid")} and ${filterSql(target.rows, "t", to)}`;
  const update = `update ${quote(model.table)} t set ${set.join(", ")} where ${where} returning t.*`;
  return { text: answering(update, select, to), values: to.values };
}

/** The same answer as an update that sets nothing. */
export function touchNothing(
  model: CollectionModel,
  target: { readonly id: string; readonly rows: Filter },
  select: WriteSelection,
): Statement {
  const to = writer();
  const where = `t."id" = ${to.bind(target.id, "uuid")} and ${filterSql(target.rows, "t", to)}`;
  const same = `select t.* from ${quote(model.table)} t where ${where}`;
  return { text: answering(same, select, to), values: to.values };
}

/** Deletes one row that `rows` lets through and answers its id. */
export function deleteOne(model: CollectionModel, id: string, rows: Filter): Statement {
  const to = writer();
  const where = `t."id" = ${to.bind(id, "uuid")} and ${filterSql(rows, "t", to)}`;
  return { text: `delete from ${quote(model.table)} t where ${where} returning t."id"`, values: to.values };
}

/** The columns of the two verdicts; no field can have such a name. */
export const verdictNames = { allowed: "?allowed", visible: "?visible" } as const;

function answering(change: string, { fields, allowed, visible }: WriteSelection, to: Writer): string {
  const isAllowed = `(${filterSql(allowed, "t", to)}) is true as ${quote(verdictNames.allowed)}`;
  const isVisible = `(${filterSql(visible, "t", to)}) is true as ${quote(verdictNames.visible)}`;
  return `with n as (${change}) select ${isAllowed}, ${isVisible}, ${columnsSql(fields)} from n t`;
}

/** JSON is bound as text first: a driver that sees a jsonb parameter would encode the text a second time. */
function storedSql(field: FieldModel, value: StoredValue, to: Writer): string {
  return field.kind === "json"
    ? `${to.bind(value, "text")}::jsonb`
    : to.bind(value, comparedType(field.kind));
}
