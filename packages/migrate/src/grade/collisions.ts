import type { Column, Table } from "@lucent/core";

import type { LiveIndex } from "../model/live.ts";
import type { Refusal } from "../model/refusal.ts";
import { identifier } from "../quote.ts";
import { type Context, liveTable, placeOf, relation, relationAlone } from "./context.ts";
import { groupsOf, groupsText } from "./groups.ts";
import { list } from "./rows.ts";

/** A column whose rows get other values than they have. */
export interface Changed {
  readonly table: Table;
  readonly column: Column;
}

/**
 * What unique indexes that are there already, whoever made them, have against the values that a column is to get. The
 * server would say so in the middle of the run.
 */
export async function collisions(context: Context, changed: Changed): Promise<readonly Refusal[]> {
  const found: Refusal[] = [];
  for (const [name, index] of uniqueIndexes(context, changed)) {
    const refusal = await collision(context, changed, { name, index });
    if (refusal !== undefined) found.push(refusal);
  }
  return found;
}

function uniqueIndexes(
  context: Context,
  { table, column }: Changed,
): readonly (readonly [string, LiveIndex])[] {
  const name = context.difference.names.column(table.name, column.name);
  const gone = new Set(
    context.difference.changes.flatMap((change) => {
      if (!("table" in change) || change.table.name !== table.name) return [];
      if (change.kind === "dropIndex") return [change.name];
      return change.kind === "changeType" || change.kind === "orphanColumn" ? change.indexes : [];
    }),
  );
  // Of one that is unusual, not all keys are known.
  return [...(liveTable(context, table.name)?.indexes ?? [])].filter(
    ([index, { unique, plain, columns, expression }]) =>
      unique &&
      plain &&
      !gone.has(index) &&
      (expression !== undefined || columns.some((each) => each.name === name)),
  );
}

async function collision(
  context: Context,
  { table, column }: Changed,
  { name, index }: { readonly name: string; readonly index: LiveIndex },
): Promise<Refusal | undefined> {
  const from = presentRows(context, { table, column }, "alone");
  if (from === undefined) return undefined;
  const keys =
    index.expression === undefined
      ? index.columns.map((each) => `s.${identifier(each.name)}`)
      : [index.expression];
  const picked = index.predicate === undefined ? [] : [index.predicate];
  const { count, samples } = await groupsOf(context, table, { from, keys, picked });
  if (count === 0) return undefined;
  const shown = index.expression === undefined ? list(index.columns.map((each) => each.name)) : "key";
  return {
    code: "DUPLICATES",
    object: placeOf(table.name, column.name),
    message: `"${table.name}"."${column.name}" can't get its new values: in the unique index "${name}", ${groupsText(count)} would have the same ${shown} each.`,
    count,
    samples,
    ways: ["Give these rows values of their own first.", "Take unique from the field."],
  };
}

/**
 * Rows under the names that the database has now, which expressions of indexes and checks use, but with the values to
 * come.
 * @param which Those that the table's own indexes see, or those in which the column is empty now.
 */
export function presentRows(
  context: Context,
  { table, column }: Changed,
  which: "alone" | "empty",
): string | undefined {
  const value = context.values.get(placeOf(table.name, column.name));
  const name = context.difference.names.column(table.name, column.name);
  const from = which === "alone" ? relationAlone(context, table.name) : relation(context, table.name);
  const columns = liveTable(context, table.name)?.columns;
  if (value === undefined || from === undefined || columns === undefined) return undefined;
  const selected = [...columns.keys()].map(
    (each) => `${each === name ? value : `r.${identifier(each)}`} as ${identifier(each)}`,
  );
  const where = which === "empty" && name !== undefined ? ` where r.${identifier(name)} is null` : "";
  return `(select ${selected.join(", ")} from ${from} r${where}) s`;
}
