import type { Table } from "@lucent/core";

import type { Desired } from "./desired.ts";
import { adoptions } from "./diff/adopt.ts";
import { columnRenames, unmatchedNames } from "./diff/column-renames.ts";
import { columnChanges } from "./diff/columns.ts";
import { constrainedIndexes } from "./diff/constrained.ts";
import { constraintChanges } from "./diff/constraints.ts";
import {
  brokenExpansions,
  contractChanges,
  expandChanges,
  expansionNotes,
  heldTables,
  unreadyColumns,
} from "./diff/expand.ts";
import { indexChanges, type Surroundings, takenNames } from "./diff/indexes.ts";
import { invalidIndexes } from "./diff/invalid.ts";
import { keptLists, linkFills } from "./diff/links.ts";
import { similarColumns, similarTables } from "./diff/look-alikes.ts";
import { liveNames, type Match } from "./diff/match.ts";
import { objectRenames } from "./diff/object-renames.ts";
import { byName, canonicalTable } from "./diff/order.ts";
import { orphanColumns, orphanTables } from "./diff/orphans.ts";
import { pairObjects } from "./diff/pairing.ts";
import { partitionedChanges } from "./diff/partitioned.ts";
import { tablesMissing } from "./diff/refusals.ts";
import { releaseForTypes, unwantedObjects } from "./diff/released.ts";
import { isSettled } from "./diff/settled.ts";
import { anewNotes, matchTables, missingTables, type TableMatches } from "./diff/tables.ts";
import { usedNames } from "./diff/used-names.ts";
import type { Change, Difference } from "./model/change.ts";
import type { Decisions } from "./model/decisions.ts";
import type { Live } from "./model/live.ts";

type Choices = Pick<Decisions, "expand" | "contract">;

/**
 * Compares the schema as it should be with the schema as it is. Tables and columns are matched by name and by previous
 * name, indexes and constraints by structure and then by name. What migrate did not make is not seen, unless it has a
 * name that is asked for. Pure; the order of what goes in does not matter.
 */
export function diff({ tables: asked }: Desired, live: Live, decisions: Choices): Difference {
  if (!decisions.contract && isSettled(asked, live))
    return { changes: [], names: liveNames([], live), notes: [], unready: [] };
  const tables = asked.map(canonicalTable).toSorted(byName);
  const found = matchTables(tables, live, decisions);
  const names = liveNames(found.matches, live);
  const lost = missingTables(tables, live);
  if (lost > 0) return { changes: [tablesMissing(live.schema, lost)], names, notes: [], unready: [] };
  if (decisions.contract) return contracted(found, names);
  const pairing = pairObjects(found.matches, live, (name) => names.table(name));
  const surroundings: Surroundings = { live, pairing };
  const orphans = orphanTables(found.matches, tables, live);
  const fills = linkFills(found.missing, found.matches, (name) => names.table(name));
  const changes: readonly Change[] = [
    ...(live.schemaExists ? [] : [{ kind: "createSchema" } as const]),
    ...renames(found, surroundings),
    ...found.refusals,
    ...heldTables(found.matches),
    ...found.missing.flatMap((table) => createTable(table, surroundings)),
    ...found.matches.flatMap((match) => partitionedChanges(match, tableChanges(match, surroundings))),
    ...fills,
    ...orphans,
  ];
  const notes = [
    ...anewNotes(found.anew, tables, new Set(fills.map(({ table }) => table.name))),
    ...found.lost,
    ...keptLists(
      found.matches,
      orphans.map(({ name }) => name),
    ),
    ...found.matches.flatMap((match) => [
      ...unmatchedNames(match),
      ...expansionNotes(match),
      ...similarColumns(match),
      ...invalidIndexes(match),
    ]),
    ...similarTables(
      found.missing,
      orphans.map(({ name }) => name),
      live,
    ),
  ];
  return { changes, names, notes, unready: found.matches.flatMap(unreadyColumns) };
}

function contracted({ matches }: TableMatches, names: Difference["names"]): Difference {
  const changes = contractChanges(matches);
  return {
    changes,
    names,
    notes: changes.length > 0 ? [] : ["No change in two phases waits for its end."],
    unready: [],
  };
}

/** Tables first, then columns, then what is named after them: each kind is in an order in which names are free. */
function renames({ renames: tables, matches }: TableMatches, { pairing }: Surroundings): readonly Change[] {
  const changes = [...tables, ...matches.flatMap(columnRenames), ...objectRenames(matches, pairing)];
  const divided = new Map(
    matches.filter(({ found }) => found.partitioned).map((match) => [match.table.name, match]),
  );
  return changes.flatMap((change) => {
    const match = "table" in change ? divided.get(change.table.name) : undefined;
    return match === undefined ? [change] : partitionedChanges(match, [change]);
  });
}

function createTable(table: Table, surroundings: Surroundings): readonly Change[] {
  const names = [table.primaryKey.name, ...table.indexes.map(({ name }) => name)];
  const taken = takenNames(table, names, surroundings);
  return taken.length > 0 ? taken : [{ kind: "createTable", table }];
}

function tableChanges(match: Match, surroundings: Surroundings): readonly Change[] {
  const { table } = match;
  const pairs = surroundings.pairing.of(match);
  const unwanted = unwantedObjects(match, pairs);
  const released = releaseForTypes(match, unwanted);
  const wanted = [
    ...brokenExpansions(match),
    ...adoptions(match, pairs),
    ...columnChanges(match, released),
    ...expandChanges(match),
    ...indexChanges(match, surroundings, released),
    ...constraintChanges(match, surroundings, released),
  ];
  unwanted.keep(usedNames(wanted));
  const orphans = orphanColumns(match, unwanted);
  const rest = unwanted.rest();
  const changes = [
    ...wanted,
    ...rest.constraints.map((name): Change => ({ kind: "dropConstraint", table, name })),
    ...rest.indexes.map((name): Change => ({ kind: "dropIndex", table, name })),
    ...orphans,
  ];
  return [...changes, ...constrainedIndexes(match, changes)];
}
