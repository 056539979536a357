import type { Collection, CollectionModel, FieldModel, Fields } from "@lucent/core";

import { describe } from "../../src/blueprint/describe.ts";
import { everything, type Filter } from "../../src/filter/tree.ts";
import type { View } from "../../src/filter/view.ts";

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
  multiselect: { type: "multiselect", options: ["a", "b", "c"] },
  richtext: { type: "richtext" },
  array: { type: "array", fields: { label: { type: "text" }, size: { type: "integer" } } },
  password: { type: "password" },
  relationship: { type: "relationship", to: "things" },
  references: { type: "relationship", to: "things", hasMany: true },
} as const satisfies Fields;

/** What a caller sees of a collection whom no rule leaves anything out for. */
export function viewOf(model: CollectionModel, more: Partial<View> = {}): View {
  const fields = new Map([...model.fields].filter(([, { hidden }]) => !hidden));
  return { model, rows: everything, withDeleted: everything, fields, conditional: new Map(), ...more };
}

/** The same view without some fields, which are shown in no row, or in those alone that match a filter. */
export function viewWithout(view: View, names: readonly string[], shownIn?: Filter): View {
  const fields = new Map([...view.fields].filter(([name]) => !names.includes(name)));
  const conditional = new Map(view.conditional);
  if (shownIn !== undefined) for (const name of names) conditional.set(fieldOf(view.model, name), shownIn);
  return { ...view, fields, conditional };
}
