import type { FieldModel } from "../contract/model.ts";
import { maxHops, resolveName } from "./name.ts";
import type { FieldKey, Hop, OrderKey } from "./order.ts";
import { badRequest } from "./refuse.ts";
import type { View, Views } from "./view.ts";

const unordered: ReadonlySet<FieldModel["kind"]> = new Set(["json", "richtext", "array", "multiselect"]);

/**
 * Reads sort keys, `-` in front for descending; `author.name` sorts by a field of a to-one relationship's target.
 * @throws LucentError `UNKNOWN_FIELD` or `BAD_REQUEST`.
 */
export function parseSort(keys: readonly string[], view: View, views: Views): readonly OrderKey[] {
  const names = keys.map((key) => (key.startsWith("-") ? key.slice(1) : key));
  if (new Set(names).size !== names.length) throw badRequest("sort", "unique");
  const found = keys.map((key, at) => sortKey(names[at] ?? "", key.startsWith("-"), { view, views }));
  return totalOrder(found, view.model.fields.get("id"));
}

/**
 * Makes an order total: the document's own `id` is its last key, in the direction of the key before it, so that one
 * plain index serves it forwards and backwards. Keys behind that `id` can't change the order and are dropped.
 */
export function totalOrder(keys: readonly FieldKey[], id: FieldModel | undefined): readonly OrderKey[] {
  const at = keys.findIndex(({ field, through }) => field === id && through === undefined);
  if (at !== -1 || id === undefined) return keys.slice(0, at === -1 ? keys.length : at + 1);
  return [...keys, { field: id, descending: keys.at(-1)?.descending ?? false }];
}

/** Whether a list can be sorted by a field. */
export function isSortable({ links, kind }: FieldModel): boolean {
  return links === undefined && !unordered.has(kind);
}

function sortKey(
  name: string,
  descending: boolean,
  { view, views }: { readonly view: View; readonly views: Views },
): FieldKey {
  if (name.split(".").length > maxHops + 1) throw badRequest("sort", "max");
  const { steps, operand } = resolveName(name, view, views);
  const { field, path } = operand;
  if (path.length > 0 || !isSortable(field) || steps.some((step) => step.field.links !== undefined))
    throw badRequest("sort", "type");
  if (steps.length === 0) return { field, descending };
  const through = steps.map((step): Hop => ({
    field: step.field,
    target: step.view.model,
    rows: step.view.rows,
  }));
  return { field, descending, through };
}
