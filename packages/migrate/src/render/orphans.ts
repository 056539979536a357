import type { ManagedObject } from "../model/managed.ts";
import { identifier } from "../quote.ts";
import { briefOrder, briefPiece } from "./brief.ts";
import { dropConstraintBriefly } from "./columns.ts";
import type { ChangeOf, Context, How } from "./context.ts";
import { dropForeignKey, isForeignKey } from "./foreign-keys.ts";
import { retireIndex } from "./indexes.ts";
import { type Piece, piece } from "./piece.ts";
import { dropSyncFunctions } from "./sync.ts";

/** A column that nobody asks for: dropped where that was decided, else kept without what could make writes fail. */
export function orphanColumn(change: ChangeOf<"orphanColumn">, how: How, context: Context): readonly Piece[] {
  return how.drop === true ? dropColumn(change, how, context) : keepColumn(change, how, context);
}

function keepColumn(change: ChangeOf<"orphanColumn">, how: How, context: Context): readonly Piece[] {
  const { table, column, blocksInserts, constraints, indexes } = change;
  const alter = `alter table ${context.qualified(table.name)} alter column ${identifier(column)}`;
  const relaxed = briefPiece(
    context,
    { table: table.name, column },
    {
      order: briefOrder.dropNotNull,
      kind: "relaxOrphan",
      title: `keep column "${table.name}"."${column}", which nobody asks for, and let it be empty`,
      hazard: how.hazard,
      rows: how.rows,
      statements: [`${alter} drop not null`],
    },
  );
  return [
    ...(blocksInserts ? [relaxed] : []),
    ...constraints.map((name) =>
      isForeignKey(context, table.name, name)
        ? dropForeignKey({ table: table.name, name, stage: "letGo" }, context)
        : dropConstraintBriefly(table.name, name, context),
    ),
    ...indexes.flatMap((name) => retireIndex({ table: table.name, name }, context)),
  ];
}

function dropColumn(change: ChangeOf<"orphanColumn">, how: How, context: Context): readonly Piece[] {
  const { table, column, constraints, indexes } = change;
  const keys = constraints.filter((name) => isForeignKey(context, table.name, name));
  const rest = constraints.filter((name) => !keys.includes(name));
  const alter = `alter table ${context.qualified(table.name)}`;
  const gone: readonly ManagedObject[] = [
    `column ${column}`,
    `backfill ${column}`,
    ...rest.map((name) => `constraint ${name}` as const),
    ...indexes.map((name) => `index ${name}` as const),
  ];
  const parts = [...rest.map((name) => `constraint "${name}"`), ...indexes.map((name) => `index "${name}"`)];
  return [
    ...keys.map((name) => dropForeignKey({ table: table.name, name, stage: "dropKeys" }, context)),
    piece({
      stage: "dropColumns",
      unit: table.name,
      kind: "dropColumn",
      object: `${table.name}.${column}`,
      title: `drop column "${table.name}"."${column}" with what it holds${parts.length === 0 ? "" : `, and ${parts.join(", ")}`}`,
      hazard: how.hazard,
      rows: how.rows,
      locks: context.locks("ACCESS EXCLUSIVE", table.name),
      statements: [
        ...rest.map((name) => `${alter} drop constraint ${identifier(name)}`),
        ...indexes.map((name) => `drop index ${context.qualified(name)}`),
        `${alter} drop column ${identifier(column)}`,
      ],
      after: [{ table: table.name, remove: gone }],
    }),
  ];
}

/** A table that nobody asks for: dropped where that was decided, else kept without a hold on other tables' rows. */
export function orphanTable(
  { name, foreignKeys }: ChangeOf<"orphanTable">,
  how: How,
  context: Context,
): readonly Piece[] {
  const stage = how.drop === true ? "dropKeys" : "letGo";
  const keys = foreignKeys.map((key) => dropForeignKey({ table: name, name: key, stage }, context));
  if (how.drop !== true) return keys;
  return [
    ...keys,
    piece({
      stage: "dropTables",
      unit: name,
      kind: "dropTable",
      object: name,
      title: `drop table "${name}" with all its rows`,
      hazard: how.hazard,
      rows: how.rows,
      locks: context.locks("ACCESS EXCLUSIVE", name),
      statements: [`drop table ${context.qualified(name)}`, ...dropSyncFunctions(name, context)],
      after: [{ table: name, dropped: true }],
    }),
  ];
}
