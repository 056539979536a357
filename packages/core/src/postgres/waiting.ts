import type { LucentError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { unavailable } from "./failure.ts";

/** Those who wait for a connection, first come first served. */
export interface Waiting {
  readonly size: () => number;
  /**
   * Waits for a connection.
   * @throws LucentError `UNAVAILABLE` after two seconds and when the signal aborts.
   */
  readonly join: (signal: AbortSignal | undefined) => Promise<Connection>;
  /** Hands a connection to who waits longest; `false` where nobody waits. */
  readonly serve: (connection: Connection) => boolean;
  readonly rejectAll: (error: LucentError) => void;
}

interface Waiter {
  readonly since: number;
  readonly resolve: (connection: Connection) => void;
  readonly reject: (error: LucentError) => void;
}

/** Longest wait for a connection, in milliseconds. */
const maxWait = 2_000;

/** Makes an empty queue. */
export function waiting(): Waiting {
  const waiters = new Set<Waiter>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** One timer serves all: the first waiter is the oldest. */
  function arm(): void {
    const [first] = waiters;
    if (first === undefined || timer !== undefined) return;
    timer = setTimeout(expire, Math.max(1, first.since + maxWait - performance.now()));
  }

  function expire(): void {
    timer = undefined;
    const now = performance.now();
    for (const waiter of waiters) {
      if (waiter.since + maxWait > now) break;
      waiters.delete(waiter);
      waiter.reject(unavailable("no free connection"));
    }
    arm();
  }

  return {
    size: () => waiters.size,
    async join(signal) {
      const { promise, resolve, reject } = Promise.withResolvers<Connection>();
      const waiter: Waiter = { since: performance.now(), resolve, reject };
      const abort = (): void => {
        if (waiters.delete(waiter)) reject(unavailable("the request was cancelled"));
      };
      signal?.addEventListener("abort", abort);
      waiters.add(waiter);
      arm();
      try {
        return await promise;
      } finally {
        signal?.removeEventListener("abort", abort);
      }
    },
    serve(connection) {
      const [waiter] = waiters;
      if (waiter === undefined) return false;
      waiters.delete(waiter);
      waiter.resolve(connection);
      return true;
    },
    rejectAll(error) {
      for (const waiter of waiters) waiter.reject(error);
      waiters.clear();
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
