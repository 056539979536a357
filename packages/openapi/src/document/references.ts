import type { Schema } from "./openapi.ts";
import type { Shapes } from "./shapes.ts";
import { createdMembers, unknownDocument, updatedMembers } from "./values.ts";
import type { CollectionView, View } from "./view.ts";

const scheme = /^collection:([a-z][a-z0-9-]*)\/(document|create|update|where)$/;

type Referred = "document" | "create" | "update" | "where";

/** What resolving references to collections needs. */
export interface ReferenceParts {
  readonly view: View;
  readonly shapes: Shapes;
}

/**
 * Puts components in the place of references such as `collection:users/document`. In an `allOf` the members of a body
 * are written out, as its component refuses every other member.
 */
export function resolvedSchema(schema: Schema, parts: ReferenceParts): Schema {
  const merged = mergedObjects(schema, parts);
  if (merged !== undefined) return merged;
  const referred = referredBy(schema);
  if (referred === undefined) return mapped(schema, parts);
  const { $ref: _, ...siblings } = schema;
  return { ...target(referred, parts), ...mapped(siblings, parts) };
}

function mapped(schema: Schema, parts: ReferenceParts): Schema {
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolvedValue(value, parts)]));
}

function resolvedValue(value: unknown, parts: ReferenceParts): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => resolvedValue(each, parts));
  return isSchema(value) ? resolvedSchema(value, parts) : value;
}

interface Reference {
  readonly slug: string;
  readonly shape: Referred;
}

function referredBy({ $ref: reference }: Schema): Reference | undefined {
  const [, slug, shape] = (typeof reference === "string" ? scheme.exec(reference) : null) ?? [];
  if (slug === undefined || !isReferred(shape)) return undefined;
  return { slug, shape };
}

function isReferred(shape: string | undefined): shape is Referred {
  return shape === "document" || shape === "create" || shape === "update" || shape === "where";
}

/** What is not in the view is an object of which nothing is said. */
function target({ slug, shape }: Reference, { view, shapes }: ReferenceParts): Schema {
  const collection = view.get(slug);
  if (collection !== undefined && isMade(collection, shape)) return shapes.refer(collection, shape);
  return shape === "document" ? unknownDocument : { type: "object" };
}

function isMade({ named }: CollectionView, shape: Referred): boolean {
  return shape !== "where" || named.length > 0;
}

/**
 * One object that has the members of several, where one of them is the body of a collection: side by side each of them
 * would refuse what the others bring.
 */
function mergedObjects({ allOf, ...own }: Schema, parts: ReferenceParts): Schema | undefined {
  if (!Array.isArray(allOf)) return undefined;
  const all: readonly unknown[] = allOf;
  if (!all.some((each) => isSchema(each) && isBody(referredBy(each)?.shape))) return undefined;
  const { properties: _, required: __, unevaluatedProperties: ___, ...words } = mapped(own, parts);
  const objects = [...all, own].map((each) => openObject(isSchema(each) ? each : {}, parts));
  const required = [...new Set(objects.flatMap((each) => each.required))];
  return {
    ...words,
    type: "object",
    properties: {
      ...Object.fromEntries(required.map((name) => [String(name), {}])),
      ...Object.fromEntries(objects.flatMap(({ properties }) => Object.entries(properties))),
    },
    required,
    // What is not in the view may have members of which nothing is said.
    ...(objects.every(({ isKnown }) => isKnown) ? { additionalProperties: false } : {}),
  };
}

function isBody(shape: Referred | undefined): shape is "create" | "update" {
  return shape === "create" || shape === "update";
}

interface OpenObject {
  readonly properties: Schema;
  readonly required: readonly unknown[];
  readonly isKnown: boolean;
}

function openObject(schema: Schema, parts: ReferenceParts): OpenObject {
  const referred = referredBy(schema);
  if (referred === undefined) {
    const { properties, required } = mapped(schema, parts);
    return {
      properties: isSchema(properties) ? properties : {},
      required: Array.isArray(required) ? required : [],
      isKnown: true,
    };
  }
  const collection = parts.view.get(referred.slug);
  if (collection === undefined || !isBody(referred.shape))
    return { properties: {}, required: [], isKnown: false };
  const members =
    referred.shape === "create"
      ? createdMembers(collection.model, collection.created)
      : updatedMembers(collection.model, collection.updated);
  return { ...members, isKnown: true };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
