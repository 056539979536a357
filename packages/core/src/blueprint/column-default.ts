import type { FieldModel } from "../contract/model.ts";
import type { ColumnDefault } from "../contract/table.ts";
import { plainValue } from "./plain.ts";
import { defaultOf } from "./schema.ts";

/**
 * What the database fills in for a field. Requests get their defaults from the application; the column's own is for
 * whoever writes beside it, such as the release before this one, which knows nothing of a new required field.
 */
export function columnDefault(field: FieldModel): ColumnDefault | undefined {
  if (field.serverOwned) return field.kind === "date" && !field.nullable ? { call: "now" } : undefined;
  const { definition, name } = field;
  const given = definition === undefined ? undefined : defaultOf(definition);
  if (definition === undefined || given === undefined || given === null) return undefined;
  const plain = plainValue(definition, given, name);
  return "issues" in plain ? undefined : { value: inputForm(field, plain.value) };
}

/** A value as Postgres reads it for the column's type. */
function inputForm({ kind }: FieldModel, value: unknown): string {
  if (kind === "multiselect" && Array.isArray(value)) return `{${value.map(listElement).join(",")}}`;
  if (kind === "json" || kind === "richtext" || kind === "array") return JSON.stringify(value);
  return String(value);
}

function listElement(value: unknown): string {
  return `"${String(value).replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
