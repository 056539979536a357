import { storedJson } from "../blueprint/json-text.ts";
import { isList, plainValue } from "../blueprint/plain.ts";
import { type Stored, storedScalar } from "../blueprint/scalar.ts";
import type { Field } from "../contract/field.ts";
import { arrayLiteral } from "../sql/writer.ts";

/**
 * Checks what a JSON Schema can't say of one value, and brings it into the form that is stored in its column: JSON as
 * its text, a list of texts as the literal of a Postgres array. Null breaks `required`.
 */
export function storedValue(field: Field, value: unknown): Stored {
  if (value === null) return field.required === true ? { rule: "required" } : { value };
  if (field.type === "json" || field.type === "richtext") return storedJson(field, value);
  return isList(field) ? storedList(field, value) : storedScalar(field, value);
}

function storedList(field: Field, value: unknown): Stored {
  const plain = plainValue(field, value, "");
  if ("issues" in plain) return { rule: plain.issues[0]?.rule ?? "format" };
  if (field.type === "array") return { value: JSON.stringify(plain.value) };
  return { value: arrayLiteral(distinctTexts(plain.value)) };
}

/** The texts of a list, each once, where it first stood. */
function distinctTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? [...new Set(value.map(String))] : [];
}
