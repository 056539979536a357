import { identifier } from "../quote.ts";
import type { ChangeOf, Context, How } from "./context.ts";
import { type Piece, piece } from "./piece.ts";

/** A constraint that new rows keep to, to be proved for the others. */
export interface Proof {
  readonly table: string;
  readonly name: string;
  readonly rows: number | undefined;
  /** What is proved, in words. */
  readonly what: string;
  /** Of a foreign key: the table that it refers to. */
  readonly references?: string;
}

/** Proves a constraint, alone: it reads the whole table while others work on. */
export function validatePiece({ table, name, rows, what, references }: Proof, context: Context): Piece {
  const parents = references === undefined || references === table ? [] : [references];
  return piece({
    stage: "validate",
    unit: `${table}.${name}`,
    kind: "validate",
    object: `${table}.${name}`,
    title: `check that ${what} ("${name}" of "${table}")`,
    hazard: "slow",
    rows,
    locks: [...context.locks("SHARE UPDATE EXCLUSIVE", table), ...context.locks("ROW SHARE", ...parents)],
    statements: [`alter table ${context.qualified(table)} validate constraint ${identifier(name)}`],
  });
}

/** Proves what an interrupted run added. */
export function validate(
  { table, name, constraint }: ChangeOf<"validate">,
  { rows }: How,
  context: Context,
): readonly Piece[] {
  const what =
    "options" in constraint ? allowed(constraint.column) : referred(constraint.column, constraint.references);
  const references = "references" in constraint ? { references: constraint.references } : {};
  return [validatePiece({ table: table.name, name, rows, what, ...references }, context)];
}

/** What a check of options proves. */
export function allowed(column: string): string {
  return `every value in "${column}" is one of its options`;
}

/** What a foreign key proves. */
export function referred(column: string, references: string): string {
  return `every value in "${column}" is in "${references}"`;
}
