import type { Column, Table } from "@lucent/core";

import type { LiveTable } from "../model/live.ts";
import type { ManagedTable } from "../model/managed.ts";
import { isTemporaryName, nextColumnName } from "../temporary.ts";

/** A column that is replaced by another one in two phases. */
export interface Expansion {
  /** The column that is asked for; `undefined` where nobody asks for it any more. */
  readonly column: Column | undefined;
  /** The column that it takes its values from, by the name that it has. */
  readonly old: string;
  /** The second column: the asked one's own name for a rename, a temporary one for a type. */
  readonly next: string;
  /** `begins`: nothing is there yet. `copies`: the copy was interrupted. `waits`: the second phase is what is left. */
  readonly state: "begins" | "copies" | "waits";
}

/** What earlier runs began, as long as both columns are there. */
export function begunExpansions(table: Table, found: LiveTable, managed: ManagedTable): readonly Expansion[] {
  const marks: string[] = [];
  for (const object of managed) if (object.startsWith("expand ")) marks.push(object);
  return marks.toSorted().flatMap((object): readonly Expansion[] => {
    const [, old = "", next = ""] = object.split(" ");
    if (!found.columns.has(old) || !found.columns.has(next)) return [];
    const wanted = isTemporaryName(next) ? old : next;
    const column = table.columns.find(({ name }) => name === wanted);
    return [{ column, old, next, state: managed.has(`backfill ${next}`) ? "copies" : "waits" }];
  });
}

/** What is to be begun for a column whose name, or else whose type, changes. */
export function newExpansion(table: Table, column: Column, old: string): Expansion {
  const next = column.name === old ? nextColumnName(table.name, column.name) : column.name;
  return { column, old, next, state: "begins" };
}

/** Whether the column itself is replaced, under its own name. */
export function isTypeExpansion({ next }: Expansion): boolean {
  return isTemporaryName(next);
}
