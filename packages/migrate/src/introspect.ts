import type { Runner } from "@lucent/core";

import { readHistory, readManaged } from "./catalog/bookkeeping.ts";
import { readColumns } from "./catalog/columns.ts";
import { addConstraints, readConstraints } from "./catalog/constraints.ts";
import { type Facts, readFacts } from "./catalog/facts.ts";
import { addIndexes, readIndexes } from "./catalog/indexes.ts";
import { readRelations, type TableDraft, type WantedNames } from "./catalog/relations.ts";
import type { Desired } from "./desired.ts";
import type { Live } from "./model/live.ts";
import type { Managed } from "./model/managed.ts";

/**
 * Reads what the database has under the names that are wanted, were wanted before, or were given by us: seven statements
 * whatever its size. Only pg_catalog is asked: the information schema hides constraints from a role that does not own
 * the table.
 * @param runner One session, in a transaction that sees one state of the database, with its settings pinned.
 * @throws BootError where the connection's search path names no schema.
 */
export async function introspect(runner: Runner, desired: Desired): Promise<Live> {
  const facts = await readFacts(runner);
  const [managed, history] = await Promise.all([readManaged(runner, facts), readHistory(runner, facts)]);
  const { drafts, taken } = await readRelations(runner, facts, wantedNames(desired, managed));
  await readParts(runner, facts, new Map([...drafts.values()].map((draft) => [draft.oid, draft])));
  const tables = new Map([...drafts].map(([name, { live }]) => [name, live]));
  const { server, schema, schemaExists, canCreate, readOnly } = facts;
  return { server, schema, schemaExists, canCreate, readOnly, tables, taken, managed, history };
}

function wantedNames({ tables }: Desired, managed: Managed): WantedNames {
  return {
    tables: new Set([
      ...tables.flatMap(({ name, previousName }) =>
        previousName === undefined ? [name] : [name, previousName],
      ),
      ...managed.keys(),
    ]),
    indexes: new Set(
      tables.flatMap(({ primaryKey, indexes }) => [primaryKey.name, ...indexes.map(({ name }) => name)]),
    ),
  };
}

/** All three at once: the server works on the next answer while we read the last one. */
async function readParts(
  runner: Runner,
  facts: Facts,
  tables: ReadonlyMap<number, TableDraft>,
): Promise<void> {
  if (tables.size === 0) return;
  const [, indexes, constraints] = await Promise.all([
    readColumns(runner, facts, tables),
    readIndexes(runner, facts, tables),
    readConstraints(runner, facts, tables),
  ]);
  addIndexes(tables, indexes);
  addConstraints(tables, constraints);
}
