import type { ForeignKey, Table } from "@lucent/core";

import type { Change } from "../model/change.ts";
import type { Match } from "./match.ts";
import { orphanNames } from "./orphans.ts";
import type { TableNow } from "./structure.ts";

type FillLinks = Extract<Change, { readonly kind: "fillLinks" }>;

/** Says where a list of references became a single one again: what is in the list is not what the column holds. */
export function keptLists(matches: readonly Match[], orphans: readonly string[]): readonly string[] {
  return matches.flatMap(({ table }) =>
    table.foreignKeys.flatMap(({ column }) => {
      const list = orphans.find((name) => isLinksName(name, `${table.name}_${column}`));
      if (list === undefined) return [];
      return [
        `"${table.name}"."${column}" is a single reference again, and holds what it held before "${list}" was its list: nothing is copied back from there.`,
      ];
    }),
  );
}

/**
 * Lists of references that were single ones before: a new table of links, and beside it an orphan of the field's name.
 * The first two columns of the table's primary key are the document that refers, and the one referred to.
 */
export function linkFills(
  missing: readonly Table[],
  matches: readonly Match[],
  tableNow: TableNow,
): readonly FillLinks[] {
  // An interrupted run made the table, and wrote down that its rows are still to come.
  const unfilled = matches.filter(({ table, managed }) =>
    managed.has(`backfill ${table.primaryKey.columns[1]}`),
  );
  return [...missing, ...unfilled.map(({ table }) => table)].flatMap((table): readonly FillLinks[] => {
    const [owner, target] = linkKeys(table);
    const match = matches.find((each) => each.table.name === owner?.references);
    if (match === undefined || target === undefined) return [];
    const column = orphanNames(match).find((name) => isSourceOf(table, name, match));
    if (column === undefined || !refersTo(match, column, tableNow(target.references))) return [];
    return [{ kind: "fillLinks", table, owner: match.table, column }];
  });
}

function linkKeys({ primaryKey, foreignKeys }: Table): readonly (ForeignKey | undefined)[] {
  if (primaryKey.columns.length !== 2) return [];
  return primaryKey.columns.map((column) => foreignKeys.find((key) => key.column === column));
}

/** Whether the names say that the column was the field that is a list now, renamed or not. */
function isSourceOf({ name, previousName }: Table, column: string, { table, found }: Match): boolean {
  if (found.columns.get(column)?.type !== "uuid") return false;
  const owners = [table.name, ...(table.previousName === undefined ? [] : [table.previousName])];
  const names = [name, ...(previousName === undefined ? [] : [previousName])];
  return owners.some((owner) => names.some((links) => isLinksName(links, `${owner}_${column}`)));
}

const shortened = /^(?<start>.+)_[0-9a-f]{8}_links$/;

/** A name that would be too long ends with a digest instead of its end. */
function isLinksName(name: string, base: string): boolean {
  if (name === `${base}_links`) return true;
  const start = shortened.exec(name)?.groups?.["start"];
  return start !== undefined && name.length === 63 && base.length > 57 && base.startsWith(start);
}

/** A foreign key that still stands says what the ids are of. */
function refersTo({ found }: Match, column: string, target: string | undefined): boolean {
  const keys = [...found.constraints.values()].filter(
    ({ kind, columns }) => kind === "f" && columns.length === 1 && columns[0] === column,
  );
  return keys.every(({ references }) => references?.table === target);
}
