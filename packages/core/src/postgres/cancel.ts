/** A query of the driver that can be waited for. */
export interface Query<T = unknown> extends PromiseLike<T> {
  /** What the driver sets while the server works on the query. */
  readonly active?: unknown;
}

/** The requests to cancel statements of one connection. */
export interface CancelRequests {
  /** Asks the server to cancel a query, if it works on it. */
  readonly send: (query: Query) => void;
  /** Resolves when no request is under way: until then one could still hit the next statement. */
  readonly quiet: () => Promise<unknown> | undefined;
}

/** Keeps the cancel requests of one connection. */
export function cancelRequests(): CancelRequests {
  let underWay: Promise<unknown> | undefined;
  return {
    send(query) {
      // The driver mixes up the answers of the queries behind one that is cancelled before its turn.
      if (query.active === true) underWay = Promise.all([underWay, cancelled(query)]);
    },
    quiet() {
      const current = underWay;
      underWay = undefined;
      return current;
    },
  };
}

/**
 * Resolves when the request has been dealt with. The driver's own `cancel` drops the promise of the request, so that one
 * which can't be delivered would end the process, and nobody could wait for it.
 */
async function cancelled(query: Query): Promise<void> {
  const canceller: unknown = Reflect.get(query, "canceller");
  if (typeof canceller !== "function") return;
  Reflect.set(query, "canceller", null);
  try {
    await Reflect.apply(canceller, undefined, [query]);
  } catch {
    // The statement then ends by its timeout.
  }
}
