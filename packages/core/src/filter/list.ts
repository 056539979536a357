import type { CollectionModel, FieldModel } from "../contract/model.ts";
import { LucentError } from "../errors.ts";
import { queryBounds } from "./bounds.ts";
import { parseNames } from "./names.ts";
import type { OrderKey } from "./order.ts";
import { checkPopulateCost, parseDepth, parsePopulate, type PopulateTree } from "./populate.ts";
import type { Reaching } from "./reach.ts";
import { badRequest } from "./refuse.ts";
import { parseSearch } from "./search.ts";
import { parseSelect } from "./select.ts";
import { parseSort, totalOrder } from "./sort.ts";
import { allOf, everything, type Filter, type TextSearch } from "./tree.ts";
import type { View, Views } from "./view.ts";
import { parseWhere } from "./where.ts";

/** The parameters of a list as they arrive: from a URL, a query body or a call in the process. */
export interface ListParameters {
  readonly where?: unknown;
  readonly sort?: unknown;
  readonly select?: unknown;
  readonly perPage?: unknown;
  readonly page?: unknown;
  readonly cursor?: unknown;
  readonly count?: unknown;
  readonly depth?: unknown;
  readonly populate?: unknown;
  readonly search?: unknown;
  readonly trashed?: unknown;
}

/** How many rows there are in all: not asked, counted, or the planner's estimate. */
export type CountMode = "none" | "exact" | "estimated";

/** Whether deleted documents are listed too, or alone. */
export type Trashed = "without" | "with" | "only";

/** A checked list query. `cursor` is still sealed: opening it needs the key and the caller. */
export interface ListQuery {
  /** What the caller asked for: `where` and `search`. */
  readonly filter: Filter;
  readonly sort: readonly OrderKey[];
  readonly select: readonly FieldModel[];
  readonly populate: PopulateTree;
  readonly perPage: number;
  readonly page: number;
  readonly cursor: string | undefined;
  readonly count: CountMode;
  readonly trashed: Trashed;
  /** What a cursor is bound to beside the caller: the filter and the order as they were asked for. */
  readonly signature: string;
}

const names = [
  "where",
  "sort",
  "select",
  "perPage",
  "page",
  "cursor",
  "count",
  "depth",
  "populate",
  "search",
  "trashed",
] as const;
/** Every parameter that a list understands; any other is refused. */
export const listParameters: ReadonlySet<string> = new Set(names);

const { perPage: maxPerPage, defaultPerPage, offset: maxOffset, sortKeys: maxSortKeys } = queryBounds;
const { populatePaths: maxPopulatePaths, cursor: maxCursorLength } = queryBounds;

/** What a list leads to in other collections. @throws LucentError `BAD_REQUEST` for malformed names and depths. */
export function listReach({ where, sort, populate, depth }: ListParameters): Reaching {
  return {
    where,
    sort: sort === undefined ? [] : parseNames("sort", sort, maxSortKeys),
    populate: populatePaths(populate),
    depth: parseDepth(depth),
  };
}

/** Reads `populate`, a list of paths. @throws LucentError `BAD_REQUEST`. */
export function populatePaths(populate: unknown): readonly string[] {
  return populate === undefined ? [] : parseNames("populate", populate, maxPopulatePaths);
}

/**
 * Checks the parameters of a list.
 * @param view What the caller may read of the collection.
 * @param views What it may read behind its relationships.
 * @throws LucentError `BAD_REQUEST` or `UNKNOWN_FIELD`.
 */
export function parseList(parameters: ListParameters, view: View, views: Views): ListQuery {
  if (Object.keys(parameters).some((name) => !listParameters.has(name))) throw new LucentError("BAD_REQUEST");
  const { where, cursor } = parameters;
  const perPage = parseWhole("perPage", parameters.perPage, maxPerPage) ?? defaultPerPage;
  const page = parseWhole("page", parameters.page, maxOffset) ?? 1;
  if (page * perPage > maxOffset) throw badRequest("page", "max");
  if (cursor !== undefined && (typeof cursor !== "string" || cursor.length > maxCursorLength)) {
    throw badRequest("cursor", "type");
  }
  if (cursor !== undefined && parameters.page !== undefined) throw badRequest("cursor", "unknown");
  const search = parseSearch(parameters.search, view);
  const keys = parameters.sort === undefined ? undefined : parseNames("sort", parameters.sort, maxSortKeys);
  const sort = orderOf(keys, search, { view, views });
  const paths = populatePaths(parameters.populate);
  const populate = parsePopulate({ depth: parameters.depth, populate: paths }, view, views);
  checkPopulateCost(perPage, populate);
  const trashed = parseTrashed(parameters.trashed, view.model);
  return {
    filter: allOf([where === undefined ? everything : parseWhere(where, view, views), search ?? everything]),
    sort,
    select: parseSelect(parameters.select, view, paths),
    populate,
    perPage,
    page,
    cursor,
    count: parseCount(parameters.count),
    trashed,
    signature: JSON.stringify([where ?? null, keys ?? null, search?.text ?? null, trashed]),
  };
}

function orderOf(
  keys: readonly string[] | undefined,
  search: TextSearch | undefined,
  { view, views }: { readonly view: View; readonly views: Views },
): readonly OrderKey[] {
  const { model } = view;
  if (keys !== undefined) return parseSort(keys, view, views);
  if (search === undefined) return readableOrder(view);
  const id = model.fields.get("id");
  return [
    { rank: search, descending: true },
    ...(id === undefined ? [] : [{ field: id, descending: false }]),
  ];
}

/** The collection's own order, without the fields that the caller may not read: the order would tell of them. */
function readableOrder({ model, fields }: View): readonly OrderKey[] {
  const { defaultSort } = model;
  if (defaultSort.every(({ field }) => fields.has(field.name))) return defaultSort;
  const id = model.fields.get("id");
  if (id === undefined) return defaultSort;
  return totalOrder(
    defaultSort.filter(({ field }) => field !== id && fields.has(field.name)),
    id,
  );
}

function parseWhole(name: string, value: unknown, max: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) throw badRequest(name, "type");
  if (value < 1) throw badRequest(name, "min");
  if (value > max) throw badRequest(name, "max");
  return value;
}

function parseCount(value: unknown): CountMode {
  if (value === undefined) return "none";
  if (value === "none" || value === "exact" || value === "estimated") return value;
  throw badRequest("count", "options");
}

function parseTrashed(value: unknown, { softDelete }: CollectionModel): Trashed {
  if (value === undefined) return "without";
  if (!softDelete) throw badRequest("trashed", "unknown");
  if (value === "with" || value === "only") return value;
  throw badRequest("trashed", "options");
}
