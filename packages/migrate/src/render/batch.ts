import type { ColumnType, Table } from "@lucent/core";

import { identifier, literal } from "../quote.ts";

/** Rows of one batch: short enough that nobody waits for its locks. */
export const batchRows = 5_000;

/** What a batch does with its rows. */
export interface Batch {
  /** The table that is walked. */
  readonly table: Table;
  readonly qualified: string;
  /** Columns that the statement needs of each row, beside the key. Empty where it looks at the row again. */
  readonly carries?: readonly string[];
  /** Locks the rows of the page against being deleted. */
  readonly keepsRows?: boolean;
  /** The statement that changes rows: `page` holds those of the batch, `key` compares `t` with them. Ends with `returning`. */
  readonly change: (page: string, key: string) => string;
}

/**
 * Walks a table by its primary key, one page for each call: see `Group`. The cursor is the key of the first row of the
 * next page, as a list in JSON, so that the comparison with it is one range of the key's index, in every plan.
 */
export function batchSql({ table, qualified, carries = [], keepsRows = false, change }: Batch): string {
  const keys = table.primaryKey.columns.map((name, at) => ({
    name,
    alias: `k${at}`,
    type: table.columns.find((each) => each.name === name)?.type ?? "text",
    at,
  }));
  const columns = keys.map(({ name }) => `t.${identifier(name)}`).join(", ");
  const from = keys
    .map(({ type, at }) => `coalesce(($1::text::jsonb ->> ${at})::${type}, ${least(type)}::${type})`)
    .join(", ");
  const order = keys.map(({ alias }) => alias).join(", ");
  const read = [
    ...keys.map(({ name, alias }) => `t.${identifier(name)} as ${alias}`),
    ...carries.map((name) => `t.${identifier(name)}`),
  ].join(", ");
  const cursor = keys.map(({ alias }) => `${alias}::text`).join(", ");
  const page = `(select * from page order by ${order} limit ${batchRows})`;
  const key = keys.map(({ name, alias }) => `t.${identifier(name)} = p.${alias}`).join(" and ");
  return `with page as materialized (
  select ${read} from ${qualified} as t
  where (${columns}) >= (${from})
  order by ${columns} limit ${batchRows + 1}${keepsRows ? "\n  for key share of t" : ""}
), changed as (
  ${change(page, key)}
)
select (select pg_catalog.jsonb_build_array(${cursor})::text from page order by ${order} offset ${batchRows}),
  (select pg_catalog.count(*)::integer from changed)`;
}

/** The value of a type that no other is below. */
function least(type: ColumnType): string {
  return literal(leasts.get(type) ?? "-Infinity");
}

const leasts: ReadonlyMap<ColumnType, string> = new Map([
  ["uuid", "00000000-0000-0000-0000-000000000000"],
  ["text", ""],
  ["text[]", "{}"],
  ["integer", "-2147483648"],
  ["bigint", "-9223372036854775808"],
  ["boolean", "false"],
  // Sorts below null, for reasons of its own.
  ["jsonb", "[]"],
]);
