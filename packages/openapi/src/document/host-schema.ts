import type { Schema } from "./openapi.ts";

/** The keywords whose value is a schema, a list of schemas, or schemas by name. */
const inner = {
  one: new Set(["items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else"]),
  list: new Set(["anyOf", "oneOf", "allOf", "prefixItems"]),
  named: new Set(["properties", "patternProperties", "dependentSchemas"]),
};

/** The keywords that stay as they are. */
const plain: ReadonlySet<string> = new Set([
  "const",
  "default",
  "deprecated",
  "description",
  "enum",
  "examples",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "format",
  "maxItems",
  "maxLength",
  "maxProperties",
  "maximum",
  "minItems",
  "minLength",
  "minProperties",
  "minimum",
  "multipleOf",
  "pattern",
  "readOnly",
  "required",
  "title",
  "uniqueItems",
  "writeOnly",
]);

const types: ReadonlySet<unknown> = new Set([
  "array",
  "boolean",
  "integer",
  "null",
  "number",
  "object",
  "string",
]);

/**
 * What a TypeBox schema says in plain JSON Schema: kinds, transforms and keywords of its own are left out, and so is what
 * leads to another schema by its name. A schema of another library says nothing.
 */
export function plainSchema(schema: unknown): Schema {
  if (typeof schema !== "object" || schema === null || "~standard" in schema) return {};
  const found: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    const kept = keptValue(key, value);
    if (kept !== undefined) found[key] = kept;
  }
  return found;
}

function keptValue(key: string, value: unknown): unknown {
  if (key === "type") return keptType(value);
  if (inner.one.has(key)) return typeof value === "boolean" ? value : plainSchema(value);
  if (inner.list.has(key)) return Array.isArray(value) ? value.map(plainSchema) : undefined;
  if (inner.named.has(key)) return namedSchemas(value);
  return plain.has(key) ? jsonOf(value) : undefined;
}

function keptType(value: unknown): unknown {
  return [value].flat().every((type) => types.has(type)) ? value : undefined;
}

function namedSchemas(value: unknown): Schema | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, plainSchema(schema)]));
}

/** The value as JSON has it: a default may be a date, or a function. */
function jsonOf(value: unknown): unknown {
  const text: unknown = JSON.stringify(value);
  // oxlint-disable-next-line no-restricted-properties -- text that was written on the line before
  return typeof text === "string" ? (JSON.parse(text) as unknown) : undefined;
}
