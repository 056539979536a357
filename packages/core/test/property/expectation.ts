import type { Json } from "@lucent/core";

import type { Case } from "./cases.ts";
import { instantOf, rowOrder, shownDecimal } from "./compare-values.ts";
import { matches, type Place, targets } from "./evaluate.ts";
import type { CollectionFacts, FieldFacts, StoredRow } from "./facts.ts";
import { isNameable, isPopulatable, namesOf } from "./names.ts";
import { keyValue, type Sight } from "./sight.ts";

/** What to show of a document and of what it leads to; nothing selected means everything. */
export interface Look {
  readonly select: readonly string[] | undefined;
  readonly depth: number;
  readonly populate: readonly string[];
}

/** The code of the refusal that a well-formed query gets, if it gets any. */
export function refusalOf(
  each: Case,
  sight: Sight,
  select: readonly string[] | undefined,
): string | undefined {
  const { slug } = each;
  if (!sight.mayRead(slug)) return "FORBIDDEN";
  const place = sight.place(slug);
  const isKnown =
    namesOf(each.where ?? {}).every((name) => isNameable(name, place, sight)) &&
    (each.sort ?? []).every((key) => isNameable(key.replace(/^-/, ""), place, sight)) &&
    (select ?? []).every((name) => sight.isShown(slug, name)) &&
    (each.populate ?? []).every((path) => isPopulatable(path, place, sight));
  if (!isKnown) return "UNKNOWN_FIELD";
  return each.trashed !== undefined && !sight.maySeeDeleted(slug) ? "FORBIDDEN" : undefined;
}

/** Every row that a query lists, in its order. */
export function rowsOf({ slug, where, sort, trashed }: Case, sight: Sight): readonly StoredRow[] {
  const place = sight.place(slug);
  const keys = completeSort(sort, place.collection, sight);
  return sight
    .rows(slug, trashed)
    .filter((row) => where === undefined || matches(where, row, place))
    .toSorted(
      rowOrder<StoredRow>(keys, (row, name) => {
        const { field, value } = keyValue(place, row, name);
        return { kind: field.kind, value };
      }),
    );
}

/** `id` decides last, in the direction of the key before it. A default order leaves out what may not be named. */
function completeSort(
  sort: readonly string[] | undefined,
  { slug, defaultSort }: CollectionFacts,
  sight: Sight,
): readonly string[] {
  const keys =
    sort ?? defaultSort.slice(0, -1).filter((key) => sight.isNameable(slug, key.replace(/^-/, "")));
  if (keys.some((key) => key === "id" || key === "-id")) return keys;
  return [...keys, keys.at(-1)?.startsWith("-") === true ? "-id" : "id"];
}

/** Who looks at a row of which collection, and at what of it. */
export interface Showing {
  readonly place: Place;
  readonly sight: Sight;
  readonly look: Look;
}

/** A row as a client sees it. */
export function shown(row: StoredRow, showing: Showing): object {
  const { place, sight, look } = showing;
  const { collection } = place;
  const found = collection.fields
    .filter((field) => isSelected(field, look) && sight.isShownIn(collection.slug, field.name, row))
    .map((field) => {
      const value = row[field.name] ?? null;
      return [
        field.name,
        isPopulated(field, look) ? populated(field, value, showing) : shownValue(field, value),
      ];
    });
  return Object.fromEntries(found);
}

function isPopulated({ name, to }: FieldFacts, { depth, populate }: Look): boolean {
  return to !== undefined && (depth > 0 || populate.map(headOf).includes(name));
}

/** `populate` adds its field to the selection, `depth` does not. */
function isSelected({ name }: FieldFacts, { select, populate }: Look): boolean {
  return select === undefined || [...select, ...populate.map(headOf), "id"].includes(name);
}

function headOf(path: string): string {
  return path.split(".")[0] ?? "";
}

/** What may not be read is not there: `null`, or absent from a list. Behind the first document nothing is selected. */
function populated(
  { name, kind, to = "" }: FieldFacts,
  value: Json,
  { place, sight, look }: Showing,
): unknown {
  const behind: Look = {
    select: undefined,
    depth: Math.max(look.depth - 1, 0),
    populate: look.populate.flatMap((path) =>
      path.startsWith(`${name}.`) ? [path.slice(name.length + 1)] : [],
    ),
  };
  const found = targets(value, to, place.reach).map((row) =>
    shown(row, { place: sight.place(to), sight, look: behind }),
  );
  return kind === "list" ? found : (found[0] ?? null);
}

function shownValue({ kind, scale }: FieldFacts, value: Json): Json {
  if (typeof value === "number") return value + 0;
  if (typeof value !== "string") return value;
  if (kind === "decimal") return shownDecimal(value, scale);
  return kind === "date" ? new Date(instantOf(value)).toISOString() : value;
}
