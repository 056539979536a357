import { type FieldModel, queryBounds } from "@lucent/core";

import type { ComponentStore } from "./components.ts";
import { fieldCondition, jsonCondition, relatedCondition } from "./conditions.ts";
import type { Schema } from "./openapi.ts";
import type { CollectionView, View } from "./view.ts";

/** Relationships whose targets may be named through them. */
export function namedRelationships({ named }: CollectionView, view: View): readonly FieldModel[] {
  return named.filter(({ target }) => target !== undefined && view.get(target)?.actions.has("list") === true);
}

/** A regular expression for what begins with one of some names, and goes on behind a dot. */
export function pathPattern(fields: readonly FieldModel[], prefix = ""): string {
  return String.raw`^${prefix}(?:${fields.map(({ name }) => name).join("|")})\.[A-Za-z0-9_.]+$`;
}

/**
 * The filters of a collection.
 * @param own The name of this schema, as it leads to itself.
 */
export function whereSchema(
  store: ComponentStore,
  collection: CollectionView,
  { view, own }: { readonly view: View; readonly own: string },
): Schema {
  const itself = { $ref: `#/components/schemas/${own}` };
  const branches = { type: "array", items: itself, minItems: 1, maxItems: queryBounds.branches };
  const fields = collection.named.map((field) => [field.name, fieldCondition(store, field)] as const);
  return {
    type: "object",
    description: descriptionOf(collection, view),
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(fields),
      and: { ...branches, description: "All of them match." },
      or: { ...branches, description: "One of them matches at least." },
      not: itself,
    },
    ...paths(store, collection, view),
  };
}

function paths(
  store: ComponentStore,
  collection: CollectionView,
  view: View,
): { readonly patternProperties?: Schema } {
  const found: Record<string, Schema> = {};
  const related = namedRelationships(collection, view);
  if (related.length > 0) found[pathPattern(related)] = relatedCondition(store);
  const json = collection.named.filter(({ kind }) => kind === "json");
  const [first] = json;
  if (first !== undefined) found[pathPattern(json)] = jsonCondition(store, first);
  return Object.keys(found).length === 0 ? {} : { patternProperties: found };
}

function descriptionOf(collection: CollectionView, view: View): string {
  const sentences = ["Several members, and several operators of one, are all to match."];
  const [related] = namedRelationships(collection, view);
  if (related !== undefined) {
    sentences.push(
      `A dotted name follows up to ${queryBounds.hops} relationships, such as \`${related.name}.id\`, and matches where a readable target does.`,
    );
  }
  const json = collection.named.find(({ kind }) => kind === "json");
  if (json !== undefined)
    sentences.push(`So does one into JSON, such as \`${json.name}.key\`: the value there is compared.`);
  return sentences.join(" ");
}
