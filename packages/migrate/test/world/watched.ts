import type { Database, Runner, Statement, Transaction } from "@lucent/core";

/** A lock on a relation that a session held behind a statement. */
export interface SeenLock {
  readonly statement: string;
  readonly relation: number;
  /** As `pg_locks` spells it, such as `AccessShareLock`. */
  readonly mode: string;
}

// A look between BEGIN and SET TRANSACTION would make the latter fail, and behind these there is nothing to see.
const isControl = /^\s*(?:begin|start|set|commit|rollback|reset|discard|savepoint|release)\b/i;

const locksSql = `select relation::bigint::float8, mode from pg_catalog.pg_locks
  where pid = pg_catalog.pg_backend_pid() and locktype = 'relation' and granted and relation >= 16384`;

/** The same database, but behind each statement of a transaction or a session its locks are written down. */
export function watchLocks(database: Database, seen: SeenLock[]): Database {
  const look = async (runner: Runner, { text }: Statement): Promise<void> => {
    if (isControl.test(text)) return;
    for (const [relation, mode] of await runner.run({ text: locksSql, values: [] }))
      seen.push({ statement: text, relation: Number(relation), mode: String(mode) });
  };
  return watch(database, look);
}

type Look = (runner: Runner, statement: Statement) => Promise<void>;

function watch(database: Database, look: Look): Database {
  return {
    drizzle: database.drizzle,
    run: (statement) => database.run(statement),
    objects: (statement) => database.objects(statement),
    inOrder: (statements) => database.inOrder(statements),
    transaction: (work) => database.transaction((tx) => work(watchTransaction(tx, look))),
    session: (work) => database.session((runner) => work(watchRunner(runner, look))),
    tracked: (each) => watch(database.tracked(each), look),
  };
}

function watchRunner(runner: Runner, look: Look): Runner {
  return {
    async run(statement) {
      const rows = await runner.run(statement);
      await look(runner, statement);
      return rows;
    },
  };
}

function watchTransaction(tx: Transaction, look: Look): Transaction {
  return {
    ...watchRunner(tx, look),
    drizzle: tx.drizzle,
    objects: (statement) => tx.objects(statement),
    savepoint: (work) => tx.savepoint((inner) => work(watchTransaction(inner, look))),
  };
}
