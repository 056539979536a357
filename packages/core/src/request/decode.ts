import { isoDate } from "../blueprint/value.ts";
import type { FieldModel } from "../contract/model.ts";

/** A document as the API shows it: JSON values by field name. */
export type Document = Record<string, unknown>;

interface Fixup {
  readonly name: string;
  readonly isInteger: boolean;
}

const fixups = new WeakMap<readonly FieldModel[], readonly Fixup[]>();

/** The fields that the driver gives as text: bigint and timestamps. Everything else arrives in its JSON form. */
function fixupsOf(fields: readonly FieldModel[]): readonly Fixup[] {
  const found =
    fixups.get(fields) ??
    fields
      .filter(({ kind }) => kind === "integer" || kind === "date")
      .map(({ name, kind }) => ({ name, isInteger: kind === "integer" }));
  fixups.set(fields, found);
  return found;
}

/**
 * Makes a document of a row whose columns have the names of their fields. In place: the driver has just made the object
 * for us alone.
 */
export function decodeDocument(fields: readonly FieldModel[], row: Document): Document {
  for (const { name, isInteger } of fixupsOf(fields)) {
    const value = row[name];
    if (typeof value === "string") row[name] = isInteger ? Number(value) : isoDate(value);
  }
  return row;
}
