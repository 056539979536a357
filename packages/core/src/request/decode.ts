import { isoDate } from "../blueprint/value.ts";
import type { Row } from "../contract/database.ts";
import type { FieldModel } from "../contract/model.ts";

/** A document as the API shows it: JSON values by field name. */
export type Document = Record<string, unknown>;

/** Builds a document from the columns of a row that start at `offset`, in the order of `fields`. */
export function decodeRow(fields: readonly FieldModel[], row: Row, offset = 0): Document {
  const document: Document = {};
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at];
    if (field !== undefined) document[field.name] = decodeValue(field, row[at + offset]);
  }
  return document;
}

/** The driver gives bigint and timestamps as text; everything else arrives in its JSON form. */
function decodeValue(field: FieldModel, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (field.kind === "integer") return Number(value);
  if (field.kind === "date" && typeof value === "string") return isoDate(value);
  return value;
}
