import type { Statement } from "../contract/database.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";
import type { DocumentShape } from "../filter/shape.ts";
import type { Filter } from "../filter/tree.ts";
import { comparedType, filterSql } from "./condition.ts";
import { documentSql } from "./document.ts";
import { type Links, linksWritten } from "./links.ts";
import { readColumns, versionSql } from "./select.ts";
import { quote, type Writer, writer } from "./writer.ts";

/** A value as it is stored: JSON is its text, a list of options the literal of a Postgres array. */
export type StoredValue = string | number | boolean | null;

/** The columns that a write sets. */
export type StoredRow = ReadonlyMap<FieldModel, StoredValue>;

/** What a write changes: columns, and lists of references. */
export interface Change {
  readonly row: StoredRow;
  readonly links: readonly Links[];
}

/** What a write answers about the new row. */
export interface WriteSelection {
  /** The document, as far as its writer may read it. */
  readonly shape: DocumentShape;
  /** Must hold for the new row, else the write is undone. */
  readonly allowed: Filter;
  /** Whether the caller may see the new row. */
  readonly visible: Filter;
}

/** The columns of the two verdicts; no field can have such a name. */
export const verdictNames = { allowed: "?allowed", visible: "?visible" } as const;

const versionColumn = "?version";

/** Inserts one row; with `answer` in the same statement. */
export function insertOne(
  model: CollectionModel,
  { row, links }: Change,
  answer?: WriteSelection,
): Statement {
  const to = writer();
  const columns = [...row.keys()].map(({ column }) => quote(column)).join(", ");
  const values = [...row].map(([field, value]) => storedSql(field, value, to)).join(", ");
  const insert = `insert into ${quote(model.table)} as t (${columns}) values (${values})`;
  return written(insert, links, { model, answer, to });
}

/**
 * Updates one row that `rows` lets through; no row where there is none or the caller may not update it. The filter
 * stands inside the statement, so that Postgres checks it again on the current row after waiting for another writer.
 */
export function updateOne(
  model: CollectionModel,
  target: { readonly id: string; readonly rows: Filter; readonly change: Change },
  answer?: WriteSelection,
): Statement {
  const to = writer();
  const { row, links } = target.change;
  const set = [...row].map(([field, value]) => `${quote(field.column)} = ${storedSql(field, value, to)}`);
  // A row whose references change is a new version of it, even where no column does.
  const assignments = set.length === 0 ? `"id" = t."id"` : set.join(", ");
  const where = `t."id" = ${to.bind(target.id, "uuid")} and ${filterSql(target.rows, "t", to)}`;
  const update = `update ${quote(model.table)} t set ${assignments} where ${where}`;
  return written(update, links, { model, answer, to });
}

/** Deletes one row that `rows` lets through and answers its id. */
export function deleteOne(model: CollectionModel, id: string, rows: Filter): Statement {
  const to = writer();
  const where = `t."id" = ${to.bind(id, "uuid")} and ${filterSql(rows, "t", to)}`;
  return {
    text: `delete from ${quote(model.table)} t where ${where} returning t."id" as "id"`,
    values: to.values,
  };
}

/** Answers about a row as it is: after a write whose own statement could not, or instead of one that changes nothing. */
export function selectWritten(
  model: CollectionModel,
  { id, rows }: { readonly id: string; readonly rows: Filter },
  answer: WriteSelection,
): Statement {
  const to = writer();
  const where = `t."id" = ${to.bind(id, "uuid")} and ${filterSql(rows, "t", to)}`;
  const columns = `${answerSql(answer, to)}, ${versionSql(model, "t.xmin", to)}`;
  return { text: `select ${columns} from ${quote(model.table)} t where ${where}`, values: to.values };
}

/**
 * Whether a row would match a filter with the values that a write wanted to give it, without writing: for a write that
 * met another row before its own could be looked at. References to several documents are seen as they are.
 */
export function selectImage(
  model: CollectionModel,
  { id, row }: { readonly id: string; readonly row: StoredRow },
  image: Filter,
): Statement {
  const to = writer();
  const key = model.fields.get("id");
  const isNew = key !== undefined && row.has(key);
  const columns = [...model.fields.values()]
    .filter(({ links }) => links === undefined)
    .map((field) => {
      const value = row.get(field);
      const column = quote(field.column);
      return value === undefined && !isNew
        ? `t.${column}`
        : `${storedSql(field, value ?? null, to)} as ${column}`;
    });
  const from = isNew ? "" : ` from ${quote(model.table)} t where t."id" = ${to.bind(id, "uuid")}`;
  const text = `select (${filterSql(image, "t", to)}) is true from (select ${columns.join(", ")}${from}) t`;
  return { text, values: to.values };
}

interface Answering {
  readonly model: CollectionModel;
  readonly answer: WriteSelection | undefined;
  readonly to: Writer;
}

/** The new row and its references are written by one statement, so that there is never one without the other. */
function written(change: string, links: readonly Links[], { model, answer, to }: Answering): Statement {
  const row = `n as (${change} returning t.*, t.xmin as ${quote(versionColumn)})`;
  const parts = [row, ...links.flatMap((each) => linksWritten(each, to))].join(", ");
  const version = (): string => versionSql(model, `t.${quote(versionColumn)}`, to);
  const columns = answer === undefined ? `t."id" as "id"` : `${answerSql(answer, to)}, ${version()}`;
  return { text: `with ${parts} select ${columns} from n t`, values: to.values };
}

function answerSql({ shape, allowed, visible }: WriteSelection, to: Writer): string {
  const isAllowed = `(${filterSql(allowed, "t", to)}) is true as ${quote(verdictNames.allowed)}`;
  const isVisible = `(${filterSql(visible, "t", to)}) is true as ${quote(verdictNames.visible)}`;
  const document = `${documentSql(shape, "t", to)}::text as ${quote(readColumns.document)}`;
  return `${isAllowed}, ${isVisible}, ${document}`;
}

const jsonKinds: ReadonlySet<FieldModel["kind"]> = new Set(["json", "richtext", "array"]);

/** JSON is bound as text first: a driver that sees a jsonb parameter would encode the text a second time. */
function storedSql(field: FieldModel, value: StoredValue, to: Writer): string {
  return jsonKinds.has(field.kind)
    ? `${to.bind(value, "text")}::jsonb`
    : to.bind(value, comparedType(field.kind));
}
