import {
  type Column,
  type ForeignKey,
  type Index,
  type OptionsCheck,
  searchVector,
  type Table,
} from "@lucent/core";

import type { Desired } from "./desired.ts";
import type { Live, LiveColumn, LiveConstraint, LiveIndex, LiveTable } from "./introspect.ts";
import { spelling } from "./spelling.ts";

/** Something that is missing. `settled` is `true` where all its columns were there before: their rows may contradict it. */
export type Creation =
  | { readonly kind: "createTable"; readonly table: Table }
  | { readonly kind: "addColumn"; readonly table: Table; readonly column: Column }
  | {
      readonly kind: "createIndex";
      readonly table: Table;
      readonly index: Index;
      readonly settled: boolean;
      /** Whether the column that picks its rows was there before: without it, the index holds them all. */
      readonly picks: boolean;
    }
  | {
      readonly kind: "addCheck";
      readonly table: Table;
      readonly check: OptionsCheck;
      readonly settled: boolean;
    }
  | {
      readonly kind: "addForeignKey";
      readonly table: Table;
      readonly foreignKey: ForeignKey;
      /** Primary key of the table that is referred to, and whether it is there already. */
      readonly target: { readonly column: string; readonly exists: boolean };
      readonly settled: boolean;
    };

/** Something that is there, but not as it should be. */
export type Difference =
  | { readonly kind: "nameTaken"; readonly table: Table; readonly name: string; readonly by: string }
  | { readonly kind: "columnType"; readonly table: Table; readonly column: Column; readonly found: string }
  | { readonly kind: "columnNull"; readonly table: Table; readonly column: Column }
  | { readonly kind: "columnDefault"; readonly table: Table; readonly column: Column }
  | { readonly kind: "columnGenerated"; readonly table: Table; readonly column: Column }
  | { readonly kind: "primaryKey"; readonly table: Table }
  | { readonly kind: "index"; readonly table: Table; readonly index: Index; readonly valid: boolean }
  | { readonly kind: "check"; readonly table: Table; readonly check: OptionsCheck }
  | { readonly kind: "extraCheck"; readonly table: Table; readonly name: string; readonly column: string }
  | { readonly kind: "foreignKey"; readonly table: Table; readonly foreignKey: ForeignKey };

/** One thing in which the schema differs from what it should be. */
export type Change = Creation | Difference;

/**
 * Compares the schema as it should be with the schema as it is. Objects are matched by name. What nobody asked for is
 * not seen, except a check on a managed column that refuses values which the application allows. Pure.
 */
export function diff({ tables }: Desired, live: Live): readonly Change[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  return tables.flatMap((table) => {
    const found = live.tables.get(table.name);
    return [
      ...(found === undefined ? missingTable(table, live) : columnChanges(table, found)),
      ...indexChanges(table, found, live),
      ...checkChanges(table, found),
      ...foreignKeyChanges(table, found, (name) => {
        const column = byName.get(name)?.primaryKey.columns[0] ?? "id";
        return { column, exists: live.tables.get(name)?.columns.has(column) === true };
      }),
    ];
  });
}

function missingTable(table: Table, { taken }: Live): readonly Change[] {
  const name = [table.name, table.primaryKey.name].find((each) => taken.has(each));
  return name === undefined ? [{ kind: "createTable", table }] : nameTaken(table, name, taken.get(name));
}

function nameTaken(table: Table, name: string, by: string | undefined): readonly Difference[] {
  return by === undefined ? [] : [{ kind: "nameTaken", table, name, by }];
}

function columnChanges(table: Table, found: LiveTable): readonly Change[] {
  const changes: Change[] = table.columns.flatMap((column): readonly Change[] => {
    const present = found.columns.get(column.name);
    return present === undefined
      ? [{ kind: "addColumn", table, column }]
      : columnDifferences(table, column, present);
  });
  const key = [...found.constraints.values()].find(({ kind }) => kind === "p");
  if (!isSameList(key?.columns ?? [], table.primaryKey.columns)) changes.push({ kind: "primaryKey", table });
  return changes;
}

function columnDifferences(table: Table, column: Column, found: LiveColumn): readonly Difference[] {
  if (found.generated) return [{ kind: "columnGenerated", table, column }];
  if (found.type !== column.type) return [{ kind: "columnType", table, column, found: found.type }];
  const differences: Difference[] = [];
  if (found.nullable !== column.nullable) differences.push({ kind: "columnNull", table, column });
  if (!isSameDefault(column, found.default)) differences.push({ kind: "columnDefault", table, column });
  return differences;
}

/** A default that nobody asked for is left alone; a literal comes back with its type behind it. */
function isSameDefault({ default: wanted }: Column, found: string | undefined): boolean {
  if (wanted === undefined || found === wanted) return true;
  return wanted.startsWith("'") && found?.startsWith(`${wanted}::`) === true;
}

function indexChanges(table: Table, found: LiveTable | undefined, live: Live): readonly Change[] {
  return table.indexes.flatMap((index): readonly Change[] => {
    const present = found?.indexes.get(index.name);
    if (present !== undefined) {
      return isSameIndex(index, present) ? [] : [{ kind: "index", table, index, valid: present.valid }];
    }
    const taken = live.taken.get(index.name);
    if (taken !== undefined) return nameTaken(table, index.name, taken);
    const settled = hasColumns(found, index.columns);
    const picks = index.whereNull !== undefined && found?.columns.has(index.whereNull) === true;
    return [{ kind: "createIndex", table, index, settled, picks }];
  });
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((each, at) => each === right[at]);
}

function isSameIndex(wanted: Index, found: LiveIndex): boolean {
  const { unique, columns, method = "btree", words, whereNull } = wanted;
  return (
    found.valid &&
    found.plain &&
    found.unique === unique &&
    found.method === method &&
    isSameExpression(words === undefined ? undefined : searchVector(words), found.expression) &&
    isSameExpression(whereNull === undefined ? undefined : `${whereNull} is null`, found.predicate) &&
    found.columns.length === columns.length &&
    columns.every(({ name, descending }, at) => {
      const other = found.columns[at];
      return other?.name === name && other.descending === descending;
    })
  );
}

function isSameExpression(wanted: string | undefined, found: string | undefined): boolean {
  if (wanted === undefined || found === undefined) return wanted === found;
  return spelling(wanted) === spelling(found);
}

function hasColumns(found: LiveTable | undefined, columns: readonly { readonly name: string }[]): boolean {
  return found !== undefined && columns.every(({ name }) => found.columns.has(name));
}

/** A table that is missing is created with its checks. */
function checkChanges(table: Table, found: LiveTable | undefined): readonly Change[] {
  if (found === undefined) return [];
  const changes = table.checks.flatMap((check): readonly Change[] => {
    const present = found.constraints.get(check.name);
    if (present === undefined)
      return [{ kind: "addCheck", table, check, settled: found.columns.has(check.column) }];
    return present.column === check.column && hasOptions(present, check.options)
      ? []
      : [{ kind: "check", table, check }];
  });
  return [...changes, ...extraChecks(table, found)];
}

/** Whether a check allows exactly these values, for every row there is. */
function hasOptions({ options, strict }: LiveConstraint, wanted: readonly string[]): boolean {
  return (
    strict &&
    options !== undefined &&
    options.every((each) => wanted.includes(each)) &&
    wanted.every((each) => options.includes(each))
  );
}

function extraChecks(table: Table, found: LiveTable): readonly Difference[] {
  const differences: Difference[] = [];
  for (const [name, { column, options }] of found.constraints) {
    const isManaged = table.columns.some((each) => each.name === column);
    if (column === undefined || options === undefined || !isManaged) continue;
    const allowed = table.checks.filter((check) => check.column === column).flatMap((check) => check.options);
    const isHarmless = allowed.length > 0 && allowed.every((each) => options.includes(each));
    const isOurs = table.checks.some((check) => check.name === name);
    if (!isHarmless && !isOurs) differences.push({ kind: "extraCheck", table, name, column });
  }
  return differences;
}

type FindTarget = (name: string) => { readonly column: string; readonly exists: boolean };

function foreignKeyChanges(
  table: Table,
  found: LiveTable | undefined,
  targetOf: FindTarget,
): readonly Change[] {
  return table.foreignKeys.flatMap((foreignKey): readonly Change[] => {
    const target = targetOf(foreignKey.references);
    const present = found?.constraints.get(foreignKey.name);
    if (present === undefined) {
      const settled = hasColumns(found, [{ name: foreignKey.column }]);
      return [{ kind: "addForeignKey", table, foreignKey, target, settled }];
    }
    return isSameForeignKey(foreignKey, target.column, present)
      ? []
      : [{ kind: "foreignKey", table, foreignKey }];
  });
}

const deleteActions = { restrict: "r", "set null": "n", cascade: "c" } as const satisfies Record<
  ForeignKey["onDelete"],
  string
>;

function isSameForeignKey(wanted: ForeignKey, targetColumn: string, found: LiveConstraint): boolean {
  return (
    found.kind === "f" &&
    found.strict &&
    found.column === wanted.column &&
    found.references?.table === wanted.references &&
    found.references.column === targetColumn &&
    found.onDelete === deleteActions[wanted.onDelete]
  );
}
