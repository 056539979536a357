import type { ForeignKey } from "@lucent/core";

import type { ManagedObject } from "../model/managed.ts";
import { objectsOf } from "../ownership.ts";
import type { ChangeOf, Context } from "./context.ts";
import { createTable, foreignKeySql, indexSql } from "./ddl.ts";
import { foreignKeyPiece } from "./foreign-keys.ts";
import { type Piece, piece } from "./piece.ts";

// With more of them one transaction runs out of the server's memory for locks.
const tablesAtOnce = 200;

/**
 * New tables with all that belongs to them. Foreign keys come behind the later one of their two tables, so that tables
 * may refer to each other in a circle; those to a table that others use lock it, and have a transaction of their own.
 */
export function createTables(
  changes: readonly ChangeOf<"createTable">[],
  context: Context,
): readonly Piece[] {
  const chunks = new Map(changes.map(({ table }, at) => [table.name, Math.floor(at / tablesAtOnce)]));
  const chunkOf = (name: string): number => chunks.get(name) ?? 0;
  return [
    ...changes.map(({ table }) => tablePiece(table, chunkOf(table.name), context)),
    ...changes.flatMap(({ table }) =>
      table.foreignKeys.map((foreignKey) => {
        if (chunks.has(foreignKey.references)) {
          const chunk = Math.max(chunkOf(table.name), chunkOf(foreignKey.references));
          return newForeignKey({ table: table.name, foreignKey, chunk }, context);
        }
        const how = { hazard: "safe", rows: undefined } as const;
        return foreignKeyPiece({ table: table.name, foreignKey, how, isProved: true }, context);
      }),
    ),
  ];
}

function tablePiece(table: ChangeOf<"createTable">["table"], chunk: number, context: Context): Piece {
  const keys = new Set<ManagedObject>(table.foreignKeys.map(({ name }) => `constraint ${name}` as const));
  const [, target] = table.primaryKey.columns;
  const mark: readonly ManagedObject[] =
    context.linked.has(table.name) && target !== undefined ? [`backfill ${target}`] : [];
  return piece({
    stage: "create",
    unit: String(chunk),
    kind: "createTable",
    object: table.name,
    title: `create table "${table.name}" (${table.owner})`,
    statements: [
      createTable(table, context),
      ...table.indexes.map((index) => indexSql({ index, on: context.qualified(table.name) })),
    ],
    after: [{ table: table.name, add: [...objectsOf(table).filter((object) => !keys.has(object)), ...mark] }],
  });
}

interface NewForeignKey {
  readonly table: string;
  readonly foreignKey: ForeignKey;
  readonly chunk: number;
}

function newForeignKey({ table, foreignKey, chunk }: NewForeignKey, context: Context): Piece {
  const { name, column, references } = foreignKey;
  return piece({
    stage: "create",
    unit: String(chunk),
    order: 1,
    kind: "addForeignKey",
    object: `${table}.${name}`,
    title: `add foreign key "${name}" from "${table}"."${column}" to "${references}"`,
    statements: [`alter table ${context.qualified(table)} add ${foreignKeySql(foreignKey, context)}`],
    after: [{ table, add: [`constraint ${name}`] }],
  });
}
