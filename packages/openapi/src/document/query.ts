import { type FieldModel, isSortable, type ListParameters, queryBounds } from "@lucent/core";

import type { Schema } from "./openapi.ts";
import type { CollectionView, View } from "./view.ts";
import { namedRelationships, pathPattern } from "./where.ts";

/** The name of a parameter of a list. */
export type ListParameter = keyof ListParameters;

/** What is said of the parameters of every list, whatever the collection. */
export const listDescriptions: Readonly<Record<ListParameter, string>> = {
  where: "Which documents.",
  sort: "The order; `-` in front of a name turns it round. Documents that are equal in it are ordered by `id`.",
  select: "The fields that documents are to have; `id` always comes. Default: all of them.",
  perPage: "Documents on a page.",
  page: `Which page, from 1; \`page\` times \`perPage\` is at most ${queryBounds.offset}. Not together with \`cursor\`.`,
  cursor: "The `nextCursor` of the page before, for the same filter and order.",
  count: "Whether `meta` says how many documents there are in all.",
  depth: "How many relationships deep documents are put in the place of ids.",
  populate: "Relationships that are to show documents instead of ids, by paths such as `a.b`.",
  search: "Words to look for; quotes, `-word` and `or` mean what they do in web search.",
  trashed: "Deleted documents too, or alone.",
};

/** The name of a parameter that is the same for every collection. */
type SharedParameter = "perPage" | "page" | "cursor" | "count" | "depth" | "search" | "trashed";

/** The schemas of the parameters that are the same for every collection. */
export const sharedParameters: Readonly<Record<SharedParameter, Schema>> = {
  perPage: { type: "integer", minimum: 1, maximum: queryBounds.perPage, default: queryBounds.defaultPerPage },
  page: { type: "integer", minimum: 1, maximum: queryBounds.offset, default: 1 },
  cursor: { type: "string", maxLength: queryBounds.cursor },
  count: { type: "string", enum: ["none", "exact", "estimated"], default: "none" },
  depth: { type: "integer", minimum: 0, maximum: queryBounds.hops, default: 0 },
  search: { type: "string", minLength: 1, maxLength: queryBounds.search },
  trashed: { type: "string", enum: ["only", "with"] },
};

/** The parameters that a list of a collection takes, in the order in which they are listed. */
export function parametersOf(collection: CollectionView): readonly ListParameter[] {
  const isRelated = relationships(collection).length > 0;
  const isSearched = collection.model.searchFields.some((field) => collection.named.includes(field));
  return [
    "where",
    "sort",
    "select",
    "perPage",
    "page",
    "cursor",
    "count",
    ...(isRelated ? (["depth", "populate"] as const) : []),
    ...(isSearched ? (["search"] as const) : []),
    ...(collection.hasTrash ? (["trashed"] as const) : []),
  ];
}

/** The relationships that documents show. */
function relationships({ shown }: CollectionView): readonly FieldModel[] {
  return shown.filter(({ target }) => target !== undefined);
}

/** The keys that a list can be sorted by. */
export function sortSchema(collection: CollectionView, view: View): Schema {
  const names = collection.named.filter(isSortable).flatMap(({ name }) => [name, `-${name}`]);
  const keys: Schema = { type: "string", enum: names };
  const related = namedRelationships(collection, view).filter(({ links }) => links === undefined);
  const items = related.length === 0 ? keys : { anyOf: [keys, pathKeys(related)] };
  return { type: "array", items, minItems: 1, maxItems: queryBounds.sortKeys, uniqueItems: true };
}

function pathKeys(related: readonly FieldModel[]): Schema {
  return {
    type: "string",
    pattern: pathPattern(related, "-?"),
    description: "A field of what is referred to.",
  };
}

/** The fields that can be selected. */
export function selectSchema({ shown }: CollectionView): Schema {
  return {
    type: "array",
    items: { type: "string", enum: shown.map(({ name }) => name) },
    minItems: 1,
    maxItems: queryBounds.selected,
  };
}

/** The paths that can be populated. */
export function populateSchema(collection: CollectionView, view: View): Schema {
  const all = relationships(collection);
  const keys: Schema = { type: "string", enum: all.map(({ name }) => name) };
  const further = all.filter(({ target }) => {
    const behind = target === undefined ? undefined : view.get(target);
    return behind !== undefined && relationships(behind).length > 0;
  });
  const paths: Schema = { type: "string", pattern: pathPattern(further) };
  return {
    type: "array",
    items: further.length === 0 ? keys : { anyOf: [keys, paths] },
    minItems: 1,
    maxItems: queryBounds.populatePaths,
  };
}
