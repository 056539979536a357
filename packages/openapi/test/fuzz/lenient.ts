import type { OpenApiDocument, Schema } from "../../src/index.ts";
import { schemaOf } from "./drafts.ts";
import { componentOf, describedOperations, parametersOf } from "./links.ts";

const known = new WeakMap<OpenApiDocument, OpenApiDocument>();

/**
 * The document with what it leaves out on purpose, so that types made of it are narrow: a text that is no option may be
 * compared with, and is equal to nothing; lists of names may be sent in a body as they are in an address, with commas.
 */
export function withFreeFilters(document: OpenApiDocument): OpenApiDocument {
  const found = known.get(document) ?? freed(document);
  known.set(document, found);
  return found;
}

function freed(document: OpenApiDocument): OpenApiDocument {
  const parameters = describedOperations(document).flatMap(({ operation }) =>
    parametersOf(operation, document),
  );
  const filters = new Set(
    parameters.filter(({ content }) => content !== undefined).map((each) => componentOf(schemaOf(each))),
  );
  const { schemas } = document.components;
  const all = Object.entries(schemas).map(
    ([name, schema]) => [name, filters.has(name) ? withoutOptions(schema) : withTexts(schema)] as const,
  );
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(all) } };
}

function withoutOptions(schema: Schema): Schema {
  const { enum: _, ...kept } = schema;
  return Object.fromEntries(
    Object.entries(schema["type"] === "string" ? kept : schema).map(([key, value]) => [key, inside(value)]),
  );
}

const lists = ["sort", "select", "populate"];

function withTexts(schema: Schema): Schema {
  const { properties } = schema as { readonly properties?: Readonly<Record<string, Schema>> };
  if (properties?.["perPage"] === undefined || properties["where"] === undefined) return schema;
  const all = Object.entries(properties).map(
    ([name, each]) => [name, lists.includes(name) ? { anyOf: [each, text] } : each] as const,
  );
  return { ...schema, properties: Object.fromEntries(all) };
}

const text: Schema = { type: "string" };

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside);
  return typeof value === "object" && value !== null ? withoutOptions(value as Schema) : value;
}
