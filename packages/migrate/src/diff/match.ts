import type { Column, Table } from "@lucent/core";

import type { LiveNames } from "../model/change.ts";
import type { Live, LiveColumn, LiveConstraint, LiveIndex, LiveTable } from "../model/live.ts";
import type { ManagedObject, ManagedTable } from "../model/managed.ts";
import type { Expansion } from "./expansions.ts";
import { byName } from "./order.ts";
import type { RenameMatches } from "./renames.ts";

/** Something that is there, with its name. */
export type Named<T> = T & { readonly name: string };

/** A table of ours that is there, beside the one that it should be. */
export interface Match {
  readonly table: Table;
  /** The name that it has now. */
  readonly name: string;
  readonly found: LiveTable;
  readonly managed: ManagedTable;
  /** Its indexes by name, without that of the primary key, which is its constraint's. */
  readonly indexes: readonly Named<LiveIndex>[];
  /** Its constraints by name, without the primary key. */
  readonly constraints: readonly Named<LiveConstraint>[];
  /** The columns that are asked for and there: the names that they have now. */
  readonly columns: ReadonlyMap<string, string>;
  /** What became of the columns' previous names. */
  readonly renamed: RenameMatches;
  /** Columns that change in two phases, begun or to be begun. */
  readonly expansions: readonly Expansion[];
}

/** The parts of a table, sorted, as a match lists them. */
export function partsOf(found: LiveTable): Pick<Match, "indexes" | "constraints"> {
  const indexes: Named<LiveIndex>[] = [];
  for (const [name, index] of found.indexes) {
    const isKey = index.constraint !== undefined && found.constraints.get(index.constraint)?.kind === "p";
    if (!isKey) indexes.push({ ...index, name });
  }
  const constraints: Named<LiveConstraint>[] = [];
  for (const [name, constraint] of found.constraints) {
    if (constraint.kind !== "p") constraints.push({ ...constraint, name });
  }
  return { indexes: indexes.toSorted(byName), constraints: constraints.toSorted(byName) };
}

/** Whether we made something of the table. */
export function isOurs({ managed }: Pick<Match, "managed">, object: ManagedObject): boolean {
  return managed.has(object);
}

/** A column that is asked for, as it is; `undefined` where it is not there. */
export function liveColumn(
  { columns, found }: Pick<Match, "columns" | "found">,
  { name }: Column,
): LiveColumn | undefined {
  const now = columns.get(name);
  return now === undefined ? undefined : found.columns.get(now);
}

/** Whether a column that is asked for changes its type in place. */
export function changesType(match: Match, name: string): boolean {
  const column = match.table.columns.find((each) => each.name === name);
  if (column === undefined || match.expansions.some((each) => each.column === column)) return false;
  const present = liveColumn(match, column);
  return present !== undefined && present.type !== column.type;
}

/** What keeps its indexes and constraints until the second phase: the columns that give their values to another one. */
export function keptColumns({ expansions }: Match): ReadonlySet<string> {
  return new Set(expansions.map(({ old }) => old));
}

/** From the names that the changes use to those that the database has now. */
export function liveNames(matches: readonly Match[], live: Live): LiveNames {
  const byLaterName = new Map(matches.map((match) => [match.table.name, match]));
  const leaving = new Set(matches.filter(({ table, name }) => table.name !== name).map(({ name }) => name));
  const tableNow = (name: string): string | undefined =>
    byLaterName.get(name)?.name ?? (live.tables.has(name) && !leaving.has(name) ? name : undefined);
  return {
    table: tableNow,
    column(table, column) {
      const match = byLaterName.get(table);
      if (match === undefined) {
        const now = tableNow(table);
        return now !== undefined && live.tables.get(now)?.columns.has(column) === true ? column : undefined;
      }
      const isLeaving = [...match.columns.values()].includes(column);
      return (
        match.columns.get(column) ?? (match.found.columns.has(column) && !isLeaving ? column : undefined)
      );
    },
  };
}
