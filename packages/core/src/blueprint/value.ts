import type { ValueKind } from "../contract/model.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const decimal = /^-?\d{1,500}(?:\.\d{1,500})?$/;
const calendarDate = /^(\d{4})-(\d{2})-(\d{2})$/;
const timestamp =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** Whether a text can be a document id. */
export function isId(value: string): boolean {
  return uuid.test(value);
}

/** Whether a text is an exact decimal number, at most 500 digits on either side of the point. */
export function isDecimal(value: string): boolean {
  return decimal.test(value);
}

/** Whether Postgres can store a text as sent: no NUL, no lone surrogate. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/**
 * Reads RFC 3339 with an offset, or a calendar date (midnight UTC), within the years 0001–9999.
 * Digits behind the millisecond are cut off. Returns ISO 8601 in UTC with milliseconds, or `undefined`.
 */
export function parseDate(text: string): string | undefined {
  const day = calendarDate.exec(text) ?? timestamp.exec(text);
  if (day === null) return undefined;
  const [, year = "", month = "", date = "", hour = "00", minute = "00", second = "00", fraction = ""] = day;
  const [, , , , , , , , sign = "+", offsetHour = "00", offsetMinute = "00"] = day;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const milliseconds = fraction.slice(0, 3).padEnd(3, "0");
  const local = new Date(`${year}-${month}-${date}T${hour}:${minute}:${second}.${milliseconds}Z`);
  // The constructor rolls 30 February over into March.
  if (Number.isNaN(local.getTime()) || local.getUTCDate() !== Number(date)) return undefined;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === "-" ? -1 : 1);
  const instant = new Date(local.getTime() - offset * 60_000);
  const utcYear = instant.getUTCFullYear();
  return utcYear >= 1 && utcYear <= 9999 ? instant.toISOString() : undefined;
}

/** The value of one field in SQL: what goes into a parameter. */
export type SqlValue = string | number | boolean;

/** Checks a single value of a kind and brings it into the form that is stored, or answers `undefined`. */
export function parseValue(kind: ValueKind, value: unknown): SqlValue | undefined {
  switch (kind) {
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? value : undefined;
    case "integer":
      return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "json":
    case "richtext":
    case "array":
    case "multiselect":
      return undefined;
    case "id":
    case "relationship":
      return typeof value === "string" && isId(value) ? value.toLowerCase() : undefined;
    case "decimal":
      return typeof value === "string" && isDecimal(value) ? value : undefined;
    case "date":
      return typeof value === "string" ? parseDate(value) : undefined;
    case "text":
    case "textarea":
    case "email":
    case "select":
    case "password":
      return typeof value === "string" && isStorable(value) ? value : undefined;
  }
}

const zone = "+00";

/**
 * `2026-11-23 05:00:00.12+00` → `2026-11-23T05:00:00.120Z`. The session runs in UTC with DateStyle ISO, so slicing is
 * enough: 0.09 µs against 0.56 µs for `new Date(text).toISOString()` (Node 24; on Bun 0.08 against 0.28).
 */
export function isoDate(text: string): string {
  const end = text.length - zone.length;
  const fraction = text.slice(20, end).padEnd(3, "0");
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}
