import type { Table } from "@lucent/core";

interface Named {
  readonly name: string;
}

/** Sorts by name, by code units: the same on every machine. */
export function byName(left: Named, right: Named): number {
  if (left.name === right.name) return 0;
  return left.name < right.name ? -1 : 1;
}

/**
 * A table with its parts in an order of their own, so that what comes of it does not depend on the order in which they
 * were written down. Only lists whose order means something stay as they are.
 */
export function canonicalTable(table: Table): Table {
  const { columns, primaryKey } = table;
  const isKey = ({ name }: Named): boolean => primaryKey.columns.includes(name);
  const sorted = columns.toSorted(byName);
  return {
    ...table,
    columns: [...sorted.filter(isKey), ...sorted.filter((column) => !isKey(column))],
    indexes: table.indexes.toSorted(byName),
    foreignKeys: table.foreignKeys.toSorted(byName),
    checks: table.checks.toSorted(byName),
  };
}
