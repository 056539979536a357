import type { Json } from "@lucent/core";

import type { Kind } from "./facts.ts";

/** Orders two values of a kind that are not null, as http-api 3.1 says: below zero where the left one comes first. */
export function compareValues(kind: Kind, left: Json, right: Json): number {
  switch (kind) {
    case "number":
    case "integer":
      return Number(left) < Number(right) ? -1 : Number(left) > Number(right) ? 1 : 0;
    case "boolean":
      return Number(left) - Number(right);
    case "decimal":
      return compareDecimals(textOf(left), textOf(right));
    case "date":
      return instantOf(textOf(left)) - instantOf(textOf(right));
    case "text":
    case "select":
      return compareTexts(textOf(left), textOf(right));
    case "id":
    case "relationship":
      return compareTexts(textOf(left).toLowerCase(), textOf(right).toLowerCase());
    case "list":
    case "multiselect":
    case "json":
    case "richtext":
    case "array":
      throw new TypeError(`${kind} has no order`);
  }
}

/** A value that must be a text. */
export function textOf(value: Json): string {
  if (typeof value !== "string") throw new TypeError(`${JSON.stringify(value)} is no text`);
  return value;
}

/** By code point, which is what the test cluster's collation does; `<` would compare UTF-16 code units. */
function compareTexts(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  for (const [at, letter] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    const difference = (letter.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareDecimals(left: string, right: string): number {
  const width = 600;
  const scaled = (value: string): bigint => {
    const [whole = "", fraction = ""] = value.split(".");
    return BigInt(`${whole}${fraction.padEnd(width, "0")}`);
  };
  const difference = scaled(left) - scaled(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Milliseconds since the epoch of a calendar date or an RFC 3339 moment; what is behind the milliseconds is cut off. */
export function instantOf(text: string): number {
  if (text.length === 10) return Date.parse(`${text}T00:00:00.000Z`);
  return Date.parse(text.toUpperCase().replace(/(\.\d{3})\d+/, "$1"));
}

/** How a decimal is shown: no leading zeros, no negative zero, every digit behind the point kept. */
export function shownDecimal(value: string, scale: number | undefined): string {
  const [whole = "", fraction = ""] = value.replace("-", "").split(".");
  const digits = fraction.padEnd(scale ?? 0, "0");
  const magnitude = [whole.replace(/^0+(?=\d)/, ""), ...(digits === "" ? [] : [digits])].join(".");
  return value.startsWith("-") && /[1-9]/.test(magnitude) ? `-${magnitude}` : magnitude;
}

/** A key of an order as the row that it is asked of has it. */
export interface KeyValue {
  readonly kind: Kind;
  readonly value: Json;
}

/** The order of two rows under sort keys (`-` for descending): nulls last ascending, first descending. */
export function rowOrder<Row>(
  keys: readonly string[],
  valueOf: (row: Row, name: string) => KeyValue,
): (left: Row, right: Row) => number {
  return (left, right) => {
    for (const key of keys) {
      const descending = key.startsWith("-");
      const name = descending ? key.slice(1) : key;
      const { kind, value } = valueOf(left, name);
      const ascending = compareNullable(kind, value, valueOf(right, name).value);
      if (ascending !== 0) return descending ? -ascending : ascending;
    }
    return 0;
  };
}

function compareNullable(kind: Kind, left: Json, right: Json): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return compareValues(kind, left, right);
}
