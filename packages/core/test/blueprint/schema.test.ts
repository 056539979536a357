import { expect, test } from "vitest";

import { createSchema, objectSchema, updateSchema } from "../../src/blueprint/schema.ts";
import { everyKind, modelOf } from "../world/collection-model.ts";

test("the schema of a body knows every field, its bounds and null for those that may be cleared", () => {
  expect(objectSchema(updateSchema(modelOf(everyKind, { timestamps: true })))).toStrictEqual({
    type: "object",
    properties: {
      text: { type: ["string", "null"], maxLength: 10_000 },
      textarea: { type: ["string", "null"], maxLength: 100_000 },
      email: { type: ["string", "null"], maxLength: 254, format: "email" },
      number: { type: ["number", "null"] },
      integer: {
        type: ["integer", "null"],
        minimum: Number.MIN_SAFE_INTEGER,
        maximum: Number.MAX_SAFE_INTEGER,
      },
      decimal: { type: ["string", "null"], maxLength: 1_002 },
      boolean: { type: ["boolean", "null"] },
      date: { type: ["string", "null"], maxLength: 40 },
      select: { type: ["string", "null"], enum: ["a", "b", null] },
      json: {},
      relationship: { type: ["string", "null"], maxLength: 36 },
    },
    required: [],
    additionalProperties: false,
  });
});

test("a create needs the required fields that have no default, an update none", () => {
  const model = modelOf({
    title: { type: "text", required: true, minLength: 1, maxLength: 5, pattern: "^a" },
    state: { type: "select", options: ["x"], required: true, default: "x" },
    size: { type: "integer", min: 0, max: 9 },
    ratio: { type: "number", min: 0.5, max: 1.5 },
  });
  expect(objectSchema(createSchema(model))).toStrictEqual({
    type: "object",
    properties: {
      title: { type: "string", maxLength: 5, minLength: 1, pattern: "^a" },
      state: { type: "string", enum: ["x"] },
      size: { type: ["integer", "null"], minimum: 0, maximum: 9 },
      ratio: { type: ["number", "null"], minimum: 0.5, maximum: 1.5 },
    },
    required: ["title"],
    additionalProperties: false,
  });
  expect(updateSchema(model).required).toStrictEqual([]);
});
