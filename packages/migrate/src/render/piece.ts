import type { Hazard } from "../model/graded.ts";
import type { ManagedChange } from "../model/managed.ts";
import type { LockMode, Step, StepKind } from "../model/step.ts";

/**
 * When something is done. What other things need comes first, what takes away comes last, and each part of a change
 * that lets others work on while it takes its time has a place of its own.
 */
export const stages = [
  "schema",
  // Foreign keys that nobody asks for any more: they lock two tables, and other things wait for them. Live names.
  "release",
  // Tables of which something is renamed, with all else that is brief there.
  "rename",
  "create",
  "brief",
  "fill",
  "build",
  // Rules for new rows only.
  "restrict",
  "validate",
  // What was built or proved beside the old takes its place.
  "settle",
  "contract",
  "retire",
  "links",
  "letGo",
  "dropKeys",
  "dropColumns",
  "dropTables",
] as const;

/** A place in the order of a plan. */
export type Stage = (typeof stages)[number];

/** The strongest lock of a step on one table that is there before the plan. */
export interface PieceLock {
  /** What the table is called before the plan: renames make no other table of it. */
  readonly live: string;
  /** What it is called when the step begins. */
  readonly table: string;
  readonly mode: LockMode;
}

/** A step, with what it takes to put it in its place. */
export interface Piece {
  readonly stage: Stage;
  /** Pieces of one stage with the same unit are done in one transaction. */
  readonly unit: string;
  /** Place in the unit: lower goes first. */
  readonly order: number;
  readonly step: Omit<Step, "locks">;
  readonly locks: readonly PieceLock[];
  readonly before: readonly ManagedChange[];
  readonly after: readonly ManagedChange[];
}

/** What a piece is made of; what is left out is empty. */
export interface PieceParts {
  readonly stage: Stage;
  readonly unit: string;
  readonly order?: number;
  readonly kind: StepKind;
  readonly object: string;
  readonly title: string;
  readonly hazard?: Hazard;
  readonly rows?: number | undefined;
  readonly locks?: readonly PieceLock[];
  readonly statements?: readonly string[];
  readonly before?: readonly ManagedChange[];
  readonly after?: readonly ManagedChange[];
}

/** Makes a piece. */
export function piece(parts: PieceParts): Piece {
  const { stage, unit, order = 0, kind, object, title, hazard = "safe", rows } = parts;
  const { locks = [], statements = [], before = [], after = [] } = parts;
  const step = { kind, object, title, hazard, ...(rows === undefined ? {} : { rows }), statements };
  return { stage, unit, order, step, locks, before, after };
}
