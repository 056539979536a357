import type { DatabaseOptions } from "../contract/config.ts";
import type { Database, Runner, Transaction, Watch } from "../contract/database.ts";
import { type Channel, channelParts, type ChannelParts, poolChannel } from "./channel.ts";
import { type Connection, type ConnectionOptions, openConnection } from "./connection.ts";
import { connections } from "./connections.ts";
import { postgresFailure, unavailable } from "./failure.ts";
import { orm } from "./orm.ts";
import { inOrder, reader } from "./reader.ts";
import { type Shapes, shapes } from "./shapes.ts";

/** An open pool and how to close it. */
export interface Pool {
  readonly database: Database;
  /** Waits up to five seconds for running statements, then closes the connections. */
  readonly close: () => Promise<void>;
}

const defaultMax = 10;
const defaultStatementTimeout = 5_000;
const idleInTransactionTimeout = 10_000;
const sessionCloseSeconds = 5;
const settings = { application_name: "lucent", TimeZone: "UTC", DateStyle: "ISO" };

/** Opens the one client of an application. Nothing connects before the first statement. */
export function openPool(url: string, options: DatabaseOptions): Pool {
  const prepare = options.prepare ?? true;
  const connection: ConnectionOptions = {
    prepare,
    connection: {
      ...settings,
      statement_timeout: options.statementTimeout ?? defaultStatementTimeout,
      idle_in_transaction_session_timeout: idleInTransactionTimeout,
    },
  };
  const lent = connections((lost) => openConnection(url, connection, lost), options.max ?? defaultMax);
  const parts: Parts = { ...channelParts(lent), url, known: prepare ? shapes() : undefined };
  return { database: databaseOf(parts, {}), close: lent.close };
}

interface Parts extends ChannelParts {
  readonly url: string;
  /** Absent where statements must not be prepared. */
  readonly known: Shapes | undefined;
}

function databaseOf(parts: Parts, watch: Watch): Database {
  const channel = poolChannel(parts, watch);
  let drizzle: Database["drizzle"] | undefined;
  return {
    ...reader(channel, parts.known),
    get drizzle() {
      return (drizzle ??= orm(channel));
    },
    inOrder: (statements) => inOrder(channel, parts.known, statements),
    transaction: (work) => transactional(channel, parts.known, work),
    session: (work) => session(parts.url, work),
    tracked: (next) => databaseOf(parts, next),
  };
}

function transactionOf(channel: Channel, known: Shapes | undefined): Transaction {
  let drizzle: Database["drizzle"] | undefined;
  return {
    ...reader(channel, known),
    get drizzle() {
      return (drizzle ??= orm(channel));
    },
    savepoint: (work) => transactional(channel, known, work),
  };
}

async function transactional<T>(
  channel: Channel,
  known: Shapes | undefined,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  let thrown: { readonly error: unknown } | undefined;
  try {
    return await channel.nest(async (inner) => {
      try {
        return await work(transactionOf(inner, known));
      } catch (error) {
        thrown = { error };
        throw error;
      }
    });
  } catch (error) {
    // What `work` threw is its own; anything else is a statement that it did not wait for, BEGIN or COMMIT failing.
    throw thrown === undefined ? postgresFailure(error) : thrown.error;
  }
}

async function session<T>(url: string, work: (runner: Runner) => Promise<T>): Promise<T> {
  const connection = await openSession(url);
  const send: Channel["send"] = (make) => {
    // The driver would connect again, to a session that knows nothing of this one's locks and transaction.
    if (connection.isBroken()) return Promise.reject(unavailable("the connection was lost"));
    return connection.settle(make(connection.client), undefined);
  };
  const channel: Channel = {
    send,
    sendBrief: send,
    nest: () => Promise.reject(new TypeError("a session has no transactions of its own")),
  };
  try {
    return await work(reader(channel, undefined));
  } finally {
    await connection.end(connection.isBroken() ? 0 : sessionCloseSeconds);
  }
}

async function openSession(url: string): Promise<Connection> {
  try {
    return await openConnection(url, { prepare: false, connection: settings });
  } catch (error) {
    throw postgresFailure(error);
  }
}
