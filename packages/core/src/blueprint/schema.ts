import type { ArrayField, Field, Fields, ItemBounds } from "../contract/field.ts";
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
const maxIdLength = 36;
const minPasswordLength = 8;
const maxPasswordLength = 128;
/** How many entries an array, or a list of references, has at most where it does not say. */
export const defaultMaxItems = 100;

/** The schema of a create body: required fields without a default must be there. */
export function createSchema(model: CollectionModel): BodySchema {
  const required = [...model.fields.values()]
    .filter(({ definition }) => definition !== undefined && isMandatory(definition))
    .map(({ name }) => name);
  return bodySchema(model, required, true);
}

function isMandatory(definition: Field): boolean {
  return definition.required === true && defaultOf(definition) === undefined;
}

/** What an unset field gets on a create, or `undefined`. */
export function defaultOf(definition: Field): unknown {
  return "default" in definition ? definition.default : undefined;
}

/** The schema of an update body: any field may be left out, and what only a create sets has no place in it. */
export function updateSchema(model: CollectionModel): BodySchema {
  return bodySchema(model, [], false);
}

function bodySchema(model: CollectionModel, required: readonly string[], isCreate: boolean): BodySchema {
  const properties = new Map<string, JsonSchema>();
  if (isCreate && model.clientId) properties.set("id", idSchema);
  for (const { name, definition } of model.fields.values()) {
    if (definition === undefined || !isWritable(definition, isCreate)) continue;
    properties.set(name, writtenSchema(definition));
  }
  return { properties, required };
}

/** Whether a body can carry a field. A password is set once, or by whoever knows the old one. */
export function isWritable({ type, writable }: Field, isCreate: boolean): boolean {
  if (writable === false) return false;
  return isCreate || (writable !== "create" && type !== "password");
}

const idSchema: JsonSchema = { type: "string", maxLength: maxIdLength };

/** The same as one JSON Schema: unknown keys are refused. */
export function objectSchema({ properties, required }: BodySchema): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required,
    additionalProperties: false,
  };
}

/** The schema of what a body may carry for a field. An optional field may be cleared with null. */
export function writtenSchema(field: Field): JsonSchema {
  const schema = fieldSchema(field);
  const { type } = schema;
  if (field.required === true || type === undefined) return schema;
  const nullable = { ...schema, type: [type, "null"].flat() };
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
    case "password":
      return {
        ...textSchema(field.maxLength ?? maxPasswordLength, field.minLength ?? minPasswordLength),
        writeOnly: true,
      };
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
    case "multiselect":
      return listSchema({ type: "string", enum: field.options }, field, field.options.length);
    case "json":
      return {};
    case "richtext":
      return { type: ["object", "array"] };
    case "array":
      return listSchema(itemSchema(field), field, defaultMaxItems);
    case "relationship":
      return field.hasMany === true ? listSchema(idSchema, field, defaultMaxItems) : idSchema;
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

function listSchema(items: JsonSchema, { minItems, maxItems }: ItemBounds, fallback: number): JsonSchema {
  return {
    type: "array",
    items,
    ...(minItems === undefined ? {} : { minItems }),
    maxItems: maxItems ?? fallback,
  };
}

/** An entry of an array: like a create body. */
function itemSchema({ fields }: ArrayField): JsonSchema {
  const entries = Object.entries<Fields[string]>(fields);
  return objectSchema({
    properties: new Map(entries.map(([name, field]) => [name, writtenSchema(field)])),
    required: entries.filter(([, field]) => isMandatory(field)).map(([name]) => name),
  });
}
