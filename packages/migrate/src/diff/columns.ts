import type { Column, Table } from "@lucent/core";

import { isSameDefault } from "../default-value.ts";
import type { Change } from "../model/change.ts";
import type { LiveColumn } from "../model/live.ts";
import { filledCheckName } from "../temporary.ts";
import { isOurs, liveColumn, type Match } from "./match.ts";
import { columnTaken, maxColumns, tooManyColumns, unsupported } from "./refusals.ts";
import type { Released } from "./released.ts";

/** What has to happen to the columns of a table. */
export function columnChanges(match: Match, released: Released): readonly Change[] {
  const { table, found } = match;
  const changes = table.columns.flatMap((column): readonly Change[] => {
    if (match.expansions.some((each) => each.column === column)) return [];
    const present = liveColumn(match, column);
    return present === undefined
      ? [{ kind: "addColumn", table, column }]
      : changesOf(match, { column, present }, released);
  });
  const added = changes.filter(({ kind }) => kind === "addColumn").length;
  const begun = match.expansions.filter(({ state }) => state === "begins").length;
  const slots = found.slots + added + begun;
  return slots > maxColumns && slots > found.slots ? [...changes, tooManyColumns(table, slots)] : changes;
}

interface Pair {
  readonly column: Column;
  readonly present: LiveColumn;
}

function changesOf(match: Match, pair: Pair, released: Released): readonly Change[] {
  const { table } = match;
  const { column, present } = pair;
  const now = match.columns.get(column.name) ?? column.name;
  if (!isOurs(match, `column ${now}`)) {
    // Somebody else's. As it should be, it becomes ours; nothing of it is altered.
    return isAsAsked(pair) ? [] : [columnTaken(table, column, present.type)];
  }
  if (present.generated) {
    return [
      unsupported(
        `${table.name}.${column.name}`,
        `The values of "${table.name}"."${column.name}" are made by the database, and can't become a field's.`,
        "Make it an ordinary column first (alter table … alter column … drop expression, or drop identity).",
        "Give the field another name.",
      ),
    ];
  }
  return [
    ...typeChanges(match, pair, released),
    ...defaultChanges(table, pair),
    ...(isFilling(match, { column, now }) ? [{ kind: "fillColumn" as const, table, column }] : []),
    ...nullChanges(match, pair, released),
  ];
}

/** Whether a column is what is asked for to the last detail. */
export function isAsAsked({ column, present }: Pair): boolean {
  return (
    !present.generated &&
    present.type === column.type &&
    present.nullable === column.nullable &&
    isSameDefault(column, present.default)
  );
}

/** Without a default there is nothing to fill in any more. */
function isFilling(match: Match, { column, now }: { column: Column; now: string }): boolean {
  return column.default !== undefined && isOurs(match, `backfill ${now}`);
}

function typeChanges({ table }: Match, { column, present }: Pair, released: Released): readonly Change[] {
  if (present.type === column.type) return [];
  const { constraints, indexes } = released.get(column.name) ?? { constraints: [], indexes: [] };
  return [
    {
      kind: "changeType",
      table,
      column,
      from: present.type,
      default: present.default,
      constraints,
      indexes,
    },
  ];
}

/** A change of type takes the old default away; the new one is set again, even where it is the same. */
function defaultChanges(table: Table, { column, present }: Pair): readonly Change[] {
  const isDropped = present.type !== column.type && present.default !== undefined;
  const found = isDropped ? undefined : present.default;
  if (isSameDefault(column, found)) return [];
  return [{ kind: column.default === undefined ? "dropDefault" : "setDefault", table, column }];
}

function nullChanges(match: Match, { column, present }: Pair, released: Released): readonly Change[] {
  const { table, found } = match;
  if (present.nullable === column.nullable) return [];
  if (!column.nullable) {
    const name = filledCheckName(table.name, column.name);
    const check = found.constraints.get(name);
    const isGone = released.get(column.name)?.constraints.includes(name) === true;
    const leftover = check?.kind === "c" && !isGone ? { name, validated: check.validated } : undefined;
    return [{ kind: "setNotNull", table, column, leftover }];
  }
  if (!table.primaryKey.columns.includes(column.name)) return [{ kind: "dropNotNull", table, column }];
  return [
    unsupported(
      `${table.name}.${column.name}`,
      `"${table.name}"."${column.name}" is part of the primary key, and can't be empty.`,
      "Keep it required.",
    ),
  ];
}
