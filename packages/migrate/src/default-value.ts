import { isDeepStrictEqual } from "node:util";

import type { Column } from "@lucent/core";

import { readArrayLiteral } from "./array-literal.ts";
import { type Printed, readPrinted } from "./printed-value.ts";

/**
 * Whether a column's default is the one that it should have, however the server spells it: values are compared as
 * values of the column's type. An expression that is more than a value or one of our two functions is another default.
 * @param found The default as the server prints it, of a column of this type or of one that becomes it.
 */
export function isSameDefault({ type, default: wanted }: Column, found: string | undefined): boolean {
  const printed = found === undefined ? undefined : readPrinted(found);
  const isNone = found === undefined || printed?.kind === "null";
  if (wanted === undefined || isNone || printed === undefined) return wanted === undefined && isNone;
  if ("call" in wanted) {
    return printed.kind === "call" && printed.call === wanted.call && keepsValue(type, printed, "");
  }
  const value = printedValue(type, printed);
  return value !== undefined && isDeepStrictEqual(value, valueOf(type, wanted.value));
}

function printedValue(type: string, printed: Printed): unknown {
  if (printed.kind === "literal") {
    return keepsValue(type, printed, printed.text) ? valueOf(type, printed.text) : undefined;
  }
  if (printed.kind !== "list" || type !== "text[]" || !keepsValue(type, printed, "")) return undefined;
  const texts = printed.elements.map((element) => printedValue("text", element));
  return texts.includes(undefined) ? undefined : texts;
}

const wholeNumbers = ["bigint", "integer", "smallint"];
const texts = ["text", "character varying"];

/** Casts that change no value on its way to a column of the type. */
const harmless: ReadonlyMap<string, readonly string[]> = new Map([
  ["text", texts],
  ["text[]", texts.map((each) => `${each}[]`)],
  ["integer", wholeNumbers],
  ["bigint", wholeNumbers],
  ["double precision", ["double precision", "numeric"]],
  ["numeric", ["numeric"]],
  ["jsonb", ["jsonb", "json", "text"]],
  ["timestamp(3) with time zone", ["timestamp with time zone"]],
]);

const whole = /^-?\d+$/;

function keepsValue(type: string, { casts }: Printed, text: string): boolean {
  const allowed = harmless.get(type.startsWith("numeric") ? "numeric" : type);
  return casts.every(
    (cast) =>
      cast === type ||
      allowed?.includes(cast) === true ||
      ((cast === "numeric" || wholeNumbers.includes(cast)) && whole.test(text)),
  );
}

/** A value of a type, comparable by `isDeepStrictEqual`; the text itself where it is none that we know. */
function valueOf(type: string, text: string): unknown {
  switch (type) {
    case "text":
      return text;
    case "text[]":
      return readArrayLiteral(text) ?? text;
    case "boolean":
      return truths.get(text.toLowerCase()) ?? text;
    case "uuid":
      return text.replaceAll(/[-{}]/g, "").toLowerCase();
    case "double precision":
      return exactNumber(text) === undefined ? text.toLowerCase() : Number(text);
    case "jsonb":
      return jsonValue(text);
    case "timestamp(3) with time zone":
      return moment(text) ?? text;
    default:
      return exactNumber(text) ?? text.toLowerCase();
  }
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...["t", "true", "y", "yes", "on", "1"].map((each) => [each, true] as const),
  ...["f", "false", "n", "no", "off", "0"].map((each) => [each, false] as const),
]);

const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i;

/** Digits without zeros at either end, and the power of ten of the last one. */
function exactNumber(text: string): string | undefined {
  const [, sign, before = "", after = "", power = "0"] = decimal.exec(text) ?? [];
  const digits = `${before}${after}`;
  if (sign === undefined || digits === "") return undefined;
  const significant = digits.replace(/^0+/, "");
  let end = significant.length;
  while (significant[end - 1] === "0") end -= 1;
  if (end === 0) return "0";
  const exponent = Number(power) - after.length + (significant.length - end);
  return `${sign === "-" ? "-" : ""}${significant.slice(0, end)}e${exponent}`;
}

function jsonValue(text: string): unknown {
  try {
    // oxlint-disable-next-line no-restricted-properties -- a default of a definition, or what Postgres prints for a jsonb
    const value: unknown = JSON.parse(text);
    // Apart from texts that are no JSON.
    return { value };
  } catch {
    return text;
  }
}

const instant = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00(?::?00)?)$/;

/** Milliseconds since 1970, rounded as the column rounds; for the years 1 to 9999 in UTC. */
function moment(text: string): number | undefined {
  const [, date, time, fraction = "0"] = instant.exec(text) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const milliseconds = Math.round(Number(`0.${fraction}`) * 1_000);
  const found = Date.parse(`${date}T${time}Z`) + milliseconds;
  return Number.isNaN(found) ? undefined : found;
}
