import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** A row as an array, in the order of the selected columns. */
export type Row = readonly unknown[];

/** An SQL statement of our own: text with `$1…` and its values (texts, numbers, booleans, null). */
export interface Statement {
  readonly text: string;
  readonly values: readonly (string | number | boolean | null)[];
  /**
   * Whether it reads by keys alone, and so takes no longer than a round trip whatever is stored: such statements share
   * connections, and are not cancelled. Default false.
   */
  readonly isBrief?: boolean;
  /**
   * The column of its only row in which Postgres says how many milliseconds it took, for `objects`: a text that takes less
   * than two on average is sent like a brief statement.
   */
  readonly took?: string;
}

/** Runs statements, on the pool or on one transaction's connection. */
export interface Runner {
  /** Runs one statement. Rejects with a LucentError where the failure has a code; never with SQL in the message. */
  run(statement: Statement): Promise<readonly Row[]>;
}

/** Reads whole documents. */
export interface Reader extends Runner {
  /** Runs one statement and answers its rows as objects by the names that the statement gives its columns. */
  objects(statement: Statement): Promise<readonly Record<string, unknown>[]>;
}

/** One transaction: everything sent through it runs on its connection, is committed together or not at all. */
export interface Transaction extends Reader {
  /** drizzle on the connection of this transaction. Its own `transaction()` is a savepoint here. */
  readonly drizzle: Database["drizzle"];
  /** Runs `work` under a savepoint: what it did is undone when it throws, and this transaction can go on. */
  savepoint<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** What one request wants of its statements. */
export interface Watch {
  /** Cancels the running statement, or one that waits for a connection, with UNAVAILABLE. Brief ones do not ask for it. */
  readonly signal?: AbortSignal | undefined;
  /** Called before each statement is sent; not for BEGIN, COMMIT, ROLLBACK and savepoints. */
  readonly onStatement?: (() => void) | undefined;
}

/** The one Postgres client of an application. */
export interface Database extends Reader {
  /** The same connections for drizzle: for host routes and scripts that write their own queries. */
  readonly drizzle: PgDatabase<PgQueryResultHKT, Record<string, never>>;
  /**
   * Sends brief statements in one go, for what would take a round trip each. They run one after the other on one
   * connection, each as a transaction of its own: a later one sees what is committed when its turn comes, and runs even
   * where one before it has failed. Rejects with the first failure.
   */
  inOrder(statements: readonly Statement[]): Promise<readonly (readonly Row[])[]>;
  /**
   * Runs `work` in one transaction: commits its result, rolls back when it throws. While `work` runs, whatever it calls
   * must use its `tx`: statements sent through the pool are refused with INTERNAL, because a pool whose connections all
   * wait for a second one never goes on.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * A connection of its own outside the pool, for what holds session state (advisory locks, DDL with its own timeouts).
   * `work` gets a runner bound to it; it is closed afterwards.
   */
  session<T>(work: (runner: Runner) => Promise<T>): Promise<T>;
  /** The same pool for one request: counts its statements and cancels them. Replaces a watch set before. */
  tracked(watch: Watch): Database;
}
