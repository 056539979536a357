import { type Column, searchVector, type Table } from "@lucent/core";

import type { Live, LiveConstraint, LiveTable } from "../../src/introspect.ts";

/** A table as a collection asks for it; a test changes what it is about. */
export function tableOf(name: string, changes: Partial<Table> = {}): Table {
  return {
    name,
    owner: `collection ${name}`,
    columns: [id, column("title")],
    primaryKey: { name: `${name}_pkey`, columns: ["id"] },
    indexes: [],
    foreignKeys: [],
    checks: [],
    ...changes,
  };
}

export function column(name: string, changes: Partial<Column> = {}): Column {
  return { name, type: "text", nullable: true, ...changes };
}

export const id: Column = { name: "id", type: "uuid", nullable: false };

const deleteActions = { restrict: "r", "set null": "n", cascade: "c" } as const;

/** A database that holds exactly what these tables ask for. */
export function liveOf(...tables: readonly Table[]): Live {
  const taken = new Map<string, string>();
  for (const { name, primaryKey, indexes } of tables) {
    taken.set(name, "a table").set(primaryKey.name, "an index");
    for (const index of indexes) taken.set(index.name, "an index");
  }
  return { schema: "public", tables: new Map(tables.map((table) => [table.name, liveTable(table)])), taken };
}

/** The same database with one table changed. */
export function withTable(live: Live, name: string, changes: Partial<LiveTable>): Live {
  const table = live.tables.get(name);
  if (table === undefined) throw new TypeError(`no table ${name}`);
  return { ...live, tables: new Map([...live.tables, [name, { ...table, ...changes }]]) };
}

function liveTable({ columns, primaryKey, indexes, foreignKeys, checks }: Table): LiveTable {
  const nothing = { references: undefined, onDelete: undefined, strict: true, options: undefined };
  return {
    columns: new Map(
      columns.map(({ name, type, nullable, default: expression }) => [
        name,
        { type, nullable, default: expression, generated: false },
      ]),
    ),
    indexes: new Map(
      indexes.map(({ name, ...index }) => [
        name,
        {
          columns: index.columns,
          unique: index.unique,
          valid: true,
          plain: true,
          method: index.method ?? "btree",
          expression: index.words === undefined ? undefined : searchVector(index.words),
          predicate: index.whereNull === undefined ? undefined : `(${index.whereNull} IS NULL)`,
        },
      ]),
    ),
    constraints: new Map<string, LiveConstraint>([
      [
        primaryKey.name,
        { ...nothing, kind: "p", column: primaryKey.columns[0], columns: primaryKey.columns },
      ],
      ...checks.map(
        ({ name, column: of, options }) =>
          [name, { ...nothing, kind: "c", column: of, columns: [of], options }] as const,
      ),
      ...foreignKeys.map(
        ({ name, column: of, references, onDelete }) =>
          [
            name,
            {
              ...nothing,
              kind: "f",
              column: of,
              columns: [of],
              references: { table: references, column: "id" },
              onDelete: deleteActions[onDelete],
            },
          ] as const,
      ),
    ]),
  };
}
