import type { Column } from "@lucent/core";

import { begunExpansions, type Expansion, newExpansion } from "./expansions.ts";
import { isOurs, type Match, partsOf } from "./match.ts";
import { matchRenames, type RenameMatches } from "./renames.ts";

type Unmatched = Pick<Match, "table" | "name" | "found" | "managed">;

/** Finds the columns that a table's columns are now, and those of them that change in two phases. */
export function matchColumns(unmatched: Unmatched, expand: ReadonlySet<string>): Match {
  const { table, found, managed } = unmatched;
  const begun = begunExpansions(table, found, managed);
  const renamed = columnRenames(unmatched, begun);
  const { renames } = renamed;
  const leaving = new Set(renames.values());
  const isAsked = ({ name }: Column): boolean => expand.has(`${table.name}.${name}`);
  const columns = new Map<string, string>();
  const expansions = [...begun];
  for (const column of table.columns) {
    const { name } = column;
    const now = renames.get(name) ?? (found.columns.has(name) && !leaving.has(name) ? name : undefined);
    if (now === undefined) continue;
    const present = found.columns.get(now);
    const isChanged = now !== name || (present !== undefined && present.type !== column.type);
    const isBegun = begun.some((each) => each.column === column);
    if (isAsked(column) && isChanged && !isBegun) expansions.push(newExpansion(table, column, now));
    // The second column is still to come where the name changes.
    if (now === name || !isAsked(column)) columns.set(name, now);
  }
  return { ...unmatched, ...partsOf(found), columns, renamed, expansions };
}

/** The renames of a table's columns. Of two columns that a trigger keeps equal, none became the other yet. */
function columnRenames({ table, found, managed }: Unmatched, begun: readonly Expansion[]): RenameMatches {
  return matchRenames(table.columns, {
    has: (name) => found.columns.has(name),
    isOurs: (name) => isOurs({ managed }, `column ${name}`),
    wasRenamed: (from, to) =>
      isOurs({ managed }, `renamed ${from} ${to}`) ||
      begun.some(({ old, next }) => old === from && next === to),
  });
}
