import { setTimeout as delay } from "node:timers/promises";

/** A query of the driver that can be waited for. */
export interface Query<T = unknown> extends PromiseLike<T> {
  /** What the driver sets while the server works on the query. */
  readonly active?: unknown;
}

/** The requests to cancel statements of one connection. */
export interface CancelRequests {
  /** Asks the server to cancel a query, if it works on it, until `settled`. */
  readonly send: (query: Query, settled: Promise<unknown>) => void;
  /** Resolves when no request is under way: until then one could still hit the next statement. */
  readonly quiet: () => Promise<unknown> | undefined;
}

/** Keeps the cancel requests of one connection. */
export function cancelRequests(): CancelRequests {
  let underWay: Promise<unknown> | undefined;
  return {
    send(query, settled) {
      // The driver mixes up the answers of the queries behind one that is cancelled before its turn.
      if (query.active === true) underWay = Promise.all([underWay, cancelled(query, settled)]);
    },
    quiet() {
      const current = underWay;
      underWay = undefined;
      return current;
    },
  };
}

// Several round trips: a request that comes between two messages of one statement is lost, and has to come again.
const againMilliseconds = 200;

/**
 * Resolves when the query is settled and no request is under way. The driver's own `cancel` drops the promise of the
 * request, so that one which can't be delivered would end the process, and nobody could wait for it.
 */
async function cancelled(query: Query, settled: Promise<unknown>): Promise<void> {
  const canceller: unknown = Reflect.get(query, "canceller");
  if (typeof canceller !== "function") return;
  Reflect.set(query, "canceller", null);
  let isSettled = false;
  const end = settled.then(() => {
    isSettled = true;
  });
  while (!isSettled) {
    try {
      await Reflect.apply(canceller, undefined, [query]);
    } catch {
      // Where the server can't be reached the statement ends by its timeout, or with the connection.
    }
    await Promise.race([end, delay(againMilliseconds, undefined, { ref: false })]);
  }
}
