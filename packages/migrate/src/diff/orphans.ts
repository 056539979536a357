import type { Table } from "@lucent/core";

import { bookkeepingTables } from "../bookkeeping.ts";
import type { Change } from "../model/change.ts";
import type { Live } from "../model/live.ts";
import { isOurs, type Match } from "./match.ts";
import type { Unwanted } from "./released.ts";

/** Columns that we made, by the name that they have, and that nobody asks for any more. */
export function orphanNames(match: Match): readonly string[] {
  const { found, columns, expansions } = match;
  const used = new Set([...columns.values(), ...expansions.flatMap(({ old, next }) => [old, next])]);
  const names: string[] = [];
  for (const name of found.columns.keys()) {
    if (!used.has(name) && isOurs(match, `column ${name}`)) names.push(name);
  }
  return names.toSorted();
}

/** What becomes of a table's orphans: they stay, but let go of what would make writes fail. */
export function orphanColumns(match: Match, unwanted: Unwanted): readonly Change[] {
  const { table, found } = match;
  return orphanNames(match).flatMap((column): readonly Change[] => {
    const present = found.columns.get(column);
    if (present === undefined) return [];
    const { type, nullable, default: fallback, generated } = present;
    const blocksInserts = !nullable && fallback === undefined && !generated;
    return [{ kind: "orphanColumn", table, column, type, blocksInserts, ...unwanted.take(column) }];
  });
}

const ownNames: ReadonlySet<string> = new Set(bookkeepingTables.map(({ name }) => name));

/** Tables that we made and that nobody asks for any more. */
export function orphanTables(
  matches: readonly Match[],
  tables: readonly Table[],
  live: Live,
): readonly Extract<Change, { readonly kind: "orphanTable" }>[] {
  const used = new Set([...matches.map(({ name }) => name), ...tables.map(({ name }) => name), ...ownNames]);
  return [...live.managed.keys()]
    .filter((name) => live.tables.has(name) && !used.has(name))
    .toSorted()
    .map((name) => ({ kind: "orphanTable", name, foreignKeys: foreignKeysOf(name, live) }));
}

function foreignKeysOf(name: string, { tables, managed }: Live): readonly string[] {
  return [...(tables.get(name)?.constraints ?? [])]
    .filter(([key, { kind }]) => kind === "f" && managed.get(name)?.has(`constraint ${key}`) === true)
    .map(([key]) => key)
    .toSorted();
}
