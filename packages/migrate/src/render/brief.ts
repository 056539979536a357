import type { Hazard } from "../model/graded.ts";
import type { ManagedChange } from "../model/managed.ts";
import type { LockMode, StepKind } from "../model/step.ts";
import type { Context } from "./context.ts";
import { type Piece, piece } from "./piece.ts";

/** Places in the transaction of a table: what others need, or what stands in their way, comes first. */
export const briefOrder = {
  renameTableAside: 0,
  renameTable: 1,
  renameColumnAside: 2,
  renameColumn: 3,
  renameObjectAside: 4,
  renameObject: 5,
  dropConstraint: 6,
  dropIndex: 7,
  dropNotNull: 8,
  dropDefault: 9,
  changeType: 10,
  addColumn: 11,
  setDefault: 12,
  addSync: 13,
  addCheck: 14,
  setNotNull: 15,
  buildIndex: 16,
  adopt: 17,
} as const;

/** What a piece is about: a table, a column of it, or an index or a constraint. */
export interface Target {
  readonly table: string;
  readonly column?: string;
  readonly part?: string;
}

/** A piece of the transaction of its table. */
export interface BriefParts {
  readonly order: number;
  readonly kind: StepKind;
  readonly title: string;
  readonly hazard?: Hazard;
  readonly rows?: number | undefined;
  /** Default `ACCESS EXCLUSIVE`. */
  readonly mode?: LockMode;
  /** Locks nothing. */
  readonly isQuiet?: true;
  readonly statements?: readonly string[];
  /** Of the table. */
  readonly after?: Omit<ManagedChange, "table">;
}

/** How a step names what it is about. */
export function objectName({ table, column, part }: Target): string {
  const name = column ?? part;
  return name === undefined ? table : `${table}.${name}`;
}

/** Makes a piece of the transaction of its table. */
export function briefPiece(context: Context, target: Target, parts: BriefParts): Piece {
  const { mode = "ACCESS EXCLUSIVE", isQuiet, after, ...rest } = parts;
  return piece({
    ...context.brief(target.table),
    ...rest,
    object: objectName(target),
    locks: isQuiet === true ? [] : context.locks(mode, target.table),
    after: after === undefined ? [] : [{ table: target.table, ...after }],
  });
}
