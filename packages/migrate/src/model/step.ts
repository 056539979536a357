import type { Hazard } from "./graded.ts";
import type { ManagedChange } from "./managed.ts";

/** A table-level lock mode, weakest first, as the documentation of Postgres names them. */
export type LockMode =
  | "ACCESS SHARE"
  | "ROW SHARE"
  | "ROW EXCLUSIVE"
  | "SHARE UPDATE EXCLUSIVE"
  | "SHARE"
  | "SHARE ROW EXCLUSIVE"
  | "EXCLUSIVE"
  | "ACCESS EXCLUSIVE";

/**
 * The strongest lock that a step takes on one table that was there before the plan. Those on `lucent_managed` and the
 * history, which each group writes, are left out.
 */
export interface StepLock {
  /** As it is called when the step begins. */
  readonly table: string;
  readonly mode: LockMode;
}

/** What a step does. */
export type StepKind =
  | "createSchema"
  | "createTable"
  | "renameTable"
  | "renameColumn"
  | "renameIndex"
  | "renameConstraint"
  | "adopt"
  | "addColumn"
  | "backfill"
  | "changeType"
  | "setNotNull"
  | "dropNotNull"
  | "setDefault"
  | "dropDefault"
  | "buildIndex"
  | "swapIndex"
  | "dropIndex"
  | "addCheck"
  | "addForeignKey"
  | "validate"
  | "dropConstraint"
  | "fillLinks"
  | "relaxOrphan"
  | "dropColumn"
  | "dropTable"
  | "addSync"
  | "dropSync"
  /** A statement of an SQL file; its object is the file's name and its place there. */
  | "statement";

/** One step of a plan. */
export interface Step {
  readonly kind: StepKind;
  /** `posts` or `posts.title`. */
  readonly object: string;
  /** What it does, in words; names the object. */
  readonly title: string;
  readonly hazard: Hazard;
  /** Rows behind the verdict. */
  readonly rows?: number;
  readonly locks: readonly StepLock[];
  /** Without a semicolon at the end; one alone where the group is not a transaction. Empty for bookkeeping only. */
  readonly statements: readonly string[];
}

/**
 * Steps that are done together. `transaction`: all or none of them, and tried again as a whole when a table is in use.
 * `alone`: one statement that can't be in a transaction. `batched`: one statement that takes a cursor (`$1`, text, null
 * at first) and answers `[next cursor or null at the end, rows changed]`, each time in a transaction of its own.
 */
export interface Group {
  readonly mode: "transaction" | "alone" | "batched";
  readonly steps: readonly Step[];
  /** Written before the statements of an `alone` group, so that what it leaves when it is interrupted is known as ours. */
  readonly before: readonly ManagedChange[];
  /** Written with the steps in a transaction, else behind them. */
  readonly after: readonly ManagedChange[];
}
