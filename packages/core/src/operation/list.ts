import type { Reader, Runner } from "../contract/database.ts";
import type { CursorSeal, CursorValue } from "../filter/cursor.ts";
import type { OrderKey } from "../filter/order.ts";
import { isOverRelations } from "../filter/tree.ts";
import { keyName } from "../sql/order.ts";
import {
  documentSeparator,
  explainCount,
  type ListSelection,
  pageColumns,
  selectCount,
  selectList,
} from "../sql/select.ts";
import type { Allowed } from "./access.ts";
import type { Principal } from "./principal.ts";
import { type AfterRead, type DocumentText, isTouched, rendered } from "./render.ts";
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
  readonly data: readonly DocumentText[];
  readonly meta: PageMeta;
}

/** The exact number of rows that the caller may read and asked for. */
export async function countRows(
  reader: Runner,
  { model, rows }: Allowed<CountInput | ListInput>,
): Promise<number> {
  const [row] = await reader.run(selectCount(model, rows));
  return Number(row?.[0]);
}

/** The rows, fields and order of a list, from its first page on. */
export function firstPage({ shape, rows, input: { query } }: Allowed<ListInput>): ListSelection {
  return {
    shape,
    rows,
    sort: query.sort,
    limit: query.perPage + 1,
    from: { offset: (query.page - 1) * query.perPage },
  };
}

/** What a page is read with. */
export interface PageParts {
  readonly reader: Reader;
  readonly seal: CursorSeal;
  readonly afterRead: AfterRead;
}

/** One page; one statement, and one more where a count is asked for. */
export async function findPage(
  allowed: Allowed<ListInput>,
  { reader, seal, afterRead }: PageParts,
): Promise<Page> {
  const { shape } = allowed;
  const { query } = allowed.input;
  const binding = JSON.stringify([allowed.model.slug, query.signature, caller(allowed.principal)]);
  const first = firstPage(allowed);
  const statement = selectList(
    query.cursor === undefined ? first : { ...first, from: { after: seal.open(query.cursor, binding) } },
  );
  const [[row], total] = await (query.count === "none"
    ? [await reader.objects(statement), undefined]
    : Promise.all([reader.objects(statement), countAll(reader, allowed)]));
  const found = documentsOf(row);
  const texts = found.slice(0, query.perPage);
  const hasNextPage = found.length > query.perPage;
  return {
    data: isTouched(shape, afterRead)
      ? await inTurn(texts, (text) => rendered(text, shape, afterRead))
      : texts,
    meta: {
      perPage: query.perPage,
      hasNextPage,
      nextCursor: hasNextPage ? seal.seal(cursorValues(query.sort, row), binding) : null,
      ...(query.cursor === undefined ? { page: query.page } : {}),
      ...(total === undefined ? {} : { total, totalPages: Math.ceil(total / query.perPage) }),
    },
  };
}

async function inTurn<T>(texts: readonly T[], work: (text: T) => Promise<T>): Promise<readonly T[]> {
  const done: T[] = [];
  for (const text of texts) done.push(await work(text));
  return done;
}

/** Accounts of two collections may share an id. */
function caller({ user, system }: Principal): unknown {
  return system ? true : user === null ? null : [user.collection ?? null, user.id];
}

type PageRow = Readonly<Record<string, unknown>> | undefined;

function documentsOf(row: PageRow): readonly DocumentText[] {
  const documents = row?.[pageColumns.documents];
  return typeof documents === "string" ? documents.split(documentSeparator) : [];
}

function cursorValues(sort: readonly OrderKey[], row: PageRow): readonly CursorValue[] {
  return sort.map((key, at) => {
    const value = row?.[keyName(at)];
    if (typeof value !== "string") return null;
    // The driver takes any text for `false`.
    return "field" in key && key.field.kind === "boolean" ? value === "true" : value;
  });
}

/**
 * An estimate is only given where the rule is plainly `true`, and no other collection is asked: the planner's statistics
 * know every row.
 */
async function countAll(database: Runner, allowed: Allowed<ListInput>): Promise<number> {
  const { count, trashed } = allowed.input.query;
  const isRuled = allowed.image.kind !== "everything" || trashed !== "without";
  const isOpen = !isRuled && !isOverRelations(allowed.rows);
  if (count === "exact" || !isOpen) return countRows(database, allowed);
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
