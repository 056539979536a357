import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** A row as an array, in the order of the selected columns. */
export type Row = readonly unknown[];

/** An SQL statement of our own: text with `$1…` and its values (texts, numbers, booleans, null). */
export interface Statement {
  readonly text: string;
  readonly values: readonly (string | number | boolean | null)[];
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

/** The one Postgres client of an application. */
export interface Database extends Reader {
  /** The same connections for drizzle: for host routes and scripts that write their own queries. */
  readonly drizzle: PgDatabase<PgQueryResultHKT, Record<string, never>>;
  /** Runs `work` in one transaction: commits its result, rolls back when it throws. */
  transaction<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
  /**
   * A connection of its own outside the pool, for what holds session state (advisory locks, DDL with its own timeouts).
   * `work` gets a runner bound to it; it is closed afterwards.
   */
  session<T>(work: (runner: Runner) => Promise<T>): Promise<T>;
}
