import type { Row, Runner } from "../contract/database.ts";
import type { FieldModel, SortField } from "../contract/model.ts";
import type { CursorSeal, CursorValue } from "../filter/cursor.ts";
import type { ListQuery } from "../filter/list.ts";
import { explainCount, selectCount, selectList } from "../sql/select.ts";
import type { Allowed } from "./access.ts";
import { decodeRow, type Document } from "./decode.ts";
import type { Principal } from "./principal.ts";
import type { CountInput, ListInput } from "./valid.ts";

/** What a list says about itself. */
export interface PageMeta {
  readonly perPage: number;
  readonly hasNextPage: boolean;
  /** Opens the next page; `null` on the last one. */
  readonly nextCursor: string | null;
  /** Absent in cursor mode. */
  readonly page?: number;
  /** Only where a count was asked for. */
  readonly total?: number;
  readonly totalPages?: number;
}

/** A page of documents. */
export interface Page {
  readonly data: readonly Document[];
  readonly meta: PageMeta;
}

/** The exact number of rows that the caller may read and asked for. */
export async function countRows(
  database: Runner,
  { model, rows }: Allowed<CountInput | ListInput>,
): Promise<number> {
  const [row] = await database.run(selectCount(model, rows));
  return Number(row?.[0]);
}

/** One page; one statement, and one more where a count is asked for. */
export async function findPage(
  database: Runner,
  allowed: Allowed<ListInput>,
  seal: CursorSeal,
): Promise<Page> {
  const { query } = allowed.input;
  const binding = JSON.stringify([allowed.model.slug, query.signature, caller(allowed.principal)]);
  const fields = withSortFields(query);
  const statement = selectList(allowed.model, {
    fields,
    rows: allowed.rows,
    sort: query.sort,
    limit: query.perPage + 1,
    from:
      query.cursor === undefined
        ? { offset: (query.page - 1) * query.perPage }
        : { after: seal.open(query.cursor, binding) },
  });
  const [rows, total] = await Promise.all([database.run(statement), countAll(database, allowed)]);
  const shown = rows.slice(0, query.perPage);
  const hasNextPage = rows.length > query.perPage;
  const last = shown.at(-1);
  const values = last === undefined || !hasNextPage ? undefined : cursorValues(query.sort, fields, last);
  return {
    data: shown.map((row) => decodeRow(query.select, row)),
    meta: {
      perPage: query.perPage,
      hasNextPage,
      nextCursor: values === undefined ? null : seal.seal(values, binding),
      ...(query.cursor === undefined ? { page: query.page } : {}),
      ...(total === undefined ? {} : { total, totalPages: Math.ceil(total / query.perPage) }),
    },
  };
}

/** Accounts of two collections may share an id. */
function caller({ user, system }: Principal): unknown {
  return system ? true : user === null ? null : [user.collection ?? null, user.id];
}

/** A cursor needs the sort values, selected or not; they stand behind the selected fields. */
function withSortFields({ select, sort }: ListQuery): readonly FieldModel[] {
  const more = sort.map(({ field }) => field).filter((field) => !select.includes(field));
  return more.length === 0 ? select : [...select, ...more];
}

function cursorValues(
  sort: readonly SortField[],
  fields: readonly FieldModel[],
  row: Row,
): readonly CursorValue[] {
  return sort.map(({ field }) => {
    const value = row[fields.indexOf(field)];
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? value
      : null;
  });
}

/** An estimate is only given where the rule is plainly `true`: the planner's statistics know every row. */
async function countAll(database: Runner, allowed: Allowed<ListInput>): Promise<number | undefined> {
  const { count } = allowed.input.query;
  if (count === "none") return undefined;
  if (count === "exact" || allowed.image.kind !== "everything") return countRows(database, allowed);
  const [row] = await database.run(explainCount(allowed.model, allowed.rows));
  return plannedRows(row?.[0]);
}

function plannedRows(plan: unknown): number {
  const first: unknown = Array.isArray(plan) ? plan[0] : undefined;
  const root: unknown = typeof first === "object" && first !== null ? Reflect.get(first, "Plan") : undefined;
  const rows: unknown =
    typeof root === "object" && root !== null ? Reflect.get(root, "Plan Rows") : undefined;
  if (typeof rows !== "number") throw new TypeError("the planner's answer has no row estimate");
  return rows;
}
