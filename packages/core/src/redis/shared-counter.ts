import type { Counter } from "../contract/counter.ts";
import type { Logger } from "../contract/logger.ts";
import { type Pace, paceOf, takenOf } from "../http/gcra.ts";

/** Asks Redis to take from an allowance; answers what was occupied before, in microseconds. */
export type Ask = (key: string, pace: Pace, cost: number) => Promise<unknown>;

/** What a shared counter works with. */
export interface SharedCounterParts {
  readonly ask: Ask;
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
  ask,
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

  return {
    async take(key, limit, cost = 1) {
      const pace = paceOf(limit, cost);
      if (isOut) {
        if (now() < nextTry) return fallback.take(key, limit, cost);
        nextTry = now() + pauseMilliseconds;
      }
      try {
        const occupied = checked(await ask(key, pace, cost), pace);
        succeeded();
        return takenOf(occupied, cost, pace);
      } catch (error) {
        failed(error);
        return fallback.take(key, limit, cost);
      }
    },
  };
}

function checked(occupied: unknown, { burst }: Pace): number {
  if (typeof occupied === "number" && occupied >= 0 && occupied <= burst) return occupied;
  throw new TypeError("the answer is no number of microseconds");
}
