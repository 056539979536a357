import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { options } from "./collections.ts";

/**
 * The letters that texts are made of. ILIKE folds case with `lower()` of the cluster's collation; the builtin C.UTF-8
 * maps one code point to one, without context. JavaScript agrees for these, but not for İ (it becomes two code points)
 * and Σ (it becomes ς at the end of a word), so neither is here. The suite asks Postgres whether this still holds.
 */
export const alphabet: readonly string[] = [
  ...Array.from("abzABZ09 %_\\'\",{}()$;.-"),
  ...Array.from("éÉñÑжЖβΒßẞ"),
  "\u212a", // Kelvin sign, folds to k
  "𐐀",
  "𐐨",
  "💩",
  "👩‍🚀",
  "\u0301", // combining acute accent
  "\ue000", // below 💩 by code point, above it by UTF-16 code unit
  "\uffee",
  "\u202e",
  "\ufeff",
  "\t",
  "\n",
];

const texts: readonly string[] = [
  "",
  " ",
  "a",
  "A",
  "ab",
  "aB",
  "é",
  "e\u0301",
  "100%",
  "100",
  "a_b",
  "axb",
  "a\\b",
  "a\\\\b",
  "\\",
  "%",
  "_",
  "'; drop table plain; --",
  '"',
  "$1",
  "null",
  "NULL",
  "{}",
  '{"a":1}',
  "💩",
  "\ue000",
  "zzz",
];

const letters = fc.constantFrom(...alphabet);

/** Any text that Postgres can store. */
export const text: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...texts),
  fc.array(letters, { maxLength: 5 }).map((parts) => parts.join("")),
);

/** What may be looked for with `like` and `startsWith`. */
export const pattern: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...texts.filter((each) => each !== "")),
  fc.array(letters, { minLength: 1, maxLength: 2 }).map((parts) => parts.join("")),
);

/** Texts of which filters over few rows find some. */
export const fewTexts: Arbitrary<string> = fc.constantFrom("a", "A", "ab", "b", "é", "É", "");

/** Numbers of which filters over few rows find some. */
export const fewNumbers: Arbitrary<number> = fc.integer({ min: -2, max: 2 });

/** Moments of which filters over few rows find some. */
export const fewDays: Arbitrary<string> = fc
  .integer({ min: 1, max: 4 })
  .map((day) => `2026-01-0${day}T00:00:00.000Z`);

/** Finite double-precision numbers. */
export const number: Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.1, 0.2, 0.1 + 0.2, 1e308, -1e308, 5e-324, 2 ** 53 - 1, 1 - 2 ** 53, 1.5, 2),
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Whole numbers within ±(2^53−1). */
export const integer: Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 2, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, 1 - 2 ** 53, 2 ** 53 - 2),
  fc.integer({ min: -3, max: 3 }),
  fc.maxSafeInteger(),
);

/** Exact decimals as text, with leading and trailing zeros. */
export const decimal: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "0",
    "-0",
    "0.00",
    "-0.0",
    "1",
    "1.0",
    "1.000",
    "-1.5",
    "007.50",
    "7.5",
    "0.1",
    "0.10",
    "0.30",
  ),
  fc.constantFrom("9007199254740993", "9007199254740993.0", "9007199254740992.9999", "-9007199254740993"),
  fc.constantFrom("1".repeat(40), `${"1".repeat(40)}.${"0".repeat(20)}1`, `0.${"0".repeat(30)}1`),
  fc
    .tuple(fc.integer({ min: -20, max: 20 }), fc.constantFrom("", ".0", ".5", ".50", ".125"))
    .map((parts) => parts.join("")),
);

/** Decimals that a column of 12 digits, 3 behind the point, can hold. */
export const smallDecimal: Arbitrary<string> = fc.oneof(
  fc.constantFrom("0", "1", "1.0", "1.5", "1.500", "-1.5", "999999999.999", "-999999999.999", "0.001", "7.5"),
  fc
    .tuple(fc.integer({ min: -20, max: 20 }), fc.constantFrom("", ".5", ".125"))
    .map((parts) => parts.join("")),
);

const day = 86_400_000;
const firstInstant = Date.parse("0001-01-01T00:00:00.000Z");
const lastInstant = Date.parse("9999-12-31T23:59:59.999Z");

/** Moments within the years 0001–9999, as milliseconds since the epoch. */
export const instant: Arbitrary<number> = fc.oneof(
  fc.constantFrom(firstInstant, lastInstant, 0, -1, 1, Date.parse("2026-11-23T00:00:00.000Z")),
  fc.constantFrom(Date.parse("2024-02-29T12:00:00.500Z"), Date.parse("0099-12-31T23:59:59.999Z")),
  fc.integer({ min: -2, max: 2 }).map((days) => Date.parse("2026-01-01T00:00:00.000Z") + days * day),
  fc.integer({ min: firstInstant, max: lastInstant }),
);

const offsets = ["Z", "z", "+00:00", "-00:00", "+05:30", "-11:00", "+14:00", "-23:59"] as const;

/** One of the ways to write a moment; the digits behind the milliseconds are cut off. */
export const date: Arbitrary<string> = fc
  .record({
    at: instant,
    offset: fc.constantFrom(...offsets),
    fraction: fc.constantFrom("full", "none", "long"),
    separator: fc.constantFrom("T", "t"),
    onlyDay: fc.boolean(),
  })
  .map(({ at, offset, fraction, separator, onlyDay }) => {
    const local = at + minutesOf(offset) * 60_000;
    const [written, zone] = local < firstInstant || local > lastInstant ? [at, "Z"] : [local, offset];
    const iso = new Date(written).toISOString();
    const startOfDay = Math.floor(written / day) * day;
    if (onlyDay && (zone === "Z" || startOfDay > 0)) return iso.slice(0, 10);
    const digits =
      fraction === "none" ? "" : fraction === "full" ? iso.slice(19, 23) : `${iso.slice(19, 23)}999999`;
    return `${iso.slice(0, 10)}${separator}${iso.slice(11, 19)}${digits}${zone}`;
  });

function minutesOf(offset: (typeof offsets)[number]): number {
  if (offset.length === 1) return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
  return offset.startsWith("-") ? -minutes : minutes;
}

function knownId(at: number): string {
  // Spread over the whole range, so that the order of ids says nothing about the order of rows.
  const hex = ((at * 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
  return `${hex}-0000-7000-8000-${at.toString(16).padStart(12, "0")}`;
}

/** Ids that rows may have. */
export const rowIds: readonly string[] = Array.from({ length: 80 }, (_, at) => knownId(at));
/** Ids of the people that rows may refer to. */
export const peopleIds: readonly string[] = Array.from({ length: 4 }, (_, at) => knownId(1_000 + at));

/** Most rows of a collection with relations. */
export const maxRelated = 14;

/** The ids that rows of a collection with relations have: a different range for each. */
export function relatedIds(slug: string, count: number): readonly string[] {
  const start = (slug.length * 7) % (rowIds.length - maxRelated);
  return rowIds.slice(start, start + count);
}

const unknownIds = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"];

/** Ids to look for: known, unknown, in either case. */
export const wantedId: Arbitrary<string> = eitherCase([...rowIds, ...unknownIds]);
/** Ids of people to look for. */
export const wantedPerson: Arbitrary<string> = eitherCase([...peopleIds, ...unknownIds]);

/** Ids of a collection with relations to look for. */
export function wantedRelated(slug: string): Arbitrary<string> {
  return eitherCase([...relatedIds(slug, maxRelated), ...unknownIds]);
}

function eitherCase(ids: readonly string[]): Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...ids), fc.boolean())
    .map(([id, upper]) => (upper ? id.toUpperCase() : id));
}

/** Texts to compare a select field with; one that is no option just matches nothing. */
export const wantedOption: Arbitrary<string> = fc.constantFrom(...options, "archived", "DRAFT", "");
