import type { Column, ColumnType, Index, Table } from "@lucent/core";
import * as fc from "fast-check";

import { choice, reference, unique } from "../world/parts.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

/** Types that columns are drawn from. */
export const types = [
  "text",
  "bigint",
  "double precision",
  "boolean",
  "numeric(10,2)",
  "timestamp(3) with time zone",
  "jsonb",
  "text[]",
  "uuid",
] as const satisfies readonly ColumnType[];

/** What a column is like on one of the two sides. A uuid is a reference to the table at `target`, where that is there. */
export interface Shape {
  readonly type: (typeof types)[number];
  readonly nullable: boolean;
  readonly hasDefault: boolean;
  readonly options: readonly string[] | undefined;
  readonly index: "none" | "plain" | "unique";
  readonly target: number;
  readonly onDelete: "restrict" | "set null" | "cascade";
}

/** A column before and after; absent where it is not there on that side. */
export interface ColumnPair {
  readonly before: Shape | undefined;
  readonly after: Shape | undefined;
  readonly isRenamed: boolean;
}

/** A table before and after. */
export interface TablePair {
  readonly isBefore: boolean;
  readonly isAfter: boolean;
  readonly isRenamed: boolean;
  readonly columns: readonly ColumnPair[];
  /** For each row the place of each column's value among those of its type; a null where there is none. */
  readonly rows: readonly (readonly (number | null)[])[];
}

/** Two schemas with rows for the first one, and what is decided. */
export interface Pair {
  readonly tables: readonly TablePair[];
  readonly isBackfilled: boolean;
  readonly isDropped: boolean;
}

const columnsPerTable = 4;
const optionLists = [["a", "b"], ["a", "b", "1"], ["a"], ["x"]];

const shape: fc.Arbitrary<Shape> = fc.record({
  type: fc.constantFrom(...types),
  nullable: fc.boolean(),
  hasDefault: fc.boolean(),
  options: fc.option(fc.constantFrom(...optionLists), { nil: undefined, freq: 2 }),
  index: fc.constantFrom("none", "none", "plain", "unique"),
  target: fc.nat({ max: 2 }),
  onDelete: fc.constantFrom("restrict", "set null", "cascade"),
});

type Change = (shape: Shape, other: Shape) => Shape | undefined;

const changes: readonly Change[] = [
  (before) => before,
  (before) => before,
  (before) => before,
  () => undefined,
  (_before, other) => other,
  (before, { type }) => ({ ...before, type }),
  (before, { options }) => ({ ...before, options }),
  (before) => ({ ...before, nullable: !before.nullable }),
  (before, { index }) => ({ ...before, index }),
  (before) => ({ ...before, hasDefault: !before.hasDefault }),
  (before, { target, onDelete }) => ({ ...before, target, onDelete }),
];

const columnPair: fc.Arbitrary<ColumnPair> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(shape, shape, fc.constantFrom(...changes), fc.boolean())
      .map(([before, other, change, isRenamed]) => ({ before, after: change(before, other), isRenamed })),
  },
  {
    weight: 1,
    arbitrary: shape.map((after) => ({ before: undefined, after, isRenamed: false })),
  },
);

const row = fc.array(fc.option(fc.nat({ max: 20 }), { freq: 6 }), {
  minLength: columnsPerTable,
  maxLength: columnsPerTable,
});

const tablePair: fc.Arbitrary<TablePair> = fc.record({
  isBefore: fc.constantFrom(true, true, true, true, false),
  isAfter: fc.constantFrom(true, true, true, true, true, false),
  isRenamed: fc.constantFrom(false, false, true),
  columns: fc.array(columnPair, { minLength: columnsPerTable, maxLength: columnsPerTable }),
  rows: fc.array(row, { maxLength: 5 }),
});

/** Pairs of schemas that have something to do with each other. */
export const pairs: fc.Arbitrary<Pair> = fc.record({
  tables: fc.array(tablePair, { minLength: 1, maxLength: 3 }),
  isBackfilled: fc.boolean(),
  isDropped: fc.constantFrom(false, false, true),
});

export type Side = "before" | "after";

/** The names that a table and a column have on one side. */
export function tableName(pair: TablePair, at: number, side: Side): string {
  return side === "after" && pair.isBefore && pair.isRenamed ? `u${at}` : `t${at}`;
}

export function columnName({ before, after, isRenamed }: ColumnPair, at: number, side: Side): string {
  const isNew = side === "after" && isRenamed && before !== undefined && after !== undefined;
  return isNew ? `d${at}` : `c${at}`;
}

/** The tables of one side. */
export function tablesOf({ tables }: Pair, side: Side): readonly Table[] {
  const isThere = (table: TablePair): boolean => (side === "before" ? table.isBefore : table.isAfter);
  const names = tables.map((table, at) => (isThere(table) ? tableName(table, at, side) : undefined));
  return tables.flatMap((table, at) => {
    const name = names[at];
    if (name === undefined) return [];
    const former = side === "after" && table.isBefore ? tableName(table, at, "before") : name;
    return [tableFrom(table, name === former ? { name, side, names } : { name, former, side, names })];
  });
}

interface Place {
  readonly name: string;
  /** The name that it had before. */
  readonly former?: string;
  readonly side: Side;
  /** The names of the tables of this side, by their number. */
  readonly names: readonly (string | undefined)[];
}

function tableFrom({ columns }: TablePair, { name, former, side, names }: Place): Table {
  const there = columns.flatMap((pair, at) => {
    const found = pair[side];
    return found === undefined ? [] : [{ pair, found, name: columnName(pair, at, side), at }];
  });
  return tableOf(name, {
    ...(former === undefined ? {} : { previousName: former }),
    columns: [
      id,
      ...there.map(({ pair, found, name: called, at }) => {
        const old = columnName(pair, at, "before");
        return columnFrom(found, called, old === called || side === "before" ? undefined : old);
      }),
    ],
    indexes: there.flatMap(({ found, name: called }) => indexFrom(found, name, called)),
    foreignKeys: there.flatMap(({ found, name: called }) => {
      const references = found.type === "uuid" ? names[found.target] : undefined;
      // A required reference can't be emptied.
      const onDelete = found.onDelete === "set null" && !found.nullable ? "restrict" : found.onDelete;
      return references === undefined ? [] : [reference(name, called, { references, onDelete })];
    }),
    checks: there.flatMap(({ found: { type, options }, name: called }) =>
      options !== undefined && (type === "text" || type === "text[]") ? [choice(name, called, options)] : [],
    ),
  });
}

function columnFrom({ type, nullable, hasDefault }: Shape, name: string, previousName?: string): Column {
  const value = defaults[type];
  return column(name, {
    type,
    nullable,
    ...(hasDefault && value !== undefined ? { default: { value } } : {}),
    ...(previousName === undefined ? {} : { previousName }),
  });
}

const defaults: Readonly<Record<Shape["type"], string | undefined>> = {
  text: "a",
  bigint: "7",
  "double precision": "0.5",
  boolean: "true",
  "numeric(10,2)": "1.50",
  "timestamp(3) with time zone": "2026-01-02T03:04:05.678Z",
  jsonb: '{"a":1}',
  "text[]": '{"a"}',
  uuid: undefined,
};

function indexFrom({ index }: Shape, table: string, name: string): readonly Index[] {
  if (index === "none") return [];
  return [index === "unique" ? unique(table, name) : indexOn(`${table}_${name}_idx`, [name])];
}
