import type { ManagedObject } from "../model/managed.ts";
import { identifier } from "../quote.ts";
import { batchSql } from "./batch.ts";
import { briefOrder, briefPiece } from "./brief.ts";
import type { ChangeOf, Context, How } from "./context.ts";
import { defaultSql } from "./ddl.ts";
import { type Piece, piece } from "./piece.ts";
import { isSteady, renameSync, typeSync } from "./sync.ts";

/** A second column that takes over from the first: added, kept equal by a trigger, and filled. */
export function expand(change: ChangeOf<"expand">, how: How, context: Context): readonly Piece[] {
  const { table, from } = change;
  const isThere = context.live(table.name)?.columns.has(from.next) === true;
  return [...(isThere ? [] : [begin(change, how, context)]), copy(change, how, context)];
}

function isRename({ column, from }: ChangeOf<"expand">): boolean {
  return from.next === column.name;
}

/** The value of the new type, over the old column's quoted name. */
function nextValue({ column, from }: ChangeOf<"expand">, { using }: How): string {
  return `(${using ?? identifier(from.name)})::${column.type}`;
}

function begin(change: ChangeOf<"expand">, how: How, context: Context): Piece {
  const { table, column, from } = change;
  const alter = `alter table ${context.qualified(table.name)}`;
  const sync = { table: table.name, column, old: from.name, next: from.next };
  const own: readonly ManagedObject[] = isRename(change) ? [`column ${from.next}`] : [];
  return briefPiece(
    context,
    { table: table.name, column: from.next },
    {
      order: briefOrder.addSync,
      kind: "addSync",
      title: `add column "${table.name}"."${from.next}" beside "${from.name}", and a trigger that keeps them equal`,
      hazard: how.hazard === "slow" ? "safe" : how.hazard,
      rows: how.rows,
      statements: [
        `${alter} add column ${identifier(from.next)} ${column.type}`,
        ...(isRename(change) ? commonDefault(change, context) : []),
        ...(isRename(change) ? renameSync(sync, context) : typeSync(sync, nextValue(change, how), context)),
      ],
      after: { add: [`expand ${from.name} ${from.next}`, `backfill ${from.next}`, ...own] },
    },
  );
}

/** Rows that are there are filled from the old column, never with the default. */
function commonDefault({ table, column, from }: ChangeOf<"expand">, context: Context): readonly string[] {
  const alter = `alter table ${context.qualified(table.name)} alter column`;
  const old = context.live(table.name)?.columns.get(context.liveColumn(table.name, from.name));
  const relaxed =
    column.nullable && old?.nullable === false ? [`${alter} ${identifier(from.name)} drop not null`] : [];
  if (!isSteady(column.default)) return relaxed;
  const fallback = defaultSql(column.default);
  return [
    ...relaxed,
    ...[from.next, from.name].map((name) => `${alter} ${identifier(name)} set default ${fallback}`),
  ];
}

function copy(change: ChangeOf<"expand">, how: How, context: Context): Piece {
  const { table, from } = change;
  const qualified = context.qualified(table.name);
  const next = identifier(from.next);
  const value = isRename(change) ? `t.${identifier(from.name)}` : nextValue(change, how);
  return piece({
    stage: "fill",
    unit: `${table.name}.${from.next}`,
    kind: "backfill",
    object: `${table.name}.${from.next}`,
    title: `copy column "${table.name}"."${from.name}" to "${from.next}", in batches`,
    hazard: "slow",
    rows: how.rows,
    locks: context.locks("ROW EXCLUSIVE", table.name),
    statements: [
      batchSql({
        table,
        qualified,
        change: (page, key) =>
          `update ${qualified} as t set ${next} = ${value} from ${page} as p where ${key} and t.${next} is distinct from ${value} returning 1`,
      }),
    ],
    after: [{ table: table.name, remove: [`backfill ${from.next}`] }],
  });
}
