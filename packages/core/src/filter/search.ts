import { isStorable } from "../blueprint/value.ts";
import { queryBounds } from "./bounds.ts";
import { badRequest } from "./refuse.ts";
import type { TextSearch } from "./tree.ts";
import type { View } from "./view.ts";

const { search: maxSearchLength } = queryBounds;

/**
 * Reads `search`: words for the collection's searchable fields, those alone that the caller may read.
 * @throws LucentError `BAD_REQUEST`, also where no field can be searched.
 */
export function parseSearch(value: unknown, { model, fields }: View): TextSearch | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !isStorable(value)) throw badRequest("search", "type");
  if (value.trim() === "") throw badRequest("search", "minLength");
  if (value.length > maxSearchLength) throw badRequest("search", "maxLength");
  const searched = model.searchFields.filter(({ name }) => fields.has(name));
  if (searched.length === 0) throw badRequest("search", "unknown");
  return { kind: "search", fields: searched, text: value };
}
