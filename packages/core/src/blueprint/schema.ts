import type { Field } from "../contract/field.ts";
import type { CollectionModel } from "../contract/model.ts";

/** A JSON Schema (draft 2020-12) as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of a body, taken apart: what each field may be, and which must be there. */
export interface BodySchema {
  readonly properties: ReadonlyMap<string, JsonSchema>;
  readonly required: readonly string[];
}

const maxTextLength = 10_000;
const maxTextareaLength = 100_000;
// RFC 5321 4.5.3.1.3 leaves 254 characters for an address.
const maxEmailLength = 254;

/** The schema of a create body: required fields without a default must be there. */
export function createSchema(model: CollectionModel): BodySchema {
  const required = [...model.fields.values()]
    .filter(({ definition }) => definition?.required === true && !hasDefault(definition))
    .map(({ name }) => name);
  return bodySchema(model, required);
}

function hasDefault(definition: Field): boolean {
  return definition.type !== "relationship" && definition.default !== undefined;
}

/** The schema of an update body: any field may be left out. */
export function updateSchema(model: CollectionModel): BodySchema {
  return bodySchema(model, []);
}

function bodySchema(model: CollectionModel, required: readonly string[]): BodySchema {
  const properties = new Map<string, JsonSchema>();
  for (const { name, definition } of model.fields.values()) {
    if (definition !== undefined) properties.set(name, writtenSchema(definition));
  }
  return { properties, required };
}

/** The same as one JSON Schema: unknown keys are refused. */
export function objectSchema({ properties, required }: BodySchema): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required,
    additionalProperties: false,
  };
}

/** An optional field may be cleared with null. */
function writtenSchema(field: Field): JsonSchema {
  const schema = fieldSchema(field);
  if (field.required === true || typeof schema["type"] !== "string") return schema;
  const nullable = { ...schema, type: [schema["type"], "null"] };
  return field.type === "select" ? { ...nullable, enum: [...field.options, null] } : nullable;
}

/** The schema of a field's value when it is set. */
function fieldSchema(field: Field): JsonSchema {
  switch (field.type) {
    case "text":
      return textSchema(field.maxLength ?? maxTextLength, field.minLength, field.pattern);
    case "textarea":
      return textSchema(field.maxLength ?? maxTextareaLength, field.minLength, field.pattern);
    case "email":
      return { type: "string", maxLength: maxEmailLength, format: "email" };
    case "number":
      return { type: "number", ...bounds(field.min, field.max) };
    case "integer":
      return {
        type: "integer",
        minimum: Math.max(field.min ?? Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
        maximum: Math.min(field.max ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      };
    case "decimal":
      return { type: "string", maxLength: 1002 };
    case "boolean":
      return { type: "boolean" };
    case "date":
      return { type: "string", maxLength: 40 };
    case "select":
      return { type: "string", enum: field.options };
    case "json":
      return {};
    case "relationship":
      return { type: "string", maxLength: 36 };
  }
}

function textSchema(maxLength: number, minLength?: number, pattern?: string): JsonSchema {
  return {
    type: "string",
    maxLength,
    ...(minLength === undefined ? {} : { minLength }),
    ...(pattern === undefined ? {} : { pattern }),
  };
}

function bounds(minimum?: number, maximum?: number): JsonSchema {
  return { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
}
