import type { Index, OptionsCheck, Table } from "@lucent/core";

import type { ManagedObject } from "../model/managed.ts";
import { identifier } from "../quote.ts";
import { nextConstraintName, nextIndexName, syncName } from "../temporary.ts";
import { addCheck } from "./checks.ts";
import type { ChangeOf, Context, How } from "./context.ts";
import { defaultSql } from "./ddl.ts";
import { createIndex } from "./indexes.ts";
import { requireColumn } from "./not-null.ts";
import { type Piece, piece, type PieceParts } from "./piece.ts";
import { dropSync } from "./sync.ts";
import { allowed, validatePiece } from "./validate.ts";

/** The second column takes the place of the first one, which goes. Both are equal in every row, as `grade` found. */
export function contract(change: ChangeOf<"contract">, how: How, context: Context): readonly Piece[] {
  const { column, from } = change;
  return from.next === column.name ? endRename(change, how, context) : endType(change, how, context);
}

function endRename(change: ChangeOf<"contract">, how: How, context: Context): readonly Piece[] {
  return [
    ...agree(change, how, context),
    ...required(change, how, context),
    endSync(change, context),
    dropOld(change, how, context),
  ];
}

function endType(change: ChangeOf<"contract">, how: How, context: Context): readonly Piece[] {
  const { table, column } = change;
  const indexes = table.indexes.filter((index) => mentions(index, column.name));
  const checks = table.checks.filter((check) => check.column === column.name);
  return [
    ...agree(change, how, context),
    ...required(change, how, context),
    ...indexes.flatMap((index) => buildNext(change, index, { how, context })),
    ...checks.flatMap((check) => checkNext(change, check, { how, context })),
    endSync(change, context),
    dropOld(change, how, context),
    takeOver(change, context),
    ...indexes.map(({ name }) => {
      const next = nextIndexName(table.name, name);
      return lastPiece(change, context, {
        order: lastOrder.rename,
        kind: "renameIndex",
        title: `rename index of "${table.name}" "${next}" to "${name}"`,
        statements: [`alter index ${context.qualified(next)} rename to ${identifier(name)}`],
        remove: [`index ${next}`],
        add: [`index ${name}`],
      });
    }),
    ...checks.map((check) => {
      const next = nextConstraintName(table.name, check);
      return lastPiece(change, context, {
        order: lastOrder.rename,
        kind: "renameConstraint",
        title: `rename constraint of "${table.name}" "${next}" to "${check.name}"`,
        statements: [
          `alter table ${context.qualified(table.name)} rename constraint ${identifier(next)} to ${identifier(check.name)}`,
        ],
        remove: [`constraint ${next}`],
        add: [`constraint ${check.name}`],
      });
    }),
  ];
}

const lastOrder = { endSync: 0, dropOld: 1, takeOver: 2, rename: 3 } as const;

interface LastParts extends Pick<PieceParts, "order" | "kind" | "title" | "hazard" | "rows" | "statements"> {
  /** Default: the column. */
  readonly object?: string;
  readonly add?: readonly ManagedObject[];
  readonly remove?: readonly ManagedObject[];
}

/** A piece of the transaction that ends it all. */
function lastPiece({ table, column }: ChangeOf<"contract">, context: Context, parts: LastParts): Piece {
  const { add = [], remove = [], object = `${table.name}.${column.name}`, ...rest } = parts;
  return piece({
    stage: "contract",
    unit: table.name,
    ...rest,
    object,
    locks: context.locks("ACCESS EXCLUSIVE", table.name),
    after: [{ table: table.name, remove, add }],
  });
}

function endSync(change: ChangeOf<"contract">, context: Context): Piece {
  const { table, column, from } = change;
  const name = syncName(table.name, column.name);
  const alter = `alter table ${context.qualified(table.name)}`;
  return lastPiece(change, context, {
    order: lastOrder.endSync,
    kind: "dropSync",
    title: `let go of the trigger between "${from.name}" and "${from.next}" of "${table.name}"`,
    statements: [
      `${alter} drop constraint ${identifier(name)}`,
      ...dropSync({ table: table.name, column }, context),
    ],
    remove: [`expand ${from.name} ${from.next}`, `backfill ${from.next}`, `constraint ${name}`],
  });
}

/** The column goes with our indexes and checks on it, each of them by name: it would take them along without a word. */
function dropOld(change: ChangeOf<"contract">, how: How, context: Context): Piece {
  const { table, column, from } = change;
  const { indexes, constraints } = ours(change, context);
  const alter = `alter table ${context.qualified(table.name)}`;
  const isRename = from.next === column.name;
  return lastPiece(change, context, {
    order: lastOrder.dropOld,
    kind: "dropColumn",
    object: `${table.name}.${from.name}`,
    title: `drop column "${table.name}"."${from.name}", whose values "${from.next}" has`,
    hazard: how.hazard,
    rows: how.rows,
    statements: [
      ...constraints.map((name) => `${alter} drop constraint ${identifier(name)}`),
      ...indexes.map((name) => `drop index ${context.qualified(name)}`),
      `${alter} drop column ${identifier(from.name)}`,
    ],
    add: isRename ? [`renamed ${from.name} ${column.name}`] : [],
    remove: [
      ...(isRename ? ([`column ${from.name}`] as const) : []),
      ...constraints.map((name) => `constraint ${name}` as const),
      ...indexes.map((name) => `index ${name}` as const),
    ],
  });
}

function takeOver(change: ChangeOf<"contract">, context: Context): Piece {
  const { table, column, from } = change;
  const alter = `alter table ${context.qualified(table.name)}`;
  const name = identifier(column.name);
  return lastPiece(change, context, {
    order: lastOrder.takeOver,
    kind: "renameColumn",
    title: `rename column of "${table.name}" "${from.next}" to "${column.name}"`,
    statements: [
      `${alter} rename column ${identifier(from.next)} to ${name}`,
      ...(column.default === undefined
        ? []
        : [`${alter} alter column ${name} set default ${defaultSql(column.default)}`]),
    ],
  });
}

/**
 * The proof that the columns are equal in every row, and stay so until one of them goes: a row that was written since
 * `grade` looked counts too.
 */
function agree({ table, column, from }: ChangeOf<"contract">, how: How, context: Context): readonly Piece[] {
  const name = syncName(table.name, column.name);
  const left = context.live(table.name)?.constraints.get(name);
  const old = identifier(from.name);
  const value = how.using ?? (from.next === column.name ? old : `${old}::${column.type}`);
  const whole = how.loses === undefined ? "" : ` and (${how.loses}) is not true`;
  const check = `constraint ${identifier(name)} check (${identifier(from.next)} is not distinct from (${value})${whole})`;
  const added = piece({
    stage: "restrict",
    unit: table.name,
    kind: "addCheck",
    object: `${table.name}.${name}`,
    title: `refuse rows of "${table.name}" in which "${from.name}" and "${from.next}" differ`,
    locks: context.locks("ACCESS EXCLUSIVE", table.name),
    statements: [`alter table ${context.qualified(table.name)} add ${check} not valid`],
    after: [{ table: table.name, add: [`constraint ${name}`] }],
  });
  const what = `"${from.name}" and "${from.next}" agree in every row`;
  return [
    ...(left === undefined ? [added] : []),
    ...(left?.validated === true
      ? []
      : [validatePiece({ table: table.name, name, rows: how.rows, what }, context)]),
  ];
}

function required(
  { table, column, from }: ChangeOf<"contract">,
  how: How,
  context: Context,
): readonly Piece[] {
  const live = context.live(table.name);
  if (column.nullable || live?.columns.get(from.next)?.nullable === false) return [];
  return requireColumn(
    {
      target: { table: table.name, column: from.next },
      how: { ...how, hazard: "safe" },
      leftover: undefined,
      isLate: false,
    },
    context,
  );
}

/** What a recipe needs beside its change. */
interface Surroundings {
  readonly how: How;
  readonly context: Context;
}

/** An index on the second column, under a temporary name; nothing where an interrupted run built it. */
function buildNext(
  change: ChangeOf<"contract">,
  index: Index,
  { how, context }: Surroundings,
): readonly Piece[] {
  const { table, column, from } = change;
  const name = nextIndexName(table.name, index.name);
  const left = context.live(table.name)?.indexes.get(name);
  if (left?.valid === true) return [];
  const moved = { ...index, ...moveTo(index, column.name, from.next), name };
  const leftover = left === undefined ? undefined : name;
  const safe: How = { ...how, hazard: "safe" };
  return createIndex({ kind: "createIndex", table, index: moved, leftover }, safe, context);
}

function moveTo(index: Index, column: string, next: string): Partial<Index> {
  const moved = (name: string): string => (name === column ? next : name);
  return {
    columns: index.columns.map((key) => ({ ...key, name: moved(key.name) })),
    ...(index.words === undefined ? {} : { words: index.words.map(moved) }),
    ...(index.whereNull === undefined ? {} : { whereNull: moved(index.whereNull) }),
  };
}

function mentions({ columns, words, whereNull }: Index, column: string): boolean {
  return (
    columns.some(({ name }) => name === column) || words?.includes(column) === true || whereNull === column
  );
}

/** A check on the second column, under a temporary name. */
function checkNext(
  change: ChangeOf<"contract">,
  check: OptionsCheck,
  { how, context }: Surroundings,
): readonly Piece[] {
  const { table, column, from } = change;
  const name = nextConstraintName(table.name, check);
  const left = context.live(table.name)?.constraints.get(name);
  if (left?.validated === true) return [];
  if (left !== undefined) {
    const what = allowed(from.next);
    return [validatePiece({ table: table.name, name, rows: how.rows, what }, context)];
  }
  const columns = table.columns.map((each) =>
    each.name === column.name ? { ...each, name: from.next } : each,
  );
  const moved: Table = { ...table, columns };
  const next: OptionsCheck = { ...check, name, column: from.next };
  return addCheck({ kind: "addCheck", table: moved, check: next }, { ...how, hazard: "safe" }, context);
}

/** Our indexes and checks on the old column. */
interface Ours {
  readonly indexes: readonly string[];
  readonly constraints: readonly string[];
}

function ours({ table, column, from }: ChangeOf<"contract">, context: Context): Ours {
  const live = context.live(table.name);
  const managed = context.managed(table.name);
  const indexes = [...(live?.indexes ?? [])].flatMap(([name, { columns, expression, predicate }]) => {
    const texts = [expression ?? "", predicate ?? ""];
    const isOn =
      columns.some((key) => key.name === from.name) || texts.some((text) => namesIn(text).has(from.name));
    return isOn && managed.has(`index ${name}`) ? [name] : [];
  });
  const constraints = [...(live?.constraints ?? [])].flatMap(([name, { columns }]) =>
    columns.includes(from.name) &&
    managed.has(`constraint ${name}`) &&
    name !== syncName(table.name, column.name)
      ? [name]
      : [],
  );
  return { indexes, constraints };
}

/** Whatever may be a name in an expression. */
function namesIn(expression: string): ReadonlySet<string> {
  return new Set(expression.match(/[a-z_][a-z0-9_]*/g));
}
