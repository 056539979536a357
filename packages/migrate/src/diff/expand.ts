import type { Column, Table } from "@lucent/core";

import type { Change } from "../model/change.ts";
import { isTemporaryName, syncName } from "../temporary.ts";
import { type Expansion, isTypeExpansion } from "./expansions.ts";
import { columnsOf } from "./indexes.ts";
import { isOurs, type Match } from "./match.ts";
import { columnTaken, type Refused, unsupported } from "./refusals.ts";

/** First phases that are to be begun, or whose copy was interrupted. */
export function expandChanges(match: Match): readonly Change[] {
  return match.expansions.flatMap((expansion): readonly Change[] => {
    const { column, old, next, state } = expansion;
    if (state === "waits" || column === undefined) return [];
    const refusal = state === "begins" ? objection(match, expansion, column) : undefined;
    if (refusal !== undefined) return [refusal];
    const type = match.found.columns.get(old)?.type ?? column.type;
    return [{ kind: "expand", table: match.table, column, from: { name: old, type, next } }];
  });
}

function objection(match: Match, { old }: Expansion, column: Column): Refused | undefined {
  const { table, found } = match;
  const present = found.columns.get(old);
  if (present !== undefined && !isOurs(match, `column ${old}`)) {
    return columnTaken(table, column, present.type);
  }
  if (present?.generated === true) return cannot(table, column, "the database makes its values");
  if (isKey(match, old, column)) return cannot(table, column, "keys are made of it");
  if (old === column.name) return undefined;
  // A trigger would have to convert both ways, and fail where there is no way back.
  if (present !== undefined && present.type !== column.type)
    return cannot(table, column, "its type changes with its name");
  const isNeeded = found.columns.has(column.name) || table.columns.some(({ name }) => name === old);
  return isNeeded ? cannot(table, column, "the other name is in use too") : undefined;
}

function isKey({ table, found }: Match, old: string, { name }: Column): boolean {
  return (
    table.primaryKey.columns.includes(name) ||
    table.foreignKeys.some((key) => key.column === name) ||
    [...found.constraints.values()].some(({ kind, columns }) => "pf".includes(kind) && columns.includes(old))
  );
}

function cannot({ name: table }: Table, { name }: Column, why: string): Refused {
  return unsupported(
    `${table}.${name}`,
    `"${table}"."${name}" can't be changed in two phases: ${why}.`,
    "Change it in one: leave it out of the columns to expand.",
  );
}

/** What is left of a change in two phases when somebody dropped one of its columns. */
export function brokenExpansions({ table, name: now, found, managed }: Match): readonly Change[] {
  return [...managed].toSorted().flatMap((mark): readonly Change[] => {
    const [kind, old = "", next = ""] = mark.split(" ");
    if (kind !== "expand" || (found.columns.has(old) && found.columns.has(next))) return [];
    return [{ kind: "endSync", table, old, next, name: syncName(now, isTemporaryName(next) ? old : next) }];
  });
}

/** Tables that get another name, although a trigger of a change in two phases is named after the one that they have. */
export function heldTables(matches: readonly Match[]): readonly Refused[] {
  return matches.flatMap(({ table, name, expansions }) =>
    name === table.name || expansions.every(({ state }) => state === "begins")
      ? []
      : [
          unsupported(
            table.name,
            `"${name}" is in the middle of a change in two phases, and can't be renamed meanwhile.`,
            `End that change first, with a configuration in which the table is still "${name}": lucent migrate contract.`,
          ),
        ],
  );
}

/** Second phases, for everything that the first one was done for. */
export function contractChanges(matches: readonly Match[]): readonly Change[] {
  return [
    ...heldTables(matches),
    ...matches.flatMap((match) =>
      match.expansions
        .filter(({ state }) => state !== "begins")
        .map((expansion) => contractChange(match, expansion)),
    ),
  ];
}

function contractChange(match: Match, expansion: Expansion): Change {
  const { table, found } = match;
  const { column, old, next } = expansion;
  if (column === undefined) {
    return unsupported(
      `${table.name}.${next}`,
      `"${table.name}"."${old}" was to be replaced by "${next}", which nobody asks for any more.`,
      `Ask for what it was begun for again, and end that first.`,
    );
  }
  const isOldWanted = !isTypeExpansion(expansion) && table.columns.some(({ name }) => name === old);
  const isOther = found.columns.get(next)?.type !== column.type;
  if (isOldWanted || isOther) {
    return unsupported(
      `${table.name}.${column.name}`,
      isOldWanted
        ? `"${table.name}"."${old}" is asked for again, and would be dropped.`
        : `"${table.name}"."${next}" was made with another type than the one that is asked for now.`,
      "Ask for what it was begun for, end that first, and make the other change then.",
    );
  }
  const absent = absentNeighbours(match, expansion, column);
  if (absent.length > 0) {
    const names = absent.map((name) => `"${name}"`).join(" and ");
    return unsupported(
      `${table.name}.${column.name}`,
      `An index over "${table.name}"."${column.name}" also has ${names}, which is not there yet.`,
      "Run lucent migrate first, then lucent migrate contract.",
    );
  }
  const type = found.columns.get(old)?.type ?? column.type;
  return { kind: "contract", table, column, from: { name: old, type, next } };
}

/** Columns of the indexes that are built on the second column, as far as they don't have their names yet. */
function absentNeighbours(
  { table, columns }: Match,
  expansion: Expansion,
  { name }: Column,
): readonly string[] {
  if (!isTypeExpansion(expansion)) return [];
  const neighbours = table.indexes.map(columnsOf).filter((names) => names.includes(name));
  return [...new Set(neighbours.flat())].filter((each) => columns.get(each) !== each);
}

/** Says what waits for its second phase, or could not be begun because nothing of it changes. */
export function expansionNotes({ table, expansions }: Match): readonly string[] {
  return expansions
    .filter(({ state }) => state === "waits")
    .map(({ old, next, column }) =>
      column === undefined
        ? `"${table.name}"."${old}" is being replaced by "${next}", which nobody asks for any more: ask for it again, and end that with lucent migrate contract.`
        : `"${table.name}"."${old}" is being replaced${isTemporaryName(next) ? " by a column of another type" : ` by "${next}"`}: lucent migrate contract ends it.`,
    );
}

/**
 * Says which columns have their old type until the second phase. What the new release writes would be cut to it, without
 * a word from the server where the old type is a whole number.
 */
export function unreadyColumns({ table, expansions }: Match): readonly string[] {
  return expansions
    .filter((expansion) => isTypeExpansion(expansion) && expansion.column !== undefined)
    .map(
      ({ old }) =>
        `"${table.name}"."${old}" keeps its old type until its change is ended: run lucent migrate contract before this release serves.`,
    );
}
