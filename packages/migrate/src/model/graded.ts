import type { Change } from "./change.ts";
import type { Refusal } from "./refusal.ts";

/**
 * What a step may cost. `safe`: moments, whatever the size. `slow`: reads or builds for long, while others go on.
 * `rewrite`: writes the whole table anew while everybody waits. `destructive`: what it takes away is gone.
 */
export type Hazard = "safe" | "slow" | "rewrite" | "destructive";

/** A change that may be made, with how. */
export interface GradedChange {
  readonly change: Exclude<Change, { readonly kind: "refuse" }>;
  readonly hazard: Hazard;
  /** Rows behind the verdict, exact up to `countLimit`, else the server's estimate; `undefined` where none matter. */
  readonly rows: number | undefined;
  /** Whether the table is large enough for the way in several steps that does not block others. */
  readonly online: boolean;
  /** Of a change of type: the expression that makes the new value, where the server's own assignment is not enough. */
  readonly using?: string;
  /** Of a change of type: the condition of rows that it would cut; there must be none when the lock is held, either. */
  readonly loses?: string;
  /** Of a new or newly required column: its empty rows are to be filled with the default, in batches. */
  readonly backfill?: true;
  /** Of an orphan: it is dropped, not kept. */
  readonly drop?: true;
}

/** What `grade` decides. */
export interface Graded {
  readonly changes: readonly GradedChange[];
  readonly refusals: readonly Refusal[];
  /** What an operator should know, each a sentence: orphans with their row counts, functions that may name a column. */
  readonly warnings: readonly string[];
}

/** Rows from which on the way in several steps is taken. */
export const onlineRows = 10_000;

/** Rows that are counted exactly; above it the server's estimate is good enough. */
export const countLimit = 1_000_000;

/** Rows from which on a table is only rewritten where that was decided. */
export const rewriteRows = 100_000;
