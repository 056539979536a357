import type { Transaction } from "@lucent/core";

/** A change of what is stored, which runs once in each database, behind the schema changes of its release. */
export interface DataMigration {
  /** Its name for ever: a database that has done it will not do it again. Lower-case letters, digits and hyphens. */
  readonly id: string;
  /** Does it. Interrupted, it is called again, and each `batch` goes on behind its last finished step. */
  up(work: DataWork): Promise<void>;
}

/** What a data migration works with. */
export interface DataWork {
  /**
   * Runs `work` in one transaction: all of it or nothing. Where it met a table in use it is called again, so what it does
   * outside the database may happen twice.
   */
  readonly tx: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  /**
   * Calls `step` until it resolves to `undefined`, each time in a transaction of its own. What it resolves to is the
   * cursor of the next call, and is stored in the same transaction, so that no step is done twice or left out.
   * @param name Tells several batches of one migration apart; one runs at a time.
   */
  readonly batch: (
    name: string,
    step: (tx: Transaction, cursor: string | undefined) => Promise<string | undefined>,
  ) => Promise<void>;
  /** Says how far it is: rows done, and of how many where that is known. */
  readonly progress: (done: number, total?: number) => void;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
}

/** Defines a data migration; hand it to `migrate({ data: [...] })`, in the order in which they are to run. */
export function defineDataMigration(migration: DataMigration): DataMigration {
  return migration;
}

const idGrammar = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** What keeps a list of data migrations from being run, each a sentence. */
export function dataProblems(data: readonly DataMigration[]): readonly string[] {
  const ids = data.map(({ id }) => id);
  return [
    ...ids
      .filter((id) => !idGrammar.test(id))
      .map((id) => `The data migration "${id}" needs an id of lower-case letters, digits and hyphens.`),
    ...new Set(ids.filter((id, at) => ids.indexOf(id) !== at)),
  ].map((problem) => (ids.includes(problem) ? `Two data migrations have the id "${problem}".` : problem));
}
