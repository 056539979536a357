import {
  type CollectionModel,
  createSchema,
  type Field,
  type FieldModel,
  type Fields,
  type ItemBounds,
  updateSchema,
} from "@lucent/core";

import type { Schema } from "./openapi.ts";

/** The id of a document. */
export const idSchema: Schema = { type: "string", format: "uuid" };

/** A document of which the reader may know no more than that it is one. */
export const unknownDocument: Schema = {
  type: "object",
  required: ["id"],
  properties: { id: idSchema },
  additionalProperties: true,
};

const dateSchema: Schema = { type: "string", format: "date-time" };
const decimalSchema: Schema = { type: "string", pattern: String.raw`^-?\d+(?:\.\d+)?$` };

/**
 * The value of a field in a document. Bounds are left out: what is stored may be older than they are.
 * @param target What a populated relationship shows: documents of its target, where they may be read.
 */
export function shownSchema(field: FieldModel, target: Schema | undefined): Schema {
  const { definition, nullable } = field;
  if (definition === undefined) return nullable ? orNull(serverSchema(field)) : serverSchema(field);
  const schema = valueSchema(definition, target);
  return described(definition, nullable || isReference(definition) ? orNull(schema) : schema);
}

/** A populated reference is null where what it leads to may not be read, also where one is required. */
function isReference(definition: Field): boolean {
  return definition.type === "relationship" && definition.hasMany !== true;
}

/** Adds what the definition says in words, before what is said already. */
function described({ description, deprecated }: Field, schema: Schema): Schema {
  const { description: known } = schema;
  const words = [description, known].filter((text) => typeof text === "string").join(" ");
  return {
    ...schema,
    ...(words === "" ? {} : { description: words }),
    ...(deprecated === true ? { deprecated } : {}),
  };
}

function serverSchema({ kind }: FieldModel): Schema {
  return { ...(kind === "id" ? idSchema : dateSchema), readOnly: true };
}

function valueSchema(field: Field, target: Schema | undefined): Schema {
  switch (field.type) {
    case "text":
    case "textarea":
    case "password":
    case "email":
      return { type: "string" };
    case "number":
      return { type: "number" };
    case "integer":
      return { type: "integer" };
    case "decimal":
      return decimalSchema;
    case "boolean":
      return { type: "boolean" };
    case "date":
      return dateSchema;
    case "select":
      return { type: "string", enum: field.options };
    case "multiselect":
      return { type: "array", items: { type: "string", enum: field.options } };
    case "json":
      return {};
    case "richtext":
      return { type: ["object", "array"] };
    case "array":
      return { type: "array", items: { type: "object", properties: entrySchemas(field.fields) } };
    case "relationship": {
      const one = target === undefined ? idSchema : { anyOf: [idSchema, target] };
      return field.hasMany === true ? { type: "array", items: one } : one;
    }
  }
}

function entrySchemas(fields: Fields): Schema {
  return mapped(fields, (_, field) => {
    const schema = valueSchema(field, undefined);
    return described(field, field.required === true ? schema : orNull(schema));
  });
}

/** The same schema, which also takes null. */
function orNull(schema: Schema): Schema {
  const { type, enum: options, anyOf } = schema;
  if (Array.isArray(anyOf)) return { ...schema, anyOf: anyOf.concat({ type: "null" }) };
  if (type === undefined) return schema;
  const nullable = { ...schema, type: [type, "null"].flat() };
  return Array.isArray(options) ? { ...nullable, enum: options.concat(null) } : nullable;
}

/** What a body may carry, by name, and what it must. */
export interface Written {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
}

/** The members of a create body that are among `names`, with their defaults. */
export function createdMembers(model: CollectionModel, names: ReadonlySet<string>): Written {
  const { properties, required } = createSchema(model);
  const found = membersOf(model, properties, names);
  return { properties: found, required: required.filter((name) => Object.hasOwn(found, name)) };
}

/** The members of an update body that are among `names`. */
export function updatedMembers(model: CollectionModel, names: ReadonlySet<string>): Written {
  const found = membersOf(model, updateSchema(model).properties, names);
  return { properties: mapped(found, (_, { default: __, ...schema }) => schema), required: [] };
}

function membersOf(
  model: CollectionModel,
  properties: ReadonlyMap<string, Schema>,
  names: ReadonlySet<string>,
): Readonly<Record<string, Schema>> {
  const found: Record<string, Schema> = {};
  for (const [name, schema] of properties) {
    const definition = model.fields.get(name)?.definition;
    if (definition === undefined) found[name] = { ...schema, ...idSchema };
    else if (names.has(name)) found[name] = written(definition, schema);
  }
  return found;
}

function written(field: Field, schema: Schema): Schema {
  return described(field, withDefault(field, refined(field, schema)));
}

function withDefault(field: Field, schema: Schema): Schema {
  const fallback = "default" in field ? field.default : undefined;
  return fallback === undefined ? schema : { ...schema, default: fallback };
}

/** Adds what the engine checks by itself to what it lets a JSON Schema check. */
function refined(field: Field, schema: Schema): Schema {
  switch (field.type) {
    case "date":
      return {
        ...schema,
        format: "date-time",
        description: "RFC 3339 with an offset; a calendar date is its midnight in UTC.",
      };
    case "decimal":
      return {
        ...schema,
        pattern: decimalPattern(field),
        ...decimalDescription(field),
        examples: [decimalExample(field)],
      };
    case "multiselect":
      return { ...schema, uniqueItems: true };
    case "relationship":
      return field.hasMany === true
        ? { ...schema, ...neverEmpty(field), items: idSchema, uniqueItems: true }
        : { ...schema, format: "uuid" };
    case "array":
      return { ...schema, items: refinedEntry(field.fields, schema["items"]) };
    case "text":
    case "textarea":
    case "email":
    case "password":
    case "number":
    case "integer":
    case "boolean":
    case "select":
    case "json":
    case "richtext":
      return schema;
  }
}

/** A list of references that is required holds one at least. */
function neverEmpty({ required, minItems = 0 }: ItemBounds & { readonly required?: boolean }): Schema {
  return required === true ? { minItems: Math.max(minItems, 1) } : {};
}

function refinedEntry(fields: Fields, items: unknown): unknown {
  const { properties, ...rest } = recordOf(items);
  const known = recordOf(properties);
  const refine = (name: string, field: Field): Schema => written(field, recordOf(known[name]));
  return { ...rest, properties: mapped(fields, refine) };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

type Decimal = Extract<Field, { readonly type: "decimal" }>;

function decimalPattern({ precision, scale = 0 }: Decimal): string {
  if (precision === undefined) return String.raw`^-?\d{1,500}(?:\.\d{1,500})?$`;
  const digits = precision - scale;
  const whole = digits === 0 ? "^-?0" : String.raw`^-?\d{1,${digits}}`;
  return scale === 0 ? `${whole}$` : String.raw`${whole}(?:\.\d{1,${scale}})?$`;
}

function decimalExample({ precision, scale, min, max }: Decimal): string {
  return min ?? max ?? (precision !== undefined && precision === scale ? "0.1" : "1");
}

function decimalDescription({ min, max }: Decimal): { readonly description?: string } {
  if (min === undefined && max === undefined) return {};
  if (max === undefined) return { description: `At least ${min}.` };
  return { description: min === undefined ? `At most ${max}.` : `From ${min} to ${max}.` };
}

function mapped<T, U>(
  record: Readonly<Record<string, T>>,
  change: (name: string, value: T) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(name, value)]));
}
