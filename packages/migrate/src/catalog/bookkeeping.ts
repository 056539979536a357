import type { Runner } from "@lucent/core";

import { managedObjects, migrations } from "../bookkeeping.ts";
import type { LiveHistory } from "../model/live.ts";
import type { Managed } from "../model/managed.ts";
import { identifier } from "../quote.ts";
import type { Facts } from "./facts.ts";

/** What we made, by table. Nothing where there is no such table of ours yet, or one of another make. */
export async function readManaged(runner: Runner, facts: Facts): Promise<Managed> {
  if (!hasColumns(facts, managedObjects.name, ["id", "objects"])) return new Map();
  // Not as an array, which takes the driver a character at a time.
  const text = `select m.id, pg_catalog.array_to_string(m.objects, E'\\n')
    from ${bookkeepingTable(facts, managedObjects.name)} m order by m.id collate "C"`;
  const rows = await runner.run({ text, values: [] });
  return new Map(rows.map(([id, objects]) => [String(id), new Set(lines(objects))]));
}

function lines(value: unknown): readonly string[] {
  return typeof value === "string" && value !== "" ? value.split("\n") : [];
}

/** What earlier runs wrote down. */
export async function readHistory(runner: Runner, facts: Facts): Promise<LiveHistory> {
  const columns = ["configuration", "production", "started_at"];
  if (!hasColumns(facts, migrations.name, columns)) return { configurations: [], production: false };
  const text = `select m.configuration, pg_catalog.bool_or(m.production)
    from ${bookkeepingTable(facts, migrations.name)} m
    group by m.configuration
    order by pg_catalog.max(m.started_at), m.configuration collate "C"`;
  const rows = await runner.run({ text, values: [] });
  return {
    configurations: rows.flatMap(([configuration]) =>
      typeof configuration === "string" ? [configuration] : [],
    ),
    production: rows.some(([, production]) => production === true),
  };
}

function hasColumns({ bookkeeping }: Facts, table: string, columns: readonly string[]): boolean {
  const found = bookkeeping.get(table);
  return found !== undefined && columns.every((column) => found.has(column));
}

function bookkeepingTable({ schema }: Facts, name: string): string {
  return `${identifier(schema)}.${identifier(name)}`;
}
