import type { Table } from "@lucent/core";

import { bookkeepingTables } from "../bookkeeping.ts";
import type { Change } from "../model/change.ts";
import type { Decisions } from "../model/decisions.ts";
import type { Live } from "../model/live.ts";
import { waitingName } from "../temporary.ts";
import { matchColumns } from "./match-columns.ts";
import type { Match } from "./match.ts";
import { ambiguousRename, type Refused, relationTaken, renameTaken, tableTaken } from "./refusals.ts";
import { inOrder, matchRenames, type RenameMatches } from "./renames.ts";

/** Which table becomes which. */
export interface TableMatches {
  readonly matches: readonly Match[];
  /** Tables whose names are free, as far as tables go. */
  readonly missing: readonly Table[];
  readonly renames: readonly Change[];
  readonly refusals: readonly Refused[];
  /** Tables that are new although they say what they were before. */
  readonly anew: RenameMatches["unmatched"];
  /** Says which tables are gone and made again. */
  readonly lost: readonly string[];
}

const ownNames: ReadonlySet<string> = new Set(bookkeepingTables.map(({ name }) => name));

/** Whether migrate made the table: its own it always made. */
function isManaged({ managed }: Live, name: string): boolean {
  return managed.has(name) || ownNames.has(name);
}

/** Whether everything that we made and that is still asked for is gone, and how much that is. */
export function missingTables(tables: readonly Table[], live: Live): number {
  const known = tables.filter(
    ({ name, previousName }) =>
      !ownNames.has(name) &&
      (live.managed.has(name) || (previousName !== undefined && live.managed.has(previousName))),
  );
  const isThere = known.some(
    ({ name, previousName }) =>
      live.tables.has(name) || (previousName !== undefined && live.tables.has(previousName)),
  );
  return isThere ? 0 : known.length;
}

/** Finds the table that each one is now. */
export function matchTables(
  tables: readonly Table[],
  live: Live,
  { expand }: Pick<Decisions, "expand">,
): TableMatches {
  const found = matchRenames(tables, {
    has: (name) => live.tables.has(name),
    isOurs: (name) => isManaged(live, name),
    wasRenamed: (from, to) => live.managed.get(to)?.has(`renamed ${from} ${to}`) === true,
  });
  const leaving = new Set(found.renames.values());
  const matches: Match[] = [];
  const missing: Table[] = [];
  const refusals: Refused[] = [...disputes(found)];
  for (const table of tables) {
    const { name } = table;
    const now = found.renames.get(name) ?? (leaving.has(name) ? undefined : name);
    const present = now === undefined ? undefined : live.tables.get(now);
    const taken = live.taken.get(name);
    const isDisputed = found.disputes.some((dispute) => dispute.name === name && !dispute.ours);
    if (taken !== undefined) refusals.push(relationTaken(table, name, taken));
    else if (now === undefined || present === undefined) missing.push(table);
    else if (isManaged(live, now)) {
      const managed = live.managed.get(now) ?? new Set();
      matches.push(matchColumns({ table, name: now, found: present, managed }, expand));
    } else if (!isDisputed) refusals.push(tableTaken(table));
  }
  return {
    matches,
    missing,
    renames: renameTables(found, tables),
    refusals,
    ...notesOn(found, tables, live),
  };
}

function disputes({ disputes: open }: RenameMatches): readonly Refused[] {
  return open.map(({ name, previousName, ours }) =>
    ours
      ? ambiguousRename(name, previousName, { table: previousName, column: undefined })
      : renameTaken(name, previousName),
  );
}

function renameTables({ renames }: RenameMatches, tables: readonly Table[]): readonly Change[] {
  return inOrder(renames).flatMap(({ name, from, waits }): readonly Change[] => {
    const table = tables.find((each) => each.name === name);
    if (table === undefined) return [];
    return [{ kind: "renameTable", table, from, through: waits ? waitingName("table", from) : undefined }];
  });
}

/** A first run has nothing that could have had another name. */
function notesOn(
  { unmatched, renames }: RenameMatches,
  asked: readonly Table[],
  { managed, tables }: Live,
): Pick<TableMatches, "anew" | "lost"> {
  const isFirst = [...managed.keys()].every((name) => ownNames.has(name));
  if (isFirst) return { anew: [], lost: [] };
  const lost = asked.filter(({ name }) => managed.has(name) && !tables.has(name) && !renames.has(name));
  return {
    anew: unmatched,
    lost: lost.map(({ name }) => `"${name}" is made again: it was there before, and is gone.`),
  };
}

/**
 * Says which tables are new although they say what they were before. Not of lists of references that are filled from a
 * column, nor of new ones in a collection that was renamed: they say it only because others do.
 */
export function anewNotes(
  anew: TableMatches["anew"],
  asked: readonly Table[],
  filled: ReadonlySet<string>,
): readonly string[] {
  const tables = new Map(asked.map((table) => [table.name, table]));
  const isFollowing = ({ name, previousName }: TableMatches["anew"][number]): boolean => {
    const links = tables.get(name);
    const owner = links?.foreignKeys.find(({ column }) => column === links.primaryKey.columns[0])?.references;
    const before = tables.get(owner ?? "")?.previousName;
    if (owner === undefined || before === undefined) return false;
    return previousName === `${before}${name.slice(owner.length)}` || name.length === maxNameLength;
  };
  return anew
    .filter((each) => !filled.has(each.name) && !isFollowing(each))
    .map(
      ({ name, previousName }) =>
        `"${name}" is made anew: there is no table "${previousName}" of ours that it could have been before.`,
    );
}

/** A name of this length may have lost its end to a digest. */
const maxNameLength = 63;
