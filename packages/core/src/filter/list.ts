import { completeSort } from "../blueprint/collection.ts";
import type { CollectionModel, FieldModel, SortField } from "../contract/model.ts";
import { LucentError } from "../errors.ts";
import { badRequest, unknownField } from "./refuse.ts";
import { everything, type Filter } from "./tree.ts";
import { type FieldMap, parseWhere } from "./where.ts";

/** The parameters of a list as they arrive: from a URL, a query body or a call in the process. */
export interface ListParameters {
  readonly where?: unknown;
  readonly sort?: unknown;
  readonly select?: unknown;
  readonly perPage?: unknown;
  readonly page?: unknown;
  readonly cursor?: unknown;
  readonly count?: unknown;
}

/** How many rows there are in all: not asked, counted, or the planner's estimate. */
export type CountMode = "none" | "exact" | "estimated";

/** A checked list query. `cursor` is still sealed: opening it needs the key and the caller. */
export interface ListQuery {
  readonly filter: Filter;
  readonly sort: readonly SortField[];
  readonly select: readonly FieldModel[];
  readonly perPage: number;
  readonly page: number;
  readonly cursor: string | undefined;
  readonly count: CountMode;
  /** What a cursor is bound to beside the caller: the filter and the order as they were asked for. */
  readonly signature: string;
}

const names = ["where", "sort", "select", "perPage", "page", "cursor", "count"] as const;
/** Every parameter that a list understands; any other is refused. */
export const listParameters: ReadonlySet<string> = new Set(names);

const maxPerPage = 100;
const defaultPerPage = 20;
const maxOffset = 10_000;
const maxSortKeys = 3;
const maxSelected = 100;
const maxCursorLength = 4_096;

/**
 * Checks the parameters of a list. `fields` are those that the caller may read.
 * @throws LucentError `BAD_REQUEST` or `UNKNOWN_FIELD`.
 */
export function parseList(parameters: ListParameters, model: CollectionModel, fields: FieldMap): ListQuery {
  if (Object.keys(parameters).some((name) => !listParameters.has(name))) throw new LucentError("BAD_REQUEST");
  const { where, cursor } = parameters;
  const perPage = parseWhole("perPage", parameters.perPage, maxPerPage) ?? defaultPerPage;
  const page = parseWhole("page", parameters.page, maxOffset) ?? 1;
  if (page * perPage > maxOffset) throw badRequest("page", "max");
  if (cursor !== undefined && (typeof cursor !== "string" || cursor.length > maxCursorLength)) {
    throw badRequest("cursor", "type");
  }
  if (cursor !== undefined && parameters.page !== undefined) throw badRequest("cursor", "unknown");
  const sort = parseSort(parameters.sort, model, fields);
  return {
    filter: where === undefined ? everything : parseWhere(where, fields),
    sort,
    select: parseSelect(parameters.select, fields),
    perPage,
    page,
    cursor,
    count: parseCount(parameters.count),
    signature: JSON.stringify([where ?? null, sort.map(({ field, descending }) => [field.name, descending])]),
  };
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

function parseSort(value: unknown, model: CollectionModel, fields: FieldMap): readonly SortField[] {
  const id = model.fields.get("id");
  if (value === undefined || id === undefined) return model.defaultSort;
  const keys = nameList("sort", value, maxSortKeys);
  const found = keys.map((key) => parseSortKey(key, fields));
  if (new Set(found.map(({ field }) => field)).size !== found.length) throw badRequest("sort", "unique");
  return completeSort(found, id);
}

function parseSortKey(key: string, fields: FieldMap): SortField {
  const descending = key.startsWith("-");
  const name = descending ? key.slice(1) : key;
  const field = fields.get(name);
  if (field === undefined) throw unknownField(name);
  if (field.kind === "json") throw badRequest("sort", "type");
  return { field, descending };
}

const lists = new WeakMap<FieldMap, readonly FieldModel[]>();

/** All fields as one list, the same list each time: what is compiled for it is found again by identity. */
function allFields(fields: FieldMap): readonly FieldModel[] {
  const found = lists.get(fields) ?? [...fields.values()];
  lists.set(fields, found);
  return found;
}

/** Checks which fields a document shall have; `id` always comes, and always first. */
export function parseSelect(value: unknown, fields: FieldMap): readonly FieldModel[] {
  if (value === undefined) return allFields(fields);
  const wanted = new Set(["id", ...nameList("select", value, maxSelected)]);
  for (const name of wanted) if (!fields.has(name)) throw unknownField(name);
  return [...fields.values()].filter(({ name }) => wanted.has(name));
}

function nameList(parameter: string, value: unknown, max: number): readonly string[] {
  const list: unknown = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(list) || list.length === 0) throw badRequest(parameter, "type");
  if (list.length > max) throw badRequest(parameter, "max");
  return list.map((name: unknown) => {
    if (typeof name !== "string" || name === "") throw badRequest(parameter, "type");
    return name;
  });
}
