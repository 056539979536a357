import { isDeepStrictEqual } from "node:util";

import { type Answer, ask, askCount, askOne } from "./ask.ts";
import type { Case } from "./cases.ts";
import { type CollectionFacts, collections } from "./collections.ts";
import { instantOf, rowOrder, shownDecimal, textOf } from "./compare-values.ts";
import { matches } from "./evaluate.ts";
import type { StoredRow } from "./rows.ts";
import type { Page, World } from "./world.ts";

const defaultPerPage = 20;
const maxPages = 10;

/** What the reference evaluator expects of a case. */
interface Expectation {
  /** Every matching row, in order, as it is stored. */
  readonly rows: readonly StoredRow[];
  readonly collection: CollectionFacts;
  /** Whether the rule hides no row, so that an estimate tells nothing. */
  readonly isOpen: boolean;
}

/** Runs one case and compares every answer with the reference. @throws Error naming the first difference. */
export async function checkCase(
  world: World,
  stored: ReadonlyMap<string, readonly StoredRow[]>,
  each: Case,
): Promise<void> {
  const collection = collections.find(({ slug }) => slug === each.slug);
  if (collection === undefined) throw new TypeError(`no collection ${each.slug}`);
  if (each.defect !== undefined) {
    await checkRefusal(world, each);
    return;
  }
  const all = stored.get(each.slug) ?? [];
  const kindOf = (name: string) => collection.fields.find((field) => field.name === name)?.kind ?? "id";
  const readable = all.filter((row) => each.rule === true || matches(each.rule, row, collection));
  const rows = readable
    .filter((row) => each.where === undefined || matches(each.where, row, collection))
    .toSorted(rowOrder(completeSort(each.sort, collection), kindOf));
  const expected = { rows, collection, isOpen: readable.length === all.length };
  if (each.walk === "cursor") await walkByCursor(world, each, expected);
  else await walkByPage(world, each, expected);
  same("count", await askCount(world, each), rows.length);
  await checkOne(world, each, { all, collection });
}

/** `id` decides last, in the direction of the key before it. */
function completeSort(
  sort: readonly string[] | undefined,
  { defaultSort }: CollectionFacts,
): readonly string[] {
  if (sort === undefined) return defaultSort;
  if (sort.some((key) => key === "id" || key === "-id")) return sort;
  return [...sort, sort.at(-1)?.startsWith("-") === true ? "-id" : "id"];
}

async function checkRefusal(world: World, each: Case): Promise<void> {
  const { defect, where, sort } = each;
  const answer = await ask(world, each, {
    where: defect?.where ?? where,
    sort: defect?.sort ?? sort,
    select: defect?.select,
  });
  same("refusal", "code" in answer ? answer.code : answer.page, defect?.code);
}

async function walkByCursor(world: World, each: Case, expected: Expectation): Promise<void> {
  const { rows, collection } = expected;
  let cursor: string | undefined;
  for (let start = 0, step = 0; ; step += 1) {
    const perPage = pageSize(each, rows, step);
    const select = each.selects[step % each.selects.length];
    const { where, sort, count } = each;
    const page = pageOf(await ask(world, each, { where, sort, count, select, perPage, cursor }));
    const slice = rows.slice(start, start + perPage);
    same(
      "page by cursor",
      page.data,
      slice.map((row) => shown(row, select, collection)),
    );
    start += slice.length;
    const { nextCursor } = page.meta;
    same("meta", page.meta, {
      ...metaOf(each, { rows, perPage, hasNextPage: start < rows.length, nextCursor }),
      ...(cursor === undefined ? { page: 1 } : {}),
      ...estimated(each, expected, page),
    });
    same("nextCursor", typeof nextCursor, start < rows.length ? "string" : "object");
    if (typeof nextCursor !== "string") return;
    cursor = nextCursor;
  }
}

async function walkByPage(world: World, each: Case, expected: Expectation): Promise<void> {
  const { rows, collection } = expected;
  const perPage = pageSize(each, rows, 0);
  // One more than there are: it is empty, and no mistake.
  for (let page = 1; page <= Math.ceil(rows.length / perPage) + 1; page += 1) {
    const select = each.selects[(page - 1) % each.selects.length];
    const { where, sort, count } = each;
    const answer = pageOf(await ask(world, each, { where, sort, count, select, perPage, page }));
    const slice = rows.slice((page - 1) * perPage, page * perPage);
    same(
      `page ${page}`,
      answer.data,
      slice.map((row) => shown(row, select, collection)),
    );
    const hasNextPage = page * perPage < rows.length;
    const { nextCursor } = answer.meta;
    same("nextCursor", typeof nextCursor, hasNextPage ? "string" : "object");
    same("meta", answer.meta, {
      ...metaOf(each, { rows, perPage, hasNextPage, nextCursor }),
      page,
      ...estimated(each, expected, answer),
    });
  }
}

/** A walk shall end; the first page sometimes takes the default size. */
function pageSize({ perPages }: Case, rows: readonly StoredRow[], step: number): number {
  return Math.max(perPages[step % perPages.length] ?? defaultPerPage, Math.ceil(rows.length / maxPages), 1);
}

interface Paging {
  readonly rows: readonly StoredRow[];
  readonly perPage: number;
  readonly hasNextPage: boolean;
  readonly nextCursor: unknown;
}

function metaOf({ count }: Case, { rows, perPage, hasNextPage, nextCursor }: Paging): object {
  const counted = count === "exact" || count === "estimated";
  const totals = counted ? { total: rows.length, totalPages: Math.ceil(rows.length / perPage) } : {};
  return { perPage, hasNextPage, nextCursor, ...totals };
}

/** Where the rule hides nothing an estimate may be anything but nonsense. */
function estimated({ count }: Case, { isOpen }: Expectation, { meta }: Page): object {
  if (count !== "estimated" || !isOpen) return {};
  const { total, totalPages } = meta;
  if (!Number.isInteger(total) || Number(total) < 0) throw new Error(`estimated total ${String(total)}`);
  return { total, totalPages };
}

interface Stored {
  readonly all: readonly StoredRow[];
  readonly collection: CollectionFacts;
}

async function checkOne(world: World, each: Case, { all, collection }: Stored): Promise<void> {
  const row = all[each.perPages.reduce((sum, size) => sum + size, 0) % Math.max(all.length, 1)];
  if (row === undefined) return;
  const readable = each.rule === true || matches(each.rule, row, collection);
  const found = await askOne(world, each, textOf(row["id"] ?? null));
  same("one document", found, readable ? shown(row, undefined, collection) : undefined);
}

/** A row as a client sees it. */
function shown(row: StoredRow, select: readonly string[] | undefined, { fields }: CollectionFacts): object {
  return Object.fromEntries(
    fields
      .filter(({ name }) => select === undefined || name === "id" || select.includes(name))
      .map(({ name, kind, scale }) => {
        const value = row[name] ?? null;
        if (typeof value === "number") return [name, value + 0];
        if (typeof value !== "string") return [name, value];
        if (kind === "decimal") return [name, shownDecimal(value, scale)];
        return [name, kind === "date" ? new Date(instantOf(value)).toISOString() : value];
      }),
  );
}

function pageOf(answer: Answer): Page {
  if ("code" in answer) throw new Error(`refused with ${answer.code}`);
  return answer.page;
}

function same(what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}
