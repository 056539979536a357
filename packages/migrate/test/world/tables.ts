import { type Column, type ForeignKey, type Index, searchVector, type Table } from "@lucent/core";

import type { Desired } from "../../src/desired.ts";
import type { Live, LiveColumn, LiveConstraint, LiveIndex, LiveTable } from "../../src/model/live.ts";
import type { ManagedObject } from "../../src/model/managed.ts";
import { objectsOf } from "../../src/ownership.ts";

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

/** An index over columns in ascending order; a test changes what it is about. */
export function indexOn(name: string, columns: readonly string[], changes: Partial<Index> = {}): Index {
  return {
    name,
    columns: columns.map((each) => ({ name: each, descending: false })),
    unique: false,
    ...changes,
  };
}

/** What is asked for, as it stands: nothing of migrate's own is added. */
export function desiredOf(...tables: readonly Table[]): Desired {
  return { tables, hash: "of-a-test" };
}

/** A database that holds exactly what these tables ask for, all of it made by us. */
export function liveOf(...tables: readonly Table[]): Live {
  const taken = new Map<string, string>();
  for (const { primaryKey, indexes } of tables) {
    taken.set(primaryKey.name, "an index");
    for (const index of indexes) taken.set(index.name, "an index");
  }
  return {
    server: 180_000,
    schema: "public",
    schemaExists: true,
    canCreate: true,
    readOnly: false,
    tables: new Map(tables.map((table) => [table.name, liveTable(table)])),
    taken,
    managed: new Map(tables.map((table) => [table.name, new Set(objectsOf(table))])),
    history: { configurations: [], production: false },
  };
}

/** The same database with one table changed. */
export function withTable(live: Live, name: string, changes: Partial<LiveTable>): Live {
  return { ...live, tables: new Map([...live.tables, [name, { ...tableIn(live, name), ...changes }]]) };
}

/** The same database without a table; what we wrote down about it stays. */
export function withoutTable(live: Live, name: string): Live {
  const { indexes, constraints } = tableIn(live, name);
  const gone = new Set([...indexes.keys(), ...constraints.keys()]);
  return { ...live, tables: without(live.tables, [name]), taken: without(live.taken, [...gone]) };
}

/** The same database with a column changed, or with another one that we did not make. */
export function withColumn(
  live: Live,
  table: string,
  columns: Readonly<Record<string, Partial<LiveColumn>>>,
): Live {
  const { columns: present } = tableIn(live, table);
  const changed = Object.entries(columns).map(
    ([name, changes]) => [name, { ...anyColumn, ...present.get(name), ...changes }] as const,
  );
  return withTable(live, table, { columns: new Map([...present, ...changed]) });
}

/** The same database with an index changed, or with another one that we did not make. */
export function withIndex(
  live: Live,
  table: string,
  indexes: Readonly<Record<string, Partial<LiveIndex>>>,
): Live {
  const { indexes: present } = tableIn(live, table);
  const changed = Object.entries(indexes).map(
    ([name, changes]) => [name, { ...anyIndex, ...present.get(name), ...changes }] as const,
  );
  const taken = new Map([...live.taken, ...changed.map(([name]) => [name, "an index"] as const)]);
  return withTable({ ...live, taken }, table, { indexes: new Map([...present, ...changed]) });
}

/** The same database with a constraint changed, or with another one that we did not make. */
export function withConstraint(
  live: Live,
  table: string,
  constraints: Readonly<Record<string, Partial<LiveConstraint>>>,
): Live {
  const { constraints: present } = tableIn(live, table);
  const changed = Object.entries(constraints).map(
    ([name, changes]) => [name, { ...anyConstraint, ...present.get(name), ...changes }] as const,
  );
  return withTable(live, table, { constraints: new Map([...present, ...changed]) });
}

/** The same database without some columns, indexes and constraints; what we wrote down about them stays. */
export function withoutObjects(live: Live, table: string, ...names: readonly string[]): Live {
  const { columns, indexes, constraints } = tableIn(live, table);
  return withTable({ ...live, taken: without(live.taken, names) }, table, {
    columns: without(columns, names),
    indexes: without(indexes, names),
    constraints: without(constraints, names),
  });
}

/** The same database, where we wrote down more of a table. */
export function withManaged(live: Live, table: string, ...objects: readonly ManagedObject[]): Live {
  const managed = new Set([...(live.managed.get(table) ?? []), ...objects]);
  return { ...live, managed: new Map([...live.managed, [table, managed]]) };
}

/** The same database, where we know nothing of some objects of a table; without objects, nothing of the table. */
export function withoutManaged(live: Live, table: string, ...objects: readonly ManagedObject[]): Live {
  if (objects.length === 0) return { ...live, managed: without(live.managed, [table]) };
  const gone: ReadonlySet<string> = new Set(objects);
  const managed = new Set([...(live.managed.get(table) ?? [])].filter((each) => !gone.has(each)));
  return { ...live, managed: new Map([...live.managed, [table, managed]]) };
}

/** A column of somebody else, until a test says more. */
const anyColumn: LiveColumn = { type: "text", nullable: true, default: undefined, generated: false };

/** An index of somebody else, until a test says more. */
export const anyIndex: LiveIndex = {
  columns: [],
  unique: false,
  valid: true,
  method: "btree",
  expression: undefined,
  predicate: undefined,
  plain: true,
  constraint: undefined,
};

/** A constraint of somebody else, until a test says more. */
const anyConstraint: LiveConstraint = {
  kind: "c",
  columns: [],
  references: undefined,
  onDelete: undefined,
  validated: true,
  plain: true,
  options: undefined,
};

const deleteActions = { restrict: "r", "set null": "n", cascade: "c" } as const satisfies Record<
  ForeignKey["onDelete"],
  string
>;

function tableIn(live: Live, name: string): LiveTable {
  const table = live.tables.get(name);
  if (table === undefined) throw new TypeError(`no table ${name}`);
  return table;
}

function without<V>(all: ReadonlyMap<string, V>, names: readonly string[]): ReadonlyMap<string, V> {
  return new Map([...all].filter(([name]) => !names.includes(name)));
}

function liveTable(table: Table): LiveTable {
  return {
    partitioned: false,
    owned: true,
    rows: 0,
    bytes: 0,
    slots: table.columns.length,
    columns: new Map(table.columns.map((each) => [each.name, liveColumn(each)])),
    indexes: liveIndexes(table),
    constraints: liveConstraints(table),
  };
}

/** A default as the server prints it. */
function liveColumn({ type, nullable, default: fallback }: Column): LiveColumn {
  if (fallback === undefined) return { ...anyColumn, type, nullable };
  const printed = "call" in fallback ? `${fallback.call}()` : printedValue(fallback.value, type);
  return { ...anyColumn, type, nullable, default: printed };
}

function printedValue(value: string, type: string): string {
  if (type === "boolean") return value;
  return `'${value.replaceAll("'", "''")}'::${type.replace(/\(.*?\)/, "")}`;
}

function liveIndexes({ primaryKey, indexes }: Table): ReadonlyMap<string, LiveIndex> {
  const key = indexOn(primaryKey.name, primaryKey.columns, { unique: true });
  return new Map(
    [key, ...indexes].map((index) => [
      index.name,
      {
        ...anyIndex,
        columns: index.columns,
        unique: index.unique,
        method: index.method ?? "btree",
        expression: index.words === undefined ? undefined : searchVector(index.words),
        predicate: index.whereNull === undefined ? undefined : `(${index.whereNull} IS NULL)`,
        constraint: index === key ? primaryKey.name : undefined,
      },
    ]),
  );
}

function liveConstraints({ primaryKey, checks, foreignKeys }: Table): ReadonlyMap<string, LiveConstraint> {
  const key = { ...anyConstraint, kind: "p", columns: primaryKey.columns };
  return new Map<string, LiveConstraint>([
    [primaryKey.name, key],
    ...checks.map(
      ({ name, column: of, options }) => [name, { ...anyConstraint, columns: [of], options }] as const,
    ),
    ...foreignKeys.map(
      ({ name, column: of, references, onDelete }) =>
        [
          name,
          {
            ...anyConstraint,
            kind: "f",
            columns: [of],
            references: { table: references, column: "id" },
            onDelete: deleteActions[onDelete],
          },
        ] as const,
    ),
  ]);
}
