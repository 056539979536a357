import { expect, test } from "vitest";

import { decodeDocument } from "../../src/request/decode.ts";
import { everyKind, modelOf } from "../world/collection-model.ts";

const fields = [...modelOf(everyKind, { timestamps: true }).fields.values()];
const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

test("a row becomes a document, bigint and timestamps from their text", () => {
  const row = {
    id,
    text: "a",
    number: 1.5,
    integer: "-9007199254740991",
    decimal: "1.50",
    boolean: false,
    date: "2026-11-23 05:00:00+00",
    json: { a: 1 },
    createdAt: "2026-11-23 05:00:00.1+00",
    updatedAt: "0001-01-01 00:00:00.012+00",
  };
  expect(decodeDocument(fields, row)).toStrictEqual({
    id,
    text: "a",
    number: 1.5,
    integer: Number.MIN_SAFE_INTEGER,
    decimal: "1.50",
    boolean: false,
    date: "2026-11-23T05:00:00.000Z",
    json: { a: 1 },
    createdAt: "2026-11-23T05:00:00.100Z",
    updatedAt: "0001-01-01T00:00:00.012Z",
  });
});

test("null stays null, and a falsy value a value", () => {
  const row = { integer: null, date: null, text: "", number: 0, decimal: "0", boolean: false };
  expect(decodeDocument(fields, { ...row })).toStrictEqual(row);
  expect(decodeDocument(fields, { integer: "0" })).toStrictEqual({ integer: 0 });
});

test("only the fields of the list are touched", () => {
  const text = fields.filter(({ kind }) => kind === "text");
  expect(decodeDocument(text, { integer: "7", text: "7" })).toStrictEqual({ integer: "7", text: "7" });
});
