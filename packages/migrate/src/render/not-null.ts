import { identifier } from "../quote.ts";
import { filledCheckName } from "../temporary.ts";
import { briefOrder, objectName, type Target } from "./brief.ts";
import type { ChangeOf, Context, How } from "./context.ts";
import { type Piece, piece, type PieceParts } from "./piece.ts";
import { validatePiece } from "./validate.ts";

/** A column to be required. */
export interface Requirement {
  readonly target: Target & { readonly column: string };
  readonly how: How;
  /** See `setNotNull`. */
  readonly leftover: ChangeOf<"setNotNull">["leftover"];
  /** Whether it has to wait for batches that fill it. */
  readonly isLate: boolean;
}

/**
 * Requires a column. With many rows in three steps: a check that new rows keep to, the proof that the others do, which
 * lets everybody work on, and NOT NULL, which then needs no look at the rows. The native form of Postgres 18 saves a
 * step, but leaves a column that is marked as NOT NULL before it is one.
 */
export function requireColumn(requirement: Requirement, context: Context): readonly Piece[] {
  const { target, how, isLate } = requirement;
  const { table, column } = target;
  const leftover = requirement.leftover ?? leftoverOf(target, context);
  const late = { stage: "settle", unit: table } as const;
  if (!how.online && leftover === undefined)
    return [settle(requirement, { ...(isLate ? late : context.brief(table)), check: undefined }, context)];
  const check = leftover?.name ?? filledCheckName(table, column);
  const proof = { table, name: check, rows: how.rows, what: `every row has a value in "${column}"` };
  return [
    ...(leftover === undefined ? [restrict(target, check, context)] : []),
    ...(leftover?.validated === true ? [] : [validatePiece(proof, context)]),
    settle(requirement, { ...late, check }, context),
  ];
}

/** The check that an interrupted run left. */
function leftoverOf({ table, column }: Requirement["target"], context: Context): Requirement["leftover"] {
  const name = filledCheckName(table, column);
  const found = context.live(table)?.constraints.get(name);
  return found === undefined ? undefined : { name, validated: found.validated };
}

interface Place extends Pick<PieceParts, "stage" | "unit"> {
  /** The check that is not needed any more. */
  readonly check: string | undefined;
}

function restrict(target: Requirement["target"], name: string, context: Context): Piece {
  const check = `constraint ${identifier(name)} check (${identifier(target.column)} is not null)`;
  return piece({
    stage: "restrict",
    unit: target.table,
    kind: "addCheck",
    object: objectName(target),
    title: `refuse new rows without a value in column "${target.table}"."${target.column}"`,
    locks: context.locks("ACCESS EXCLUSIVE", target.table),
    statements: [`alter table ${context.qualified(target.table)} add ${check} not valid`],
    after: [{ table: target.table, add: [`constraint ${name}`] }],
  });
}

function settle({ target, how }: Requirement, { check, ...place }: Place, context: Context): Piece {
  const alter = `alter table ${context.qualified(target.table)}`;
  const drop = check === undefined ? [] : [`${alter} drop constraint ${identifier(check)}`];
  return piece({
    ...place,
    order: briefOrder.setNotNull,
    kind: "setNotNull",
    object: objectName(target),
    title: `require column "${target.table}"."${target.column}"`,
    hazard: check === undefined ? how.hazard : "safe",
    rows: how.rows,
    locks: context.locks("ACCESS EXCLUSIVE", target.table),
    statements: [`${alter} alter column ${identifier(target.column)} set not null`, ...drop],
    after: check === undefined ? [] : [{ table: target.table, remove: [`constraint ${check}`] }],
  });
}
