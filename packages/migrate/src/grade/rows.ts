import type { Table } from "@lucent/core";

import { countLimit } from "../model/graded.ts";
import { type Context, liveTable, source } from "./context.ts";

/** Rows that stand in the way. */
export interface Objection {
  /** Exact up to `countLimit`. */
  readonly count: number;
  /** Ids of up to three of them; none where the key is not a uuid. */
  readonly samples: readonly string[];
}

/** A question to rows. */
export interface Question {
  readonly from: string;
  readonly condition: string;
  /** SQL of a row's id. */
  readonly id: string;
}

/** The rows of a table, as they will be, for which a condition holds. */
export function objecting(context: Context, table: Table, condition: string): Promise<Objection> {
  return objectingIn(context, table, { condition, isAlone: false });
}

/** The same for what tables that inherit from it have nothing to do with. */
export function objectingAlone(context: Context, table: Table, condition: string): Promise<Objection> {
  return objectingIn(context, table, { condition, isAlone: true });
}

async function objectingIn(
  context: Context,
  table: Table,
  { condition, isAlone }: { readonly condition: string; readonly isAlone: boolean },
): Promise<Objection> {
  const from = source(context, table, { isAlone });
  return from === undefined
    ? { count: 0, samples: [] }
    : countsOf(context, table, { from, condition, id: "s.id" });
}

/** The rows for which a condition holds. */
export async function countsOf(context: Context, table: Table, question: Question): Promise<Objection> {
  const { from, condition, id } = question;
  const count = await numberOf(context, `select from ${from} where ${condition} limit ${countLimit}`);
  if (count === 0) return { count, samples: [] };
  const sample = `select ${id}::text from ${from} where ${condition} order by ${id} limit 3`;
  return { count, samples: await sampled(context, table, sample) };
}

/** How many rows a query has. */
export async function numberOf({ runner }: Context, query: string): Promise<number> {
  const [[count] = []] = await runner.run({
    text: `select pg_catalog.count(*)::integer from (${query}) q`,
    values: [],
  });
  return Number(count);
}

/** The ids that a query answers, where the table has such ids at all. */
export async function sampled(context: Context, table: Table, query: string): Promise<readonly string[]> {
  if (!hasSamples(context, table)) return [];
  const rows = await context.runner.run({ text: query, values: [] });
  return rows.map(([id]) => String(id));
}

/** Whether rows can be told by an id that says nothing about anybody. */
export function hasSamples(context: Context, { name, columns }: Table): boolean {
  const isKey = columns.some((column) => column.name === "id" && column.type === "uuid");
  return isKey && liveTable(context, name)?.columns.get("id")?.type === "uuid";
}

/** A number of rows in words. */
export function rowsText(count: number): string {
  if (count >= countLimit) return `${countLimit} or more rows`;
  return count === 1 ? "1 row" : `${count} rows`;
}

/** Names in words, each in quotes. */
export function list(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(" and ");
}
