import type { Column, Table } from "@lucent/core";

import type { ManagedObject } from "./model/managed.ts";

/** All that is written down of a table when it is made, or taken over as it is. Sorted. */
export function objectsOf(table: Table): readonly ManagedObject[] {
  return [
    ...table.columns.map(({ name }) => `column ${name}` as const),
    ...table.indexes.map(({ name }) => `index ${name}` as const),
    ...[table.primaryKey, ...table.foreignKeys, ...table.checks].map(
      ({ name }) => `constraint ${name}` as const,
    ),
    ...renameMarks(table),
    ...table.columns.flatMap(renameMarks),
  ].toSorted();
}

/**
 * What is written down of something that is new and names its previous name: whatever bears that name later is another
 * thing. Without it, two columns that were made with each other's previous names would be swapped by the next run.
 */
export function renameMarks({
  name,
  previousName,
}: Pick<Column | Table, "name" | "previousName">): readonly ManagedObject[] {
  return previousName === undefined || previousName === name ? [] : [`renamed ${previousName} ${name}`];
}
