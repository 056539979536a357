import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";

import type { DatabaseOptions } from "../contract/config.ts";
import type { Database, Reader, Row, Runner, Statement } from "../contract/database.ts";
import { postgresFailure } from "./failure.ts";
import { type Shapes, shapes } from "./shapes.ts";
import { unlimited, type Waiter, type WaitLimit, waitLimit } from "./wait-limit.ts";

/** An open pool and how to close it. */
export interface Pool {
  readonly database: Database;
  /** Waits up to five seconds for running statements, then closes the connections. */
  readonly close: () => Promise<void>;
}

const defaultMax = 10;
const defaultStatementTimeout = 5_000;
const idleInTransactionTimeout = 10_000;
const connectTimeoutSeconds = 5;
// The driver's own back-off grows to 20 s, in which requests would wait instead of failing; a try costs one refused
// connection for each one in the pool.
const reconnectSeconds = 0.1;
const closeTimeoutSeconds = 5;

/** Opens the one client of an application. Nothing connects before the first statement. */
export function openPool(url: string, options: DatabaseOptions): Pool {
  const prepare = options.prepare ?? true;
  const client = postgres(url, {
    max: options.max ?? defaultMax,
    prepare,
    connect_timeout: connectTimeoutSeconds,
    backoff: () => reconnectSeconds,
    onnotice: () => undefined,
    connection: {
      application_name: "lucent",
      TimeZone: "UTC",
      DateStyle: "ISO",
      statement_timeout: options.statementTimeout ?? defaultStatementTimeout,
      idle_in_transaction_session_timeout: idleInTransactionTimeout,
    },
  });
  // drizzle switches the date parsers of the client it is given to plain text, which is the form that we read.
  const orm = drizzle(client);
  const gates: Gates = { known: prepare ? shapes() : undefined, limit: waitLimit() };
  const database: Database = {
    ...reader(client, gates),
    drizzle: orm,
    transaction: (work) => transaction(client, gates, work),
    session: (work) => session(url, work),
  };
  return { database, close: () => client.end({ timeout: closeTimeoutSeconds }) };
}

type Client = postgres.Sql | postgres.TransactionSql;

/** What every statement of a pool goes through. */
interface Gates {
  /** Absent where statements must not be prepared. */
  readonly known: Shapes | undefined;
  readonly limit: WaitLimit;
}

function reader(client: Client, gates: Gates): Reader {
  return {
    run: (statement) => guarded<readonly Row[]>(sent(client, gates, statement).values(), gates.limit),
    objects(statement) {
      // Left to itself the driver sends a statement without values as a simple query, planned anew each time.
      const query = sent(client, gates, { ...statement, options: { simple: false } });
      return guarded<readonly Record<string, unknown>[]>(query, gates.limit);
    },
  };
}

interface Sending extends Statement {
  readonly options?: { readonly simple: boolean };
}

function sent(client: Client, { known }: Gates, { text, values, options }: Sending): Sent {
  return client.unsafe(text, [...values], { prepare: known?.isPrepared(text) ?? false, ...options });
}

type Sent = postgres.PendingQuery<Record<string, unknown>[]>;

async function guarded<T>(query: PromiseLike<T> & Waiter, limit: WaitLimit): Promise<T> {
  const done = limit.watch(query);
  try {
    return await query;
  } catch (error) {
    throw postgresFailure(error);
  } finally {
    done();
  }
}

function transaction<T>(
  client: postgres.Sql,
  gates: Gates,
  work: (reader: Reader) => Promise<T>,
): Promise<T> {
  return gates.limit.begin(async (started) => {
    const outcome: { result?: { readonly value: T }; thrown?: { readonly error: unknown } } = {};
    try {
      await client.begin(async (connection) => {
        // Nobody waits for the result any more, so nothing may be done.
        if (!started()) throw new TypeError("the transaction started too late");
        try {
          outcome.result = { value: await work(reader(connection, gates)) };
        } catch (error) {
          outcome.thrown = { error };
          throw error;
        }
      });
    } catch (error) {
      // What `work` threw is its own; anything else is BEGIN or COMMIT failing.
      throw outcome.thrown === undefined ? postgresFailure(error) : outcome.thrown.error;
    }
    if (outcome.result === undefined) throw new TypeError("a transaction ended without a result");
    return outcome.result.value;
  });
}

async function session<T>(url: string, work: (runner: Runner) => Promise<T>): Promise<T> {
  const client = postgres(url, {
    max: 1,
    prepare: false,
    max_lifetime: null,
    connect_timeout: connectTimeoutSeconds,
    onnotice: () => undefined,
    connection: { application_name: "lucent", TimeZone: "UTC", DateStyle: "ISO" },
  });
  try {
    return await work(reader(client, { known: undefined, limit: unlimited }));
  } finally {
    await client.end({ timeout: closeTimeoutSeconds });
  }
}
