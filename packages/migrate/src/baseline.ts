import type { Column, Table } from "@lucent/core";

import { bookkeepingTables } from "./bookkeeping.ts";
import type { Desired } from "./desired.ts";
import type { Live, LiveTable } from "./model/live.ts";
import type { ManagedChange, ManagedObject } from "./model/managed.ts";
import type { Refusal } from "./model/refusal.ts";
import { objectsOf } from "./ownership.ts";

/** What would be taken over. */
export interface Baseline {
  /** For each table what is written down as ours. */
  readonly adopted: readonly ManagedChange[];
  /** Tables that bear a name that we want and can't be ours. */
  readonly refusals: readonly Refusal[];
}

const ownTables: ReadonlySet<string> = new Set(bookkeepingTables.map(({ name }) => name));

/**
 * Finds the tables that somebody else made and that the configuration means: those of its names, or of its previous
 * names, with its primary key. Only what the configuration asks for becomes ours; whatever else such a table has stays
 * its owner's. What differs is left as it is: from then on it is part of an ordinary plan. Pure.
 */
export function baselineOf({ tables }: Desired, live: Live): Baseline {
  const wanted = new Set(tables.map(({ name }) => name));
  const adopted: ManagedChange[] = [];
  const refusals: Refusal[] = [];
  for (const table of tables) {
    const name = nameIn(live, table, wanted);
    const found = name === undefined ? undefined : live.tables.get(name);
    if (name === undefined || found === undefined || ownTables.has(name) || live.managed.has(name)) continue;
    const refusal = objection(table, name, found);
    if (refusal === undefined) adopted.push({ table: name, add: objectsIn(table, found) });
    else refusals.push(refusal);
  }
  return { adopted, refusals };
}

/** The same database, as if the baseline had been written down. */
export function withBaseline(live: Live, { adopted }: Baseline): Live {
  const managed = new Map(live.managed);
  for (const { table, add = [] } of adopted) managed.set(table, new Set(add));
  return { ...live, managed };
}

function nameIn(live: Live, { name, previousName }: Table, wanted: ReadonlySet<string>): string | undefined {
  if (live.tables.has(name)) return name;
  return previousName === undefined || wanted.has(previousName) ? undefined : previousName;
}

function objection(table: Table, name: string, found: LiveTable): Refusal | undefined {
  if (!found.owned) {
    return {
      code: "NOT_OWNER",
      object: name,
      message: `Table "${name}" belongs to another role.`,
      ways: ["Make the role of the connection its owner, or a member of its owner."],
    };
  }
  if (primaryKeyOf(table, found) === undefined) {
    return {
      code: "NAME_TAKEN",
      object: name,
      message: `Table "${name}" has another primary key than the configuration's, which is ${keyText(table)}.`,
      ways: ["Rename that table, or give the collection another name."],
    };
  }
  return undefined;
}

function keyText({ primaryKey, columns }: Table): string {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  return primaryKey.columns.map((name) => `"${name}" ${types.get(name) ?? ""}`).join(", ");
}

/** The name of the live primary key, when it is the one that the table should have. */
function primaryKeyOf(table: Table, found: LiveTable): string | undefined {
  const wanted = table.primaryKey.columns.map((name) => {
    const column = table.columns.find((each) => each.name === name);
    return { type: column?.type, name: column === undefined ? undefined : columnIn(column, found) };
  });
  for (const [name, { kind, columns }] of found.constraints) {
    if (kind !== "p") continue;
    const isSame =
      columns.length === wanted.length &&
      columns.every(
        (each, at) => wanted[at]?.name === each && found.columns.get(each)?.type === wanted[at]?.type,
      );
    if (isSame) return name;
  }
  return undefined;
}

function columnIn({ name, previousName }: Column, { columns }: LiveTable): string | undefined {
  if (columns.has(name)) return name;
  return previousName !== undefined && columns.has(previousName) ? previousName : undefined;
}

function objectsIn(table: Table, found: LiveTable): readonly ManagedObject[] {
  const key = primaryKeyOf(table, found);
  const columns = table.columns.flatMap((column) => columnIn(column, found) ?? []);
  const renamed = new Set(
    table.columns
      .filter((column) => columnIn(column, found) === column.name && column.previousName !== undefined)
      .map(({ name, previousName }) => `renamed ${previousName ?? ""} ${name}`),
  );
  const others = objectsOf(table).filter((object) => {
    const [kind, name = ""] = object.split(" ");
    if (kind === "index") return found.indexes.has(name);
    if (kind === "constraint") return found.constraints.has(name);
    return kind === "renamed" && renamed.has(object);
  });
  const all = new Set<ManagedObject>([
    ...columns.map((name) => `column ${name}` as const),
    ...(key === undefined ? [] : [`constraint ${key}` as const]),
    ...others,
  ]);
  return [...all].toSorted();
}
