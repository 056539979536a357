import type { FieldModel } from "../contract/model.ts";
import { queryBounds } from "./bounds.ts";
import { parseNames } from "./names.ts";
import { shownField, shownFields } from "./populate.ts";
import { unknownField } from "./refuse.ts";
import type { View } from "./view.ts";

const { selected: maxSelected } = queryBounds;

const all = new WeakMap<View["fields"], readonly FieldModel[]>();

/** All fields that a view shows, as the same list each time for the same view: what is compiled for it is found again. */
export function allShown(view: View): readonly FieldModel[] {
  if (view.conditional.size > 0) return shownFields(view);
  const found = all.get(view.fields) ?? [...view.fields.values()];
  all.set(view.fields, found);
  return found;
}

/**
 * Checks which fields a document shall have; `id` always comes, and so does what `populate` names.
 * @param populate Paths; the first name of each is a field.
 * @throws LucentError `UNKNOWN_FIELD` for one that the caller may not read.
 */
export function parseSelect(value: unknown, view: View, populate: readonly string[]): readonly FieldModel[] {
  if (value === undefined) return allShown(view);
  const wanted = new Set(["id", ...parseNames("select", value, maxSelected)]);
  for (const name of wanted) if (shownField(view, name) === undefined) throw unknownField(name);
  for (const path of populate) wanted.add(path.split(".", 1)[0] ?? "");
  return shownFields(view).filter(({ name }) => wanted.has(name));
}
