import type { Place, WhereObject } from "./evaluate.ts";
import type { Sight } from "./sight.ts";

/** The names in a filter. */
export function namesOf(where: WhereObject): readonly string[] {
  return Object.entries(where).flatMap(([key, value]) => {
    if (key === "and" || key === "or") return (value as readonly WhereObject[]).flatMap(namesOf);
    return key === "not" ? namesOf(value as WhereObject) : [key];
  });
}

/** Whether each step of a dotted name is one that the caller may read everywhere. */
export function isNameable(name: string, place: Place, sight: Sight): boolean {
  const [first = "", ...path] = name.split(".");
  const { slug, fields } = place.collection;
  if (!sight.isNameable(slug, first)) return false;
  const to = fields.find((field) => field.name === first)?.to;
  if (path.length === 0 || to === undefined) return true;
  return sight.mayRead(to) && isNameable(path.join("."), sight.place(to), sight);
}

/** A field that is readable in some rows may be populated there; behind what may not be read there is nothing to name. */
export function isPopulatable(path: string, place: Place, sight: Sight): boolean {
  const [first = "", ...rest] = path.split(".");
  const { slug, fields } = place.collection;
  const to = fields.find((field) => field.name === first)?.to ?? "";
  if (!sight.isShown(slug, first)) return false;
  return rest.length === 0 || (sight.mayRead(to) && isPopulatable(rest.join("."), sight.place(to), sight));
}
