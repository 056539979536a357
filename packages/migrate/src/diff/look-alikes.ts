import type { Table } from "@lucent/core";

import type { Live } from "../model/live.ts";
import { liveColumn, type Match } from "./match.ts";
import { orphanNames } from "./orphans.ts";

/** Says where something new looks like something that is not asked for any more. Nothing is done about it. */
export function similarColumns(match: Match): readonly string[] {
  const { table, found } = match;
  const added = table.columns.filter(
    (column) => liveColumn(match, column) === undefined && column.previousName === undefined,
  );
  if (added.length === 0) return [];
  const orphans = orphanNames(match);
  return added.flatMap(({ name, type }) => {
    const alike = orphans.filter((orphan) => found.columns.get(orphan)?.type === type);
    return alike.length === 0 ? [] : [hint(`"${table.name}"."${name}"`, alike, "field's")];
  });
}

/** The same for tables: one whose columns were all there before, with their types. */
export function similarTables(
  missing: readonly Table[],
  orphans: readonly string[],
  live: Live,
): readonly string[] {
  return missing.flatMap(({ name, columns, previousName }) => {
    if (previousName !== undefined) return [];
    const alike = orphans.filter((orphan) => {
      const present = live.tables.get(orphan)?.columns;
      return columns.every((column) => present?.get(column.name)?.type === column.type);
    });
    return alike.length === 0 ? [] : [hint(`"${name}"`, alike, "collection's")];
  });
}

function hint(added: string, alike: readonly string[], whose: string): string {
  const names = alike.map((each) => `"${each}"`).join(" or ");
  return `${added} is new, and ${names} is not asked for any more: if the one became the other, say so with the ${whose} previous name before you migrate.`;
}
