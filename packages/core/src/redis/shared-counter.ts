import type { Counter } from "../contract/counter.ts";
import type { Logger } from "../contract/logger.ts";
import { type Pace, paceOf, takenOf } from "../http/gcra.ts";

/** What Redis counts. Both reject while it can't be asked. */
export interface Counts {
  /** Takes from an allowance; answers what was occupied before, in microseconds. */
  readonly take: (key: string, pace: Pace, cost: number) => Promise<unknown>;
  /** Forgets a key. */
  readonly clear: (key: string) => Promise<unknown>;
}

/** What a shared counter works with. */
export interface SharedCounterParts {
  readonly counts: Counts;
  /** Counts while Redis does not answer. */
  readonly fallback: Counter;
  readonly logger: Logger;
  /** Milliseconds that only go forwards. Default: the process's own monotonic clock. */
  readonly now?: () => number;
}

// After a failure Redis is left alone for this long: one request finds out whether it is back, the others don't wait.
const pauseMilliseconds = 1_000;

/** Counts on Redis, and in this process while Redis fails: a limit never falls away. An outage is logged once. */
export function sharedCounter({
  counts,
  fallback,
  logger,
  now = () => performance.now(),
}: SharedCounterParts): Counter {
  let isOut = false;
  let nextTry = 0;

  function failed(error: unknown): void {
    nextTry = now() + pauseMilliseconds;
    if (isOut) return;
    isOut = true;
    const reason = error instanceof Error ? error.message : String(error);
    logger.warn("redis does not count; limits are counted in this process", { error: reason });
  }

  function succeeded(): void {
    if (!isOut) return;
    isOut = false;
    logger.info("redis counts again");
  }

  /** What Redis answers, or `undefined` where it does not. */
  async function asked<T>(ask: () => Promise<T>): Promise<T | undefined> {
    if (isOut) {
      if (now() < nextTry) return undefined;
      nextTry = now() + pauseMilliseconds;
    }
    try {
      const answer = await ask();
      succeeded();
      return answer;
    } catch (error) {
      failed(error);
      return undefined;
    }
  }

  return {
    async take(key, limit, cost = 1) {
      const pace = paceOf(limit, cost);
      const occupied = await asked(async () => checked(await counts.take(key, pace, cost), pace));
      return occupied === undefined ? fallback.take(key, limit, cost) : takenOf(occupied, cost, pace);
    },
    async clear(key) {
      // The process may have counted it during an outage, and would go on from there in the next one.
      await fallback.clear(key);
      await asked(() => counts.clear(key));
    },
  };
}

function checked(occupied: unknown, { burst }: Pace): number {
  if (typeof occupied === "number" && occupied >= 0 && occupied <= burst) return occupied;
  throw new TypeError("the answer is no number of microseconds");
}
