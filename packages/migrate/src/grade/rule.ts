import type { Table } from "@lucent/core";

import { type GradedChange, onlineRows } from "../model/graded.ts";
import type { Refusal } from "../model/refusal.ts";
import { allowed, type Context, nothing, placeOf, refused, sizeOf, type Verdict } from "./context.ts";
import { pace } from "./required.ts";

/** What can be asked about the rows of one table. */
export interface Rule {
  readonly table: Table;
  readonly columns: readonly string[];
  /** Asks the rows; what they have against it, if anything. */
  readonly ask: () => Promise<Refusal | undefined>;
}

/** Judges what is to hold for every row of a table. */
export async function judged(context: Context, change: GradedChange["change"], rule: Rule): Promise<Verdict> {
  const { table, columns, ask } = rule;
  if (columns.some((column) => context.unsettled.has(placeOf(table.name, column)))) return nothing;
  const rows = await sizeOf(context, table.name);
  const refusal = rows === 0 ? undefined : await ask();
  return refusal === undefined
    ? allowed({ change, hazard: pace(rows), rows, online: rows > onlineRows })
    : refused(refusal);
}
