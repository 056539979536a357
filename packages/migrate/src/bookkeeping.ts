import type { Column, ColumnType, Table } from "@lucent/core";

import type { ManagedChange } from "./model/managed.ts";
import { identifier, literal } from "./quote.ts";

/** One row for each run that changed something, each data migration and each file. */
export const migrations: Table = {
  name: "lucent_migrations",
  owner: "migrate",
  columns: [
    column("id", "uuid"),
    // "plan", "data", "file" or "baseline".
    column("kind", "text"),
    // Id of a data migration, name of a file.
    column("name", "text", true),
    // Of the plan, or of the file's content.
    column("hash", "text"),
    // Hash of the tables that were asked for.
    column("configuration", "text", true),
    // "running", "done" or "failed".
    column("outcome", "text"),
    // Whether a production process did it.
    column("production", "boolean"),
    // Where a data migration goes on.
    column("cursor", "text", true),
    { ...column("started_at", "timestamp(3) with time zone"), default: { call: "now" } },
    column("finished_at", "timestamp(3) with time zone", true),
  ],
  primaryKey: { name: "lucent_migrations_pkey", columns: ["id"] },
  indexes: [],
  foreignKeys: [],
  checks: [],
};

/** One row for each step of a run. */
export const migrationSteps: Table = {
  name: "lucent_migration_steps",
  owner: "migrate",
  columns: [
    column("id", "uuid"),
    column("migration", "uuid"),
    column("position", "integer"),
    column("title", "text"),
    // Hash of its kind, object and statements.
    column("hash", "text"),
    // "running", "done" or "failed".
    column("outcome", "text"),
    // SQLSTATE of a failure.
    column("code", "text", true),
    column("milliseconds", "integer", true),
  ],
  primaryKey: { name: "lucent_migration_steps_pkey", columns: ["id"] },
  indexes: [
    {
      name: "lucent_migration_steps_migration_idx",
      columns: [
        { name: "migration", descending: false },
        { name: "position", descending: false },
      ],
      unique: false,
    },
  ],
  foreignKeys: [
    {
      name: "lucent_migration_steps_migration_fkey",
      column: "migration",
      references: "lucent_migrations",
      onDelete: "cascade",
    },
  ],
  checks: [],
};

/** What migrate made, one row for each table. Whatever is not in here is somebody else's and is left alone. */
export const managedObjects: Table = {
  name: "lucent_managed",
  owner: "migrate",
  columns: [column("id", "text"), column("objects", "text[]")],
  primaryKey: { name: "lucent_managed_pkey", columns: ["id"] },
  indexes: [],
  foreignKeys: [],
  checks: [],
};

/** The tables of migrate itself: made, compared and changed like all others. */
export const bookkeepingTables: readonly Table[] = [migrations, migrationSteps, managedObjects];

function column(name: string, type: ColumnType, nullable = false): Column {
  return { name, type, nullable };
}

/** The statements that write down what a group of steps changes about what we made. */
export function managedStatements(change: ManagedChange, schema: string): readonly string[] {
  const table = `${identifier(schema)}.${identifier(managedObjects.name)}`;
  const { add = [], remove = [], renamedFrom, dropped } = change;
  const name = literal(change.table);
  if (dropped === true) return [`delete from ${table} where id = ${name}`];
  const renamed =
    renamedFrom === undefined ? [] : [`update ${table} set id = ${name} where id = ${literal(renamedFrom)}`];
  if (add.length === 0 && remove.length === 0) return renamed;
  const merged = `select pg_catalog.array_agg(distinct o order by o)
    from pg_catalog.unnest(m.objects || excluded.objects) o where o <> all (${texts(remove)})`;
  return [
    ...renamed,
    `insert into ${table} as m (id, objects) values (${name}, ${texts(add)})
  on conflict (id) do update set objects = coalesce((${merged}), '{}')`,
  ];
}

function texts(values: readonly string[]): string {
  return `array[${values.map(literal).join(", ")}]::text[]`;
}
