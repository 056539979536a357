import { expect, test } from "vitest";

import { decodeRow } from "../../src/request/decode.ts";
import { everyKind, modelOf } from "../world/collection-model.ts";

const fields = [...modelOf(everyKind, { timestamps: true }).fields.values()];
const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

test("a row becomes a document, bigint and timestamps from their text", () => {
  const row = [
    id,
    "a",
    "b",
    "c@d",
    1.5,
    "-9007199254740991",
    "1.50",
    false,
    "2026-11-23 05:00:00+00",
    "x",
    { a: 1 },
    id,
    "2026-11-23 05:00:00.1+00",
    "0001-01-01 00:00:00.012+00",
  ];
  expect(decodeRow(fields, row)).toStrictEqual({
    id,
    text: "a",
    textarea: "b",
    email: "c@d",
    number: 1.5,
    integer: Number.MIN_SAFE_INTEGER,
    decimal: "1.50",
    boolean: false,
    date: "2026-11-23T05:00:00.000Z",
    select: "x",
    json: { a: 1 },
    relationship: id,
    createdAt: "2026-11-23T05:00:00.100Z",
    updatedAt: "0001-01-01T00:00:00.012Z",
  });
});

test("what is not set is null, never absent", () => {
  expect(Object.values(decodeRow(fields, []))).toStrictEqual(Array(14).fill(null));
});

test("columns are taken from an offset, and no more than there are fields", () => {
  expect(decodeRow(fields.slice(0, 2), [true, true, id, "a", "more"], 2)).toStrictEqual({ id, text: "a" });
});

test("falsy values are values", () => {
  expect(decodeRow(fields.slice(1, 8), ["", "", "", 0, "0", "0", false])).toStrictEqual({
    text: "",
    textarea: "",
    email: "",
    number: 0,
    integer: 0,
    decimal: "0",
    boolean: false,
  });
});
