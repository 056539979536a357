import { expect, test } from "vitest";

import { isDecimal, isId, isStorable, parseDate, parseValue } from "../../src/blueprint/value.ts";

test.each([
  ["2024-02-29", "2024-02-29T00:00:00.000Z"],
  ["2026-11-23T05:00:00Z", "2026-11-23T05:00:00.000Z"],
  ["2026-11-23t05:00:00z", "2026-11-23T05:00:00.000Z"],
  ["2026-11-23T05:00:00.1Z", "2026-11-23T05:00:00.100Z"],
  ["2026-11-23T05:00:00.123456789Z", "2026-11-23T05:00:00.123Z"],
  ["2026-11-23T05:00:00.9999Z", "2026-11-23T05:00:00.999Z"],
  ["2026-11-23T05:00:00+02:30", "2026-11-23T02:30:00.000Z"],
  ["2026-11-23T05:00:00-02:30", "2026-11-23T07:30:00.000Z"],
  ["2026-11-23T05:00:00-00:00", "2026-11-23T05:00:00.000Z"],
  ["2026-12-31T23:59:59.999-23:59", "2027-01-01T23:58:59.999Z"],
  ["0001-01-01", "0001-01-01T00:00:00.000Z"],
  ["0001-01-01T00:00:00-00:01", "0001-01-01T00:01:00.000Z"],
  ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ["9999-12-31T23:59:59+00:01", "9999-12-31T23:58:59.000Z"],
])("the date %s is %s", (text, instant) => {
  expect(parseDate(text)).toBe(instant);
});

test.each([
  "",
  " 2024-02-29",
  "2024-02-29\n",
  "2024-2-9",
  "2024-02-30",
  "2023-02-29",
  "2024-00-10",
  "2024-13-10",
  "2024-01-00",
  "2024-01-32",
  "2024-04-31",
  "0000-01-01",
  "10000-01-01",
  "-0001-01-01",
  "+002024-01-01",
  "2024-01-01T00:00:00",
  "2024-01-01 00:00:00Z",
  "2024-01-01T24:00:00Z",
  "2024-01-01T00:60:00Z",
  "2016-12-31T23:59:60Z",
  "2024-01-01T00:00Z",
  "2024-01-01T00:00:00.Z",
  "2024-01-01T00:00:00.1234567890Z",
  "2024-01-01T00:00:00+24:00",
  "2024-01-01T00:00:00+00:60",
  "2024-01-01T00:00:00+0100",
  "2024-01-01T00:00:00+01",
  "0001-01-01T00:00:00+00:01",
  "9999-12-31T23:59:59-00:01",
  "infinity",
  "-infinity",
  "epoch",
  "now()",
  "today",
  "20240101",
  "2024-W01-1",
  "٢٠٢٤-٠١-٠١",
])("T-INJ-11 %o is no date", (text) => {
  expect(parseDate(text)).toBeUndefined();
});

test.each([
  ["0", true],
  ["-0", true],
  ["007.50", true],
  ["-1.5", true],
  [`${"9".repeat(500)}.${"9".repeat(500)}`, true],
  ["9".repeat(501), false],
  [`1.${"9".repeat(501)}`, false],
  ["", false],
  ["-", false],
  ["+1", false],
  [".5", false],
  ["5.", false],
  ["1e3", false],
  ["0x10", false],
  ["1_000", false],
  ["1,5", false],
  ["NaN", false],
  ["Infinity", false],
  [" 1", false],
  ["1\n", false],
])("whether %o is a decimal: %o", (text, expected) => {
  expect(isDecimal(text)).toBe(expected);
});

test.each([
  ["018f4e1c-7a3b-7c3d-8e4f-0123456789ab", true],
  ["018F4E1C-7A3B-7C3D-8E4F-0123456789AB", true],
  ["00000000-0000-0000-0000-000000000000", true],
  ["018f4e1c7a3b7c3d8e4f0123456789ab", false],
  ["{018f4e1c-7a3b-7c3d-8e4f-0123456789ab}", false],
  ["018f4e1c-7a3b-7c3d-8e4f-0123456789ab\n", false],
  ["018f4e1c-7a3b-7c3d-8e4f-0123456789a", false],
  ["018f4e1c-7a3b-7c3d-8e4f-0123456789ag", false],
  ["1", false],
  ["null", false],
  ["", false],
])("whether %o can be an id: %o", (text, expected) => {
  expect(isId(text)).toBe(expected);
});

test.each([
  ["", true],
  ["plain", true],
  ["\u202e\ufeff", true],
  ["😀", true],
  ["a\0b", false],
  ["\ud800", false],
  ["\udc00", false],
  ["\udc00\ud800", false],
  ["\ud83d", false],
])("T-INJ-05 whether the text %o can be stored: %o", (text, expected) => {
  expect(isStorable(text)).toBe(expected);
});

const wrongType = [undefined, null, {}, [], ["a"], { toString: () => "1" }, Symbol.iterator, 1n];

test.each([
  ["number", [0, -0, 1.5, 1e308, 5e-324], ["1", true, Number.NaN, Number.POSITIVE_INFINITY]],
  [
    "integer",
    [0, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
    ["1", 1.5, 2 ** 53, Number.POSITIVE_INFINITY],
  ],
  ["boolean", [true, false], [0, 1, "true", ""]],
  ["text", ["", "a"], [0, true, "\0", "\ud800"]],
  ["textarea", ["", "a"], [0, "\0"]],
  ["email", ["a@b"], [0, "\0"]],
  ["select", ["a"], [0, "\0"]],
  ["decimal", ["1.50"], [1.5, "1e3"]],
  ["json", [], [0, "a", true]],
  ["id", [], [1, "1", ""]],
  ["relationship", [], [1, "1", ""]],
  ["date", [], [0, "2024-02-30"]],
] as const)(
  "T-INJ-06 the kind %s takes what is of its type and refuses everything else",
  (kind, good, bad) => {
    for (const value of good) expect(parseValue(kind, value)).toBe(value);
    for (const value of [...bad, ...wrongType]) expect(parseValue(kind, value)).toBeUndefined();
  },
);

test("ids are brought into lower case and dates into UTC", () => {
  const upper = "018F4E1C-7A3B-7C3D-8E4F-0123456789AB";
  expect(parseValue("id", upper)).toBe(upper.toLowerCase());
  expect(parseValue("relationship", upper)).toBe(upper.toLowerCase());
  expect(parseValue("date", "2024-01-01")).toBe("2024-01-01T00:00:00.000Z");
});
