import type { Table } from "@lucent/core";

import type { Context } from "./context.ts";
import { numberOf, type Objection, sampled } from "./rows.ts";

/** Rows that a unique index is to hold. */
export interface Keys {
  /** With the alias `s`. */
  readonly from: string;
  /** SQL of each key. */
  readonly keys: readonly string[];
  /** Conditions of the rows that it holds. */
  readonly picked: readonly string[];
}

/** Groups that are counted exactly. */
const groupLimit = 10_000;

/** Counts the groups of rows that are the same; those with a null in a key never are. Samples are of one group. */
export async function groupsOf(
  context: Context,
  table: Table,
  { from, keys, picked }: Keys,
): Promise<Objection> {
  const where = [...picked, ...keys.map((key) => `${key} is not null`)].join(" and ");
  const groups = `from ${from} where ${where} group by ${keys.join(", ")} having pg_catalog.count(*) > 1`;
  const count = await numberOf(context, `select ${groups} limit ${groupLimit}`);
  if (count === 0) return { count, samples: [] };
  const ids = `(pg_catalog.array_agg(s.id order by s.id))[1:3]`;
  const sample = `select pg_catalog.unnest(ids)::text from (select ${ids} as ids ${groups} limit 1) g`;
  return { count, samples: await sampled(context, table, sample) };
}

/** A number of groups in words. */
export function groupsText(count: number): string {
  if (count === groupLimit) return `${groupLimit} or more groups of rows`;
  return count === 1 ? "1 group of rows" : `${count} groups of rows`;
}
