import { managedStatements } from "../bookkeeping.ts";
import type { ManagedChange } from "../model/managed.ts";
import type { Step } from "../model/step.ts";
import type { Journal } from "./history.ts";
import { groupPauses, type Pauses } from "./patience.ts";
import type { Session } from "./session.ts";

/** Who is told what happens. */
export interface Reports {
  /** There is something to wait for: what, and who has it. */
  readonly onWait?: ((why: string) => void) | undefined;
  /** A step begins. */
  readonly onStep?: ((step: Step) => void) | undefined;
  /** Steps are done, and stay so whatever comes behind them. */
  readonly onDone?: ((steps: readonly Step[]) => void) | undefined;
  /** A data migration is done. */
  readonly onDataDone?: ((id: string) => void) | undefined;
  /** How far a long step is, in rows or blocks; `total` where it is known. */
  readonly onProgress?: ((what: string, done: number, total: number | undefined) => void) | undefined;
}

/** How long things may take, in milliseconds. */
export interface Limits {
  /** Waiting for a lock that keeps others from reading or writing while it is waited for. */
  readonly lockMs: number;
  /** Waiting for a lock that lets others go on, and for a concurrent build, which waits for old snapshots. */
  readonly patientLockMs: number;
  /** A statement that is to be done in moments. */
  readonly statementMs: number;
  /** Before somebody looks at how far a statement is, and between two looks. */
  readonly watchMs: number;
  readonly pauses: Pauses;
}

/** The limits of real runs. */
export const defaultLimits: Limits = {
  lockMs: 2_000,
  patientLockMs: 15 * 60_000,
  statementMs: 30_000,
  watchMs: 1_000,
  pauses: groupPauses,
};

/** What groups are run with. */
export interface GroupWorld {
  readonly session: Session;
  readonly schema: string;
  readonly journal: Journal;
  readonly limits: Limits;
  readonly reports: Reports;
}

/** What became of a try that failed. */
export interface Failed {
  readonly error: unknown;
  /** Where it failed; `undefined` while what was done was written down. */
  readonly step: Step | undefined;
  /** A lost connection leaves open whether it was done: at a commit, and outside a transaction. */
  readonly isOpen: boolean;
}

/** Tries to run a group; it may be called again after a failure, and goes on from what it reached. */
export interface Attempt {
  readonly run: () => Promise<Failed | undefined>;
  /** Removes what a failure left, as far as it can be removed now. Answers what is still there, in words. */
  readonly cleanUp: () => Promise<readonly string[]>;
}

/** The statements that write down what a group changes about what we made. */
export function managed(changes: readonly ManagedChange[], schema: string): readonly string[] {
  return changes.flatMap((change) => managedStatements(change, schema));
}

/** Statements in one message. */
export function joined(statements: readonly string[]): {
  readonly text: string;
  readonly values: readonly [];
} {
  return { text: statements.join(";\n"), values: [] };
}

/** Ends a transaction that failed; where the connection is lost, the server has done it. */
export async function rollBack(session: Session): Promise<void> {
  try {
    await session.finish("rollback");
  } catch {
    // The next statement says so.
  }
}
