import type { Database, Reader, Transaction } from "../contract/database.ts";
import type { Logger } from "../contract/logger.ts";
import { isLucentError } from "../errors.ts";
import { explainedConflict } from "./conflict.ts";

/** Where the statements of an operation run: on the pool, or in a transaction that someone has begun. */
export interface Session {
  readonly reader: Reader;
  readonly drizzle: Database["drizzle"];
  readonly isTransaction: boolean;
  /** Runs `work` in a transaction of its own; in one that is open already, under a savepoint of it. */
  transact<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Has something done once everything is committed, and never when it is not. On the pool it is done at once. */
  afterCommit(task: Task): Promise<void>;
  /** Runs one write. A conflict that it meets is looked into as soon as the connection can be used again. */
  explained<T>(work: () => Promise<T>): Promise<T>;
  /** For what a hook does by itself: in a transaction each of its writes can fail alone. */
  nested(): Session;
  /** Whether every write has to run under a savepoint of its own. */
  readonly isIsolating?: boolean;
}

/** Work that needs a session outside of the transaction that it waited for. */
type Task = (outside: Session) => Promise<void>;

/** A session on the pool. */
export function poolSession(database: Database, logger: Logger): Session {
  const session: Session = {
    reader: database,
    // Made when it is asked for: few requests do.
    get drizzle() {
      return database.drizzle;
    },
    isTransaction: false,
    async transact(work) {
      const tasks: Task[] = [];
      const result = await explained(database, () =>
        database.transaction((tx) => work(transactionSession(tx, tasks))),
      );
      for (const task of tasks) await finished(() => task(session), logger);
      return result;
    },
    afterCommit: (task) => finished(() => task(session), logger),
    explained: (work) => explained(database, work),
    nested: () => session,
  };
  return session;
}

/** What was committed stays committed, whatever comes after it. */
async function finished(task: () => Promise<void>, logger: Logger): Promise<void> {
  try {
    await task();
  } catch (error) {
    const reason = isLucentError(error) && error.cause instanceof Error ? error.cause : error;
    logger.error("afterCommit hook failed", {
      error: reason instanceof Error ? reason.message : String(reason),
    });
  }
}

function transactionSession(tx: Transaction, tasks: Task[]): Session {
  const inTurn = turns();
  const session: Session = {
    reader: tx,
    get drizzle() {
      return tx.drizzle;
    },
    isTransaction: true,
    transact: (work) =>
      inTurn(async () => {
        const inner: Task[] = [];
        const result = await explained(tx, () =>
          tx.savepoint((savepoint) => work(transactionSession(savepoint, inner))),
        );
        tasks.push(...inner);
        return result;
      }),
    afterCommit: async (task) => void tasks.push(task),
    // After a failure nothing can be looked up before the savepoint or the transaction is undone.
    explained: (work) => work(),
    nested: () => ({ ...session, isIsolating: true }),
  };
  return session;
}

/** Runs one piece of work after the other: a savepoint that ends takes those opened after it along. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** A session whose transactions are parts of the one that is open: when one fails, all of it does. */
export function joined(session: Session): Session {
  return { ...session, isIsolating: false, transact: (work) => work(joined(session)) };
}

/** What a conflict met can only be looked up when the failed transaction is over. */
async function explained<T>(reader: Reader, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await explainedConflict(error, reader);
  }
}
