import type { ForeignKey } from "@lucent/core";

import { identifier } from "../quote.ts";
import { nextConstraintName } from "../temporary.ts";
import { briefOrder } from "./brief.ts";
import type { ChangeOf, Context, How } from "./context.ts";
import { foreignKeySql } from "./ddl.ts";
import { type Piece, piece, type PieceParts, type Stage } from "./piece.ts";
import { referred, validatePiece } from "./validate.ts";

/** A foreign key: at once, or with many rows for new ones first and then for the others. */
export function addForeignKey(
  { table, foreignKey }: ChangeOf<"addForeignKey">,
  how: How,
  context: Context,
): readonly Piece[] {
  const { name, column, references } = foreignKey;
  const added = foreignKeyPiece({ table: table.name, foreignKey, how, isProved: !how.online }, context);
  if (!how.online) return [added];
  const what = referred(column, references);
  return [added, validatePiece({ table: table.name, name, rows: how.rows, what, references }, context)];
}

/** A foreign key to be added. */
export interface NewForeignKey {
  readonly table: string;
  readonly foreignKey: ForeignKey;
  readonly how: Pick<How, "hazard" | "rows">;
  /** Whether the rows that are there are checked at once. */
  readonly isProved: boolean;
  /** Under another name. */
  readonly as?: string;
}

/** Adds a foreign key, in a transaction that is about its two tables only. */
export function foreignKeyPiece(
  { table, foreignKey, how, isProved, as = foreignKey.name }: NewForeignKey,
  context: Context,
): Piece {
  const { references, column } = foreignKey;
  const statement = `alter table ${context.qualified(table)} add ${foreignKeySql(foreignKey, context, as)}`;
  const whom = isProved ? "" : ", for new rows";
  return piece({
    stage: "restrict",
    unit: unitOf(table, references, context),
    kind: "addForeignKey",
    object: `${table}.${as}`,
    title: `add foreign key "${as}" from "${table}"."${column}" to "${references}"${whom}`,
    hazard: isProved ? how.hazard : "safe",
    rows: isProved ? how.rows : undefined,
    locks: context.locks("SHARE ROW EXCLUSIVE", table, references),
    statements: [isProved ? statement : `${statement} not valid`],
    after: [{ table, add: [`constraint ${as}`] }],
  });
}

/** Foreign keys that lock the same tables share a transaction; of new tables each only locks the one referred to. */
function unitOf(table: string, references: string, context: Context): string {
  const locked = context.locks("SHARE ROW EXCLUSIVE", table, references).map((lock) => lock.table);
  return `foreign keys ${[...new Set(locked)].toSorted().join(" ")}`;
}

/** Another action or another table: with many rows beside the old one, which goes when the new one is proved. */
export function replaceForeignKey(
  change: ChangeOf<"replaceForeignKey">,
  how: How,
  context: Context,
): readonly Piece[] {
  const { table, foreignKey, next } = change;
  const { column, references, name } = foreignKey;
  const alter = `alter table ${context.qualified(table.name)}`;
  const tables = [table.name, ...referredTables(context, table.name, name), references];
  const place = { unit: `foreign keys ${[...new Set(tables)].toSorted().join(" ")}` };
  const common = {
    ...place,
    order: briefOrder.addCheck,
    kind: "addForeignKey",
    object: `${table.name}.${name}`,
  } as const satisfies Partial<PieceParts>;
  if (!how.online && next === undefined) {
    return [
      piece({
        ...common,
        stage: "restrict",
        title: `replace foreign key "${name}" from "${table.name}"."${column}" to "${references}"`,
        hazard: how.hazard,
        rows: how.rows,
        locks: swapLocks(change, context),
        statements: [
          `${alter} drop constraint ${identifier(name)}`,
          `${alter} add ${foreignKeySql(foreignKey, context)}`,
        ],
        after: [{ table: table.name, add: [`constraint ${name}`] }],
      }),
    ];
  }
  const as = next?.name ?? nextConstraintName(table.name, foreignKey);
  const proof = {
    table: table.name,
    name: as,
    rows: how.rows,
    what: referred(column, references),
    references,
  };
  return [
    ...(next === undefined
      ? [foreignKeyPiece({ table: table.name, foreignKey, how, isProved: false, as }, context)]
      : []),
    ...(next?.validated === true ? [] : [validatePiece(proof, context)]),
    piece({
      ...common,
      stage: "settle",
      title: `replace foreign key "${name}" of "${table.name}": the new one takes the place of the old one`,
      locks: [...context.locks("ACCESS EXCLUSIVE", table.name, ...referredTables(context, table.name, name))],
      statements: [
        `${alter} drop constraint ${identifier(name)}`,
        `${alter} rename constraint ${identifier(as)} to ${identifier(name)}`,
      ],
      after: [{ table: table.name, add: [`constraint ${name}`], remove: [`constraint ${as}`] }],
    }),
  ];
}

function swapLocks({ table, foreignKey }: ChangeOf<"replaceForeignKey">, context: Context): Piece["locks"] {
  const old = referredTables(context, table.name, foreignKey.name);
  return [
    ...context.locks("ACCESS EXCLUSIVE", table.name, ...old),
    ...context.locks("SHARE ROW EXCLUSIVE", foreignKey.references),
  ];
}

/** Whether a constraint that is there is a foreign key. */
export function isForeignKey(context: Context, table: string, name: string): boolean {
  return context.live(table)?.constraints.get(name)?.kind === "f";
}

/** The table that a foreign key refers to, as it is called after the renames; none where it is in another schema. */
function referredTables(context: Context, table: string, name: string): readonly string[] {
  const found = context.live(table)?.constraints.get(name)?.references?.table;
  return found === undefined ? [] : [context.nameAfter(found)];
}

/** A foreign key to be dropped, before the renames or after them. */
export interface OldForeignKey {
  /** The table after the renames. */
  readonly table: string;
  readonly name: string;
  readonly stage: Extract<Stage, "release" | "letGo" | "dropKeys">;
}

/** Drops a foreign key, in a transaction that is about its two tables only. */
export function dropForeignKey({ table, name, stage }: OldForeignKey, context: Context): Piece {
  const tables = [table, ...referredTables(context, table, name)];
  const own = stage === "release" ? (context.liveName(table) ?? table) : table;
  const locks = context.locks("ACCESS EXCLUSIVE", ...tables);
  return piece({
    stage,
    unit: `foreign keys ${[...new Set(tables)].toSorted().join(" ")}`,
    kind: "dropConstraint",
    object: `${own}.${name}`,
    title: `drop foreign key "${name}" of "${own}"`,
    locks: stage === "release" ? locks.map((lock) => ({ ...lock, table: lock.live })) : locks,
    statements: [`alter table ${context.qualified(own)} drop constraint ${identifier(name)}`],
    after: [{ table: own, remove: [`constraint ${name}`] }],
  });
}
