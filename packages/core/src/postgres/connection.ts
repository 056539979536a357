import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";

import { arrayTypes } from "./arrays.ts";
import { cancelRequests, type Query } from "./cancel.ts";
import { breaksConnection, unavailable } from "./failure.ts";
import { sockets } from "./socket.ts";

/** What the driver is told for each connection. */
export type ConnectionOptions = Pick<postgres.Options<Record<string, never>>, "prepare" | "connection">;

/** One connection to Postgres. Whoever holds it is its only user. */
export interface Connection {
  readonly client: postgres.Sql;
  /** Whether it must not be used again: its socket is gone, or its state is not known. */
  readonly isBroken: () => boolean;
  /** Marks it as not to be used again. */
  readonly spoil: () => void;
  /** Waits for a query of its own; an abort cancels it on the server, unless `mayCancel` says no. */
  readonly settle: <T>(
    query: Query<T>,
    signal: AbortSignal | undefined,
    mayCancel?: () => boolean,
  ) => Promise<T>;
  /** Resolves when no cancel request is under way: until then one could still hit the next statement. */
  readonly quiet: () => Promise<unknown> | undefined;
  /** Closes it, after a running statement or after some seconds. */
  readonly end: (seconds: number) => Promise<void>;
}

const connectTimeoutSeconds = 5;

/**
 * Opens one connection. The driver's own pool is not used, because it can't be cancelled safely: a query cancelled while
 * it connects loses the connection for good, one cancelled while it is pipelined shifts the rows of the queries behind it
 * to the wrong callers, and a connection that closes with an unsent message hangs when it is opened again.
 * @param lost Called when the socket has closed.
 */
export async function openConnection(
  url: string,
  options: ConnectionOptions,
  lost: (connection: Connection) => void = () => undefined,
): Promise<Connection> {
  let isBroken = false;
  let isOpen = false;
  const cancels = cancelRequests();
  const own = sockets(() => isOpen && !isBroken);
  // `socket` is missing in the driver's types.
  const settings = {
    ...options,
    socket: own.open,
    max: 1,
    fetch_types: false,
    types: arrayTypes,
    // Ours ends connections between statements; the driver's could end one that has just been handed out.
    max_lifetime: null,
    connect_timeout: connectTimeoutSeconds,
    onnotice: () => undefined,
    onclose() {
      isBroken = true;
      lost(connection);
    },
  };
  const client = postgres(url, settings);
  // drizzle switches the date parsers of the client it is given to plain text, which is the form that we read too.
  drizzle(client);
  const connection: Connection = {
    client,
    isBroken: () => isBroken,
    spoil() {
      isBroken = true;
    },
    async settle(query, signal, mayCancel = () => true) {
      const settled = signal === undefined ? undefined : Promise.withResolvers<void>();
      const cancel =
        settled === undefined ? undefined : () => mayCancel() && cancels.send(query, settled.promise);
      if (cancel !== undefined) signal?.addEventListener("abort", cancel);
      try {
        return await query;
      } catch (error) {
        if (breaksConnection(error)) isBroken = true;
        throw error;
      } finally {
        settled?.resolve();
        if (cancel !== undefined) signal?.removeEventListener("abort", cancel);
      }
    },
    quiet: cancels.quiet,
    end: (seconds) => client.end({ timeout: seconds }),
  };
  try {
    await inTime([client.unsafe(""), own.failed]);
  } catch (error) {
    own.abandon();
    await connection.end(0);
    throw error;
  }
  isOpen = true;
  return connection;
}

/** The driver's own limit begins when the socket is open. */
async function inTime(outcomes: readonly PromiseLike<unknown>[]): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = setTimeout(reject, connectTimeoutSeconds * 1_000, unavailable("no connection in time"));
  try {
    await Promise.race([...outcomes, promise]);
  } finally {
    clearTimeout(late);
  }
}
