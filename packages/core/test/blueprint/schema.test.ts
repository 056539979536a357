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
      multiselect: {
        type: ["array", "null"],
        items: { type: "string", enum: ["a", "b", "c"] },
        maxItems: 3,
      },
      richtext: { type: ["object", "array", "null"] },
      array: {
        type: ["array", "null"],
        items: {
          type: "object",
          properties: {
            label: { type: ["string", "null"], maxLength: 10_000 },
            size: {
              type: ["integer", "null"],
              minimum: Number.MIN_SAFE_INTEGER,
              maximum: Number.MAX_SAFE_INTEGER,
            },
          },
          required: [],
          additionalProperties: false,
        },
        maxItems: 100,
      },
      relationship: { type: ["string", "null"], maxLength: 36 },
      references: { type: ["array", "null"], items: { type: "string", maxLength: 36 }, maxItems: 100 },
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

test("lists have their bounds, and an entry of an array is a body of its own", () => {
  const model = modelOf({
    tags: { type: "multiselect", options: ["a", "b"], minItems: 1, maxItems: 2, required: true },
    lines: {
      type: "array",
      required: true,
      minItems: 1,
      maxItems: 5,
      fields: {
        sku: { type: "text", required: true },
        count: { type: "integer", required: true, default: 1, min: 0, max: 9 },
        parts: { type: "array", fields: { name: { type: "email" } } },
      },
    },
    others: { type: "relationship", to: "things", hasMany: true, required: true, minItems: 2, maxItems: 3 },
  });
  expect(objectSchema(createSchema(model))).toStrictEqual({
    type: "object",
    properties: {
      tags: { type: "array", items: { type: "string", enum: ["a", "b"] }, minItems: 1, maxItems: 2 },
      lines: {
        type: "array",
        items: {
          type: "object",
          properties: {
            sku: { type: "string", maxLength: 10_000 },
            count: { type: "integer", minimum: 0, maximum: 9 },
            parts: {
              type: ["array", "null"],
              items: {
                type: "object",
                properties: { name: { type: ["string", "null"], maxLength: 254, format: "email" } },
                required: [],
                additionalProperties: false,
              },
              maxItems: 100,
            },
          },
          required: ["sku"],
          additionalProperties: false,
        },
        minItems: 1,
        maxItems: 5,
      },
      others: { type: "array", items: { type: "string", maxLength: 36 }, minItems: 2, maxItems: 3 },
    },
    required: ["tags", "lines", "others"],
    additionalProperties: false,
  });
});

test("a password is part of a create alone, and an id only where clients may bring one", () => {
  const fields = {
    secret: { type: "password", required: true },
    pin: { type: "password", minLength: 4, maxLength: 9 },
  } as const;
  const model = modelOf(fields, { clientId: true });
  const { properties, required } = createSchema(model);
  expect(Object.fromEntries(properties)).toStrictEqual({
    id: { type: "string", maxLength: 36 },
    secret: { type: "string", minLength: 8, maxLength: 128, writeOnly: true },
    pin: { type: ["string", "null"], minLength: 4, maxLength: 9, writeOnly: true },
  });
  expect(required).toStrictEqual(["secret"]);
  expect([...updateSchema(model).properties.keys()]).toStrictEqual([]);
  expect([...createSchema(modelOf(fields)).properties.keys()]).toStrictEqual(["secret", "pin"]);
});
