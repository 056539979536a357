import { LucentError } from "../errors.ts";

/** A query of the driver, as far as waiting is concerned. */
export interface Waiter {
  /** What the driver sets when the query has been handed to a connection. */
  readonly state?: unknown;
  /** Takes a query that still waits out of the queue and rejects it. */
  cancel(): void;
}

/** Bounds how long work waits for a connection: the driver itself waits for ever. */
export interface WaitLimit {
  /** Watches a query until the returned function is called. */
  watch(query: Waiter): () => void;
  /** Fails where `begin` has not called its `started` in time; what starts later is told so by an answer of `false`. */
  begin<T>(start: (started: () => boolean) => Promise<T>): Promise<T>;
}

/** Longest wait for a connection, in milliseconds. */
const maxWait = 2_000;
const sweepEvery = 250;

/** The answer to a caller who waited too long. */
function tooBusy(): LucentError {
  return new LucentError("UNAVAILABLE", { headers: { "retry-after": "2" }, cause: "no free connection" });
}

/** Makes the limit of one pool. One timer serves all queries, and runs only while some are under way. */
export function waitLimit(): WaitLimit {
  const waiting = new Map<Waiter, number>();
  let timer: ReturnType<typeof setInterval> | undefined;
  function sweep(): void {
    const oldest = performance.now() - maxWait;
    for (const [query, since] of waiting) {
      if (query.state !== null) waiting.delete(query);
      else if (since <= oldest) query.cancel();
    }
    if (waiting.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }
  return {
    watch(query) {
      waiting.set(query, performance.now());
      timer ??= setInterval(sweep, sweepEvery);
      return () => void waiting.delete(query);
    },
    async begin(start) {
      const { promise, reject } = Promise.withResolvers<never>();
      let isLate = false;
      const deadline = setTimeout(() => {
        isLate = true;
        reject(tooBusy());
      }, maxWait);
      const started = (): boolean => {
        clearTimeout(deadline);
        return !isLate;
      };
      try {
        return await Promise.race([promise, start(started)]);
      } finally {
        clearTimeout(deadline);
      }
    },
  };
}

/** For a connection of its own, whose statements may take as long as they need. */
export const unlimited: WaitLimit = {
  watch: () => () => undefined,
  begin: (start) => start(() => true),
};
