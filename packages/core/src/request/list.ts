import type { Reader, Runner } from "../contract/database.ts";
import type { FieldModel, SortField } from "../contract/model.ts";
import type { CursorSeal, CursorValue } from "../filter/cursor.ts";
import type { ListQuery } from "../filter/list.ts";
import { explainCount, selectCount, selectList } from "../sql/select.ts";
import type { Allowed } from "./access.ts";
import { decodeDocument, type Document } from "./decode.ts";
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
  database: Reader,
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
  const [rows, total] = await (query.count === "none"
    ? [await database.objects(statement), undefined]
    : Promise.all([database.objects(statement), countAll(database, allowed)]));
  const documents = rows.slice(0, query.perPage).map((row) => decodeDocument(fields, row));
  const hasNextPage = rows.length > query.perPage;
  const last = hasNextPage ? documents.at(-1) : undefined;
  return {
    data: fields === query.select ? documents : documents.map((each) => only(query.select, each)),
    meta: {
      perPage: query.perPage,
      hasNextPage,
      nextCursor: last === undefined ? null : seal.seal(cursorValues(query.sort, last), binding),
      ...(query.cursor === undefined ? { page: query.page } : {}),
      ...(total === undefined ? {} : { total, totalPages: Math.ceil(total / query.perPage) }),
    },
  };
}

/** Leaves out what was read for the cursor alone. */
function only(fields: readonly FieldModel[], document: Document): Document {
  return Object.fromEntries(fields.map(({ name }) => [name, document[name]]));
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

function cursorValues(sort: readonly SortField[], document: Document): readonly CursorValue[] {
  return sort.map(({ field }) => {
    const value = document[field.name];
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? value
      : null;
  });
}

/** An estimate is only given where the rule is plainly `true`: the planner's statistics know every row. */
async function countAll(database: Runner, allowed: Allowed<ListInput>): Promise<number> {
  const { count } = allowed.input.query;
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
