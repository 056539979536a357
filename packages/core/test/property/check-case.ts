import { isDeepStrictEqual } from "node:util";

import { everyCollection } from "./application.ts";
import { type Answer, ask, askCount, askOne } from "./ask.ts";
import type { Case } from "./cases.ts";
import { textOf } from "./compare-values.ts";
import { type Look, refusalOf, rowsOf, type Showing, shown } from "./expectation.ts";
import type { Stock, StoredRow } from "./facts.ts";
import { type Mistakes, type Sight, sightOf } from "./sight.ts";
import type { Page, World } from "./world.ts";

const defaultPerPage = 20;
const maxPages = 4;

/** What the reference evaluator expects of a case. */
interface Expectation {
  /** Every matching row, in order, as it is stored. */
  readonly rows: readonly StoredRow[];
  readonly sight: Sight;
  /** Whether the rule hides no row, so that an estimate tells nothing. */
  readonly isOpen: boolean;
}

/**
 * Runs one case and compares every answer with the reference.
 * @param mistakes Makes the reference deliberately wrong.
 * @throws Error naming the first difference.
 */
export async function checkCase(
  { world, stock }: { readonly world: World; readonly stock: Stock },
  each: Case,
  mistakes: Mistakes = {},
): Promise<void> {
  const { slug } = each;
  if (each.defect !== undefined) {
    await checkRefusal(world, each);
    return;
  }
  const sight = sightOf({ collections: everyCollection, stock }, each.rules, mistakes);
  // One that may not be asked for is asked for at once, not on a later page.
  const isShown = (name: string): boolean => sight.isShown(slug, name);
  const select = each.selects.find((names) => names?.every(isShown) === false) ?? each.selects[0];
  const refusal = refusalOf(each, sight, select);
  if (refusal !== undefined) {
    same("refusal", codeOf(await ask(world, each, parametersOf(each, select))), refusal);
    return;
  }
  const all = stock.get(slug) ?? [];
  const isOpen = sight.rows(slug).length === all.filter(({ deletedAt = null }) => deletedAt === null).length;
  const expected = { rows: rowsOf(each, sight), sight, isOpen };
  if (each.walk === "cursor") await walkByCursor(world, each, expected);
  else await walkByPage(world, each, expected);
  const counted = { ...each, trashed: undefined };
  same("count", await askCount(world, each), rowsOf(counted, sight).length);
  await checkOne(world, each, { all, sight });
}

/** The parameters of a list without those of paging. */
function parametersOf(
  { where, sort, count, depth, populate, trashed }: Case,
  select: Case["selects"][number],
): object {
  const parameters = { where, sort, count, depth, populate, trashed, select };
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}

function codeOf(answer: Answer): unknown {
  return "code" in answer ? answer.code : answer.page;
}

async function checkRefusal(world: World, each: Case): Promise<void> {
  const { code, ...wrong } = each.defect ?? {};
  const answer = await ask(world, each, { ...parametersOf(each, undefined), ...wrong });
  same("refusal", codeOf(answer), code);
}

async function walkByCursor(world: World, each: Case, expected: Expectation): Promise<void> {
  const { rows, sight } = expected;
  let cursor: string | undefined;
  for (let start = 0, step = 0; ; step += 1) {
    const perPage = pageSize(each, rows, step);
    const select = each.selects[step % each.selects.length];
    const asked = { ...parametersOf(each, select), perPage, ...(cursor === undefined ? {} : { cursor }) };
    const page = pageOf(await ask(world, each, asked));
    const slice = rows.slice(start, start + perPage);
    same(
      "page by cursor",
      page.data,
      slice.map((row) => shown(row, showingOf(each, sight, select))),
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
  const { rows, sight } = expected;
  const perPage = pageSize(each, rows, 0);
  // One more than there are: it is empty, and no mistake.
  for (let page = 1; page <= Math.ceil(rows.length / perPage) + 1; page += 1) {
    const select = each.selects[(page - 1) % each.selects.length];
    const answer = pageOf(await ask(world, each, { ...parametersOf(each, select), perPage, page }));
    const slice = rows.slice((page - 1) * perPage, page * perPage);
    same(
      `page ${page}`,
      answer.data,
      slice.map((row) => shown(row, showingOf(each, sight, select))),
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

function showingOf(each: Case, sight: Sight, select: Look["select"]): Showing {
  const { slug, depth = 0, populate = [] } = each;
  return { place: sight.place(slug), sight, look: { select, depth, populate } };
}

interface Stored {
  readonly all: readonly StoredRow[];
  readonly sight: Sight;
}

async function checkOne(world: World, each: Case, { all, sight }: Stored): Promise<void> {
  const { slug } = each;
  const row = all[each.perPages.reduce((sum, size) => sum + size, 0) % Math.max(all.length, 1)];
  if (row === undefined) return;
  const isReadable = sight.rows(slug).includes(row);
  const found = await askOne(world, each, textOf(row["id"] ?? null));
  same("one document", found, isReadable ? shown(row, showingOf(each, sight, undefined)) : undefined);
}

function pageOf(answer: Answer): Page {
  if ("code" in answer) throw new Error(`refused with ${answer.code}`);
  return answer.page;
}

function same(what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}
