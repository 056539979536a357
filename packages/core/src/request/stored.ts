import { parseValue } from "../blueprint/value.ts";
import type { DecimalField, Field, JsonField } from "../contract/field.ts";
import type { Rule } from "../errors.ts";
import type { StoredValue } from "../sql/write.ts";

/** A value in its stored form, or the rule that it breaks. */
export type Stored = { readonly value: StoredValue } | { readonly rule: Rule };

const defaultJsonBytes = 65_536;

/** Checks what a JSON Schema can't say of one value, and brings it into the form that is stored. */
export function storedValue(field: Field, value: unknown): Stored {
  if (value === null) return field.required === true ? { rule: "required" } : { value };
  if (field.type === "json") return storedJson(field, value);
  const parsed = parseValue(field.type, value);
  if (parsed === undefined) return { rule: field.type === "relationship" ? "relationship" : "format" };
  if (field.type === "decimal" && typeof parsed === "string") return storedDecimal(field, parsed);
  return { value: parsed };
}

function storedJson(field: JsonField, value: unknown): Stored {
  const text = jsonText(value);
  if (text === undefined) return { rule: "format" };
  if (Buffer.byteLength(text) > (field.maxBytes ?? defaultJsonBytes)) return { rule: "maxLength" };
  // JSON.stringify escapes what jsonb can't hold: NUL, and a surrogate without its other half.
  return hasUnstorableEscape(text) ? { rule: "format" } : { value: text };
}

/** The text of a JSON value; `undefined` for what JSON can't say, which JSON.stringify would turn into null or drop. */
function jsonText(value: unknown): string | undefined {
  let isExact = true;
  const text: unknown = JSON.stringify(value, (_, part: unknown) => {
    const isLost = typeof part === "number" ? !Number.isFinite(part) : notJson.has(typeof part);
    if (isLost) isExact = false;
    return isLost ? null : part;
  });
  return isExact && typeof text === "string" ? text : undefined;
}

const notJson: ReadonlySet<string> = new Set(["undefined", "function", "symbol", "bigint"]);

/** Looks for `\u0000` and lone surrogates among the escapes that JSON.stringify wrote (a `\\` before them is text). */
function hasUnstorableEscape(json: string): boolean {
  if (!json.includes("\\u")) return false;
  for (let at = json.indexOf("\\"); at !== -1; at = json.indexOf("\\", at + 2)) {
    if (json.startsWith("u0000", at + 1) || /^ud[89a-f]/.test(json.slice(at + 1, at + 4))) return true;
  }
  return false;
}

function storedDecimal(field: DecimalField, value: string): Stored {
  const [whole = "", fraction = ""] = value.replace("-", "").split(".");
  if (field.precision !== undefined) {
    const scale = field.scale ?? 0;
    // Postgres would round the digits away without a word.
    if (fraction.length > scale) return { rule: "format" };
    if (whole.replace(/^0+/, "").length > field.precision - scale) return { rule: "max" };
  }
  if (field.min !== undefined && compareDecimals(value, field.min) < 0) return { rule: "min" };
  if (field.max !== undefined && compareDecimals(value, field.max) > 0) return { rule: "max" };
  return { value };
}

/** Orders two decimals exactly, as integers over their common scale. */
function compareDecimals(left: string, right: string): number {
  const scale = Math.max(fractionLength(left), fractionLength(right));
  const difference = scaled(left, scale) - scaled(right, scale);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

function fractionLength(value: string): number {
  return value.split(".")[1]?.length ?? 0;
}

function scaled(value: string, scale: number): bigint {
  return BigInt(value.replace(".", "") + "0".repeat(scale - fractionLength(value)));
}
