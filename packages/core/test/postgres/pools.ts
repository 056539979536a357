import { createTestDatabase } from "@lucent/core/testing";
import postgres from "postgres";

import type { DatabaseOptions } from "../../src/contract/config.ts";
import type { Database, Runner, Statement } from "../../src/contract/database.ts";
import { openPool } from "../../src/postgres/pool.ts";

/** A database with a table `notes (id int primary key, text text not null)`, and pools to it. */
export interface Pools {
  readonly url: string;
  /** A client around the pools. */
  readonly sql: postgres.Sql;
  /** Opens a pool that is closed at the end. */
  open(options?: DatabaseOptions, url?: string): Database;
  /** Numbers of the rows of `notes`. */
  notes(): Promise<readonly unknown[]>;
  /** How many backends serve the pools, and how many of them run a statement. */
  backends(): Promise<{ readonly all: number; readonly active: number }>;
  close(): Promise<void>;
}

/** Makes an empty database. */
export async function pools(server: string): Promise<Pools> {
  const database = await createTestDatabase({
    url: server,
    template: "postgres_notes",
    async prepare(url) {
      const client = postgres(url, { max: 1, onnotice: () => undefined });
      await client`create table notes (id int primary key, text text not null)`;
      await client.end();
    },
  });
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  const closes: (() => Promise<void>)[] = [];
  return {
    url: database.url,
    sql,
    open(options = {}, url = database.url) {
      const pool = openPool(url, options);
      closes.push(pool.close);
      return pool.database;
    },
    notes: async () => (await sql`select id from notes order by id`).map((row) => row["id"]),
    async backends() {
      const [row] =
        await sql`select count(*)::int as all, count(*) filter (where state = 'active')::int as active
        from pg_stat_activity where datname = current_database() and application_name = 'lucent'`;
      return { all: Number(row?.["all"]), active: Number(row?.["active"]) };
    },
    async close() {
      await Promise.all(closes.map((close) => close()));
      await sql.end();
      await database.drop();
    },
  };
}

/** A statement with its values. */
export function statement(text: string, ...values: Statement["values"]): Statement {
  return { text, values };
}

/** Adds a row to `notes`. */
export async function note(runner: Runner, id: number): Promise<void> {
  await runner.run(statement("insert into notes values ($1, 'a')", id));
}

/** The process that serves a connection. */
export async function backendOf(runner: Runner): Promise<unknown> {
  const [row] = await runner.run(statement("select pg_backend_pid()"));
  return row?.[0];
}

/** Asks until the answer is yes. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue()));
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new TypeError("the promise was not rejected");
}
