import type { Change } from "../model/change.ts";
import type { Refusal } from "../model/refusal.ts";
import { identifier, literal } from "../quote.ts";
import { type Context, placeOf } from "./context.ts";

interface Leaving {
  readonly table: string;
  readonly index: string;
}

/**
 * Refuses to take an index away by which replicas tell the rows of a table: without it, updates and deletes of a table
 * that is published fail.
 */
export async function identities(context: Context): Promise<readonly Refusal[]> {
  const leaving = context.difference.changes.flatMap(leavingIndexes);
  if (leaving.length === 0) return [];
  const names = leaving.map(({ index }) => literal(index)).join(", ");
  const rows = await context.runner.run({
    text: `select c.relname::text from pg_catalog.pg_index i
      join pg_catalog.pg_class c on c.oid = i.indexrelid
      join pg_catalog.pg_class t on t.oid = i.indrelid and t.relreplident = 'i'
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where i.indisreplident and n.nspname = ${literal(context.live.schema)} and c.relname in (${names})`,
    values: [],
  });
  const found = new Set(rows.map(([name]) => String(name)));
  return leaving.filter(({ index }) => found.has(index)).map(refusal);
}

/** By the names that they have, unless they are renamed first. */
function leavingIndexes(change: Change): readonly Leaving[] {
  if (change.kind === "dropIndex") return [{ table: change.table.name, index: change.name }];
  if (change.kind === "replaceIndex") return [{ table: change.table.name, index: change.index.name }];
  if (change.kind !== "changeType" && change.kind !== "orphanColumn") return [];
  return change.indexes.map((index) => ({ table: change.table.name, index }));
}

function refusal({ table, index }: Leaving): Refusal {
  return {
    code: "DEPENDENT_OBJECT",
    object: placeOf(table, index),
    message: `Index "${index}" of "${table}" can't go: it is the table's replica identity, by which replicas tell its rows.`,
    ways: [
      `Choose another one first: alter table ${identifier(table)} replica identity default.`,
      "Keep the index.",
    ],
  };
}
