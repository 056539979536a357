import { expect, test } from "vitest";

import { breakingChanges } from "../../src/index.ts";
import { documentWith, inAnswer, inRequest, object, type Schema, text } from "./documents.ts";

interface Case {
  readonly name: string;
  readonly old: Schema;
  readonly now: Schema;
  /** What is said of a request that changes from `old` to `now`, behind the pointer of its schema. */
  readonly request: readonly string[];
  /** The same of an answer. */
  readonly answer: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "a new member that is not required",
    old: object({ a: text }),
    now: object({ a: text, b: text }),
    request: [],
    answer: [],
  },
  {
    name: "a new required member",
    old: object({ a: text }),
    now: object({ a: text, b: text }, { required: ["b"] }),
    request: ["/properties/b: is now required in a request."],
    answer: [],
  },
  {
    name: "a member that became required",
    old: object({ a: text }),
    now: object({ a: text }, { required: ["a"] }),
    request: ["/properties/a: is now required in a request."],
    answer: [],
  },
  {
    name: "a member that is no longer required",
    old: object({ a: text }, { required: ["a"] }),
    now: object({ a: text }),
    request: [],
    answer: ["/properties/a: may now be absent from an answer."],
  },
  {
    name: "a member that is gone",
    old: object({ a: text, "b/c": text }, { required: ["b/c"] }),
    now: object({ a: text }),
    request: [],
    answer: ["/properties/b~1c: is no longer in an answer."],
  },
  {
    name: "a member that is gone where others are refused",
    old: object({ a: text, b: text }, { additionalProperties: false }),
    now: object({ a: text }, { additionalProperties: false }),
    request: ["/properties/b: is no longer taken in a request."],
    answer: ["/properties/b: is no longer in an answer."],
  },
  {
    name: "other members that are refused now",
    old: object({ a: text }),
    now: object({ a: text }, { additionalProperties: false }),
    request: [": a request can no longer have other members."],
    answer: [],
  },
  {
    name: "another type",
    old: text,
    now: { type: "number" },
    request: [": a request can no longer be of type string."],
    answer: [": an answer can now be of type number."],
  },
  {
    name: "null beside a type",
    old: text,
    now: { type: ["string", "null"] },
    request: [],
    answer: [": an answer can now be of type null."],
  },
  {
    name: "no null any more",
    old: { type: ["string", "null"] },
    now: text,
    request: [": a request can no longer be of type null."],
    answer: [],
  },
  {
    name: "a number instead of a whole one",
    old: { type: "integer" },
    now: { type: "number" },
    request: [],
    answer: [": an answer can now be of type number."],
  },
  {
    name: "no type any more",
    old: text,
    now: {},
    request: [],
    answer: ["number", "boolean", "object", "array", "null"].map(
      (type) => `: an answer can now be of type ${type}.`,
    ),
  },
  {
    name: "an option that is gone",
    old: { enum: ["a", "b"] },
    now: { enum: ["a"] },
    request: [': a request can no longer be "b".'],
    answer: [],
  },
  {
    name: "an option that is new",
    old: { enum: ["a"] },
    now: { enum: ["a", "b"] },
    request: [],
    answer: [': an answer can now be "b".'],
  },
  {
    name: "options where there were none",
    old: text,
    now: { type: "string", enum: ["a"] },
    request: [": a request now takes some values only."],
    answer: [],
  },
  {
    name: "options that are lifted",
    old: { type: "string", enum: ["a"] },
    now: text,
    request: [],
    answer: [": an answer can now be any value."],
  },
  {
    name: "a constant that is another one",
    old: { const: { b: 1, a: 2 } },
    now: { const: "c" },
    request: [': a request can no longer be {"a":2,"b":1}.'],
    answer: [': an answer can now be "c".'],
  },
  {
    name: "tighter bounds",
    old: { type: "string", maxLength: 10 },
    now: { type: "string", maxLength: 9, minLength: 1 },
    request: [": minLength of a request is now 1.", ": maxLength of a request is now 9, and was 10."],
    answer: [],
  },
  {
    name: "wider bounds",
    old: { type: "number", minimum: 1, maximum: 9 },
    now: { type: "number", minimum: 0 },
    request: [],
    answer: [": minimum of an answer was 1, and is now 0.", ": maximum of an answer was 9, and is now gone."],
  },
  {
    name: "another pattern",
    old: { type: "string", pattern: "^a" },
    now: { type: "string", pattern: "^b" },
    request: [": pattern of a request is another one."],
    answer: [": pattern of an answer is another one."],
  },
  {
    name: "a new format",
    old: text,
    now: { type: "string", format: "uuid" },
    request: [": format of a request is new."],
    answer: [],
  },
  {
    name: "items that must differ",
    old: { type: "array", items: text },
    now: { type: "array", items: text, uniqueItems: true },
    request: [": the items of a request must now differ."],
    answer: [],
  },
  {
    name: "items of another type",
    old: { type: "array", items: text },
    now: { type: "array", items: { type: "boolean" } },
    request: ["/items: a request can no longer be of type string."],
    answer: ["/items: an answer can now be of type boolean."],
  },
  {
    name: "items that must fit something",
    old: { type: "array" },
    now: { type: "array", items: text },
    request: ["/items: a request must now fit this."],
    answer: [],
  },
  {
    name: "an alternative that is gone",
    old: { anyOf: [text, { type: "null" }] },
    now: { anyOf: [text] },
    request: ["/anyOf/1: is no longer taken in a request."],
    answer: [],
  },
  {
    name: "an alternative that is new",
    old: { anyOf: [text] },
    now: { anyOf: [{ type: "null" }, text] },
    request: [],
    answer: ["/anyOf/0: is new in an answer."],
  },
  {
    name: "alternatives in another order",
    old: { oneOf: [text, { type: "null" }] },
    now: { oneOf: [{ type: "null" }, text] },
    request: [],
    answer: [],
  },
  {
    name: "an alternative that changed within",
    old: { anyOf: [object({ a: text, b: text }), text] },
    now: { anyOf: [object({ a: { type: "string", maxLength: 5 }, b: text }), text] },
    request: ["/anyOf/0/properties/a: maxLength of a request is now 5."],
    answer: [],
  },
  {
    name: "a value that became one of two",
    old: text,
    now: { anyOf: [text, { type: "null" }] },
    request: [],
    answer: ["/anyOf/1: is new in an answer."],
  },
  {
    name: "one of two that became a value",
    old: { anyOf: [text, { type: "null" }] },
    now: text,
    request: ["/anyOf/1: is no longer taken in a request."],
    answer: [],
  },
  {
    name: "another part of all",
    old: { allOf: [object({ a: text })] },
    now: { allOf: [object({ a: text }), object({ b: text }, { required: ["b"] })] },
    request: ["/allOf/1: a request must now fit this too."],
    answer: [],
  },
  {
    name: "a part of all that is gone",
    old: { allOf: [object({ a: text }), object({ b: text }, { required: ["b"] })] },
    now: { allOf: [object({ a: text })] },
    request: [],
    answer: ["/allOf/1: an answer need no longer fit this."],
  },
];

test.each(cases)("$name", ({ old, now, request, answer }) => {
  expect(breakingChanges(documentWith(old, undefined), documentWith(now, undefined))).toStrictEqual(
    request.map((sentence) => inRequest + sentence),
  );
  expect(breakingChanges(documentWith(undefined, old), documentWith(undefined, now))).toStrictEqual(
    answer.map((sentence) => inAnswer + sentence),
  );
});
