import { IsEmail } from "typebox/format";

import type { DecimalField, Field } from "../contract/field.ts";
import type { Rule } from "../errors.ts";
import { parseValue, type SqlValue } from "./value.ts";

/** A value in its stored form, or the rule that it breaks. */
export type Stored = { readonly value: SqlValue | null } | { readonly rule: Rule };

// RFC 5321 4.5.3.1.3 leaves 254 characters for an address.
const maxEmailLength = 254;

/**
 * Checks what a JSON Schema can't say of a single value, and brings it into its stored form, which for these kinds is
 * its JSON form too.
 */
export function storedScalar(field: Field, value: unknown): Stored {
  const parsed = parseValue(field.type, value);
  if (parsed === undefined) return { rule: field.type === "relationship" ? "relationship" : "format" };
  if (field.type === "decimal" && typeof parsed === "string") return storedDecimal(field, parsed);
  // The length first: what the pattern costs grows with the square of it.
  if (field.type === "email" && !(String(parsed).length <= maxEmailLength && IsEmail(String(parsed)))) {
    return { rule: "format" };
  }
  return { value: parsed };
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
