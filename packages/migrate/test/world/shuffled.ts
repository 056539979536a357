import type { Table } from "@lucent/core";

/** The same tables with every list in which the order means nothing turned round (U9). */
export function turnedRound(tables: readonly Table[]): readonly Table[] {
  return tables
    .map((table): Table => ({
      checks: table.checks.toReversed(),
      foreignKeys: table.foreignKeys.toReversed(),
      indexes: table.indexes.toReversed(),
      primaryKey: table.primaryKey,
      columns: table.columns.toReversed(),
      owner: table.owner,
      ...(table.previousName === undefined ? {} : { previousName: table.previousName }),
      name: table.name,
    }))
    .toReversed();
}
