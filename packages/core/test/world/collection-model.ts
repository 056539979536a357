import type { Collection, CollectionModel, FieldModel, Fields } from "@lucent/core";

import { describe } from "../../src/blueprint/describe.ts";

/** The checked form of one collection, as the engine would have it. */
export function modelOf(
  fields: Fields,
  more: Partial<Collection> = {},
  others: readonly Collection[] = [],
): CollectionModel {
  const slug = more.slug ?? "things";
  const { collections } = describe({ collections: [{ slug, fields, ...more }, ...others] });
  const found = collections.get(slug);
  if (found === undefined) throw new TypeError("the collection is missing");
  return found;
}

/** A field of a model that must be there. */
export function fieldOf(model: CollectionModel, name: string): FieldModel {
  const found = model.fields.get(name);
  if (found === undefined) throw new TypeError(`the field ${name} is missing`);
  return found;
}

/** One field of every kind, none of them with an option. */
export const everyKind = {
  text: { type: "text" },
  textarea: { type: "textarea" },
  email: { type: "email" },
  number: { type: "number" },
  integer: { type: "integer" },
  decimal: { type: "decimal" },
  boolean: { type: "boolean" },
  date: { type: "date" },
  select: { type: "select", options: ["a", "b"] },
  json: { type: "json" },
  relationship: { type: "relationship", to: "things" },
} as const satisfies Fields;
