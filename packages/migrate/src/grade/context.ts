import type { Column, Runner, Table } from "@lucent/core";

import type { Desired } from "../desired.ts";
import type { Change, Difference } from "../model/change.ts";
import type { Decisions } from "../model/decisions.ts";
import { type Graded, type GradedChange, rewriteRows } from "../model/graded.ts";
import type { Live, LiveTable } from "../model/live.ts";
import type { Refusal } from "../model/refusal.ts";
import { identifier, literal } from "../quote.ts";

/** What a verdict may depend on, beside the difference. */
export interface GradeWorld {
  readonly desired: Desired;
  readonly live: Live;
  readonly decisions: Decisions;
  /** In one read-only snapshot; see `makePlan`. */
  readonly runner: Runner;
}

/** What the verdicts of one difference share. Tables and columns go by the names that the changes use. */
export interface Context extends GradeWorld {
  readonly difference: Difference;
  /** The SQL of a column's value after the steps before the one that is asked about, where that is not its name. */
  readonly values: Map<string, string>;
  /** Columns that keep their type because it can't be changed: nothing more is asked about them. */
  readonly unsettled: Set<string>;
  readonly sizes: Map<string, Promise<number>>;
}

/** A verdict about one change. */
export type Verdict = Graded;

/** A change that may be made. */
export function allowed(change: GradedChange, warnings: readonly string[] = []): Verdict {
  return { changes: [change], refusals: [], warnings };
}

/** A change, or several things about it, that may not. */
export function refused(...refusals: readonly Refusal[]): Verdict {
  return { changes: [], refusals, warnings: [] };
}

/** Nothing is to be done. */
export const nothing: Verdict = { changes: [], refusals: [], warnings: [] };

/** The change of one kind. */
export type ChangeOf<Kind extends Change["kind"]> = Extract<Change, { readonly kind: Kind }>;

/** How decisions and messages name a column. */
export function placeOf(table: string, column: string): string {
  return `${table}.${column}`;
}

/** A table as it is. */
export function liveTable({ difference, live }: Context, table: string): LiveTable | undefined {
  const name = difference.names.table(table);
  return name === undefined ? undefined : live.tables.get(name);
}

/** A table as it is, for a statement; `undefined` for one that is not there yet. */
export function relation({ difference, live }: Context, table: string): string | undefined {
  const name = difference.names.table(table);
  return name === undefined ? undefined : `${identifier(live.schema)}.${identifier(name)}`;
}

/** The same without the rows of tables that inherit from it, which its indexes and foreign keys do not see. */
export function relationAlone(context: Context, table: string): string | undefined {
  const from = relation(context, table);
  // The rows of a partitioned table all are in others.
  return from === undefined || liveTable(context, table)?.partitioned === true ? from : `only ${from}`;
}

/** Which rows of a table are meant. */
export interface Rows {
  /** By which a statement names such a row; default `s`. */
  readonly alias?: string;
  /** Not those of tables that inherit from it. Default `false`. */
  readonly isAlone?: boolean;
}

/** How many rows a table has: exactly up to `rewriteRows`, above that as many at least. */
export function sizeOf(context: Context, table: string): Promise<number> {
  const known = context.sizes.get(table);
  if (known !== undefined) return known;
  const size = countRows(context, table);
  context.sizes.set(table, size);
  return size;
}

async function countRows(context: Context, table: string): Promise<number> {
  const from = relation(context, table);
  if (from === undefined) return 0;
  const [[count] = []] = await context.runner.run({
    text: `select count(*)::integer from (select from ${from} limit ${rewriteRows + 1}) r`,
    values: [],
  });
  const counted = Number(count);
  return counted > rewriteRows ? Math.max(counted, liveTable(context, table)?.rows ?? 0) : counted;
}

/**
 * The rows of a table as they will be when the steps before an index, a check, a key or NOT NULL are done: under the new
 * names, with values of the new types, and with the defaults of new columns. `undefined` where there are none yet.
 */
export function source(
  context: Context,
  table: Table,
  { alias = "s", isAlone = false }: Rows = {},
): string | undefined {
  const from = isAlone ? relationAlone(context, table.name) : relation(context, table.name);
  if (from === undefined) return undefined;
  const columns = table.columns.map(
    (column) => `${valueOf(context, table, column)} as ${identifier(column.name)}`,
  );
  return `(select ${columns.join(", ")} from ${from} r) ${alias}`;
}

function valueOf({ difference, values }: Context, table: Table, column: Column): string {
  const own = values.get(placeOf(table.name, column.name));
  if (own !== undefined) return own;
  const name = difference.names.column(table.name, column.name);
  return name === undefined ? (defaultSql(column) ?? `null::${column.type}`) : `r.${identifier(name)}`;
}

/** What a default gives to rows that are there already; `undefined` where it gives each one another value. */
export function defaultSql({ type, default: fallback }: Column): string | undefined {
  if (fallback === undefined) return undefined;
  if ("value" in fallback) return `${literal(fallback.value)}::${type}`;
  return fallback.call === "now" ? `pg_catalog.now()::${type}` : undefined;
}
