import type { RateLimit, Taken } from "../contract/counter.ts";

// The generic cell rate algorithm (ITU-T I.371) in whole microseconds, so that nothing is lost to rounding: each unit
// occupies its key for one interval, and as many intervals as `max` may be waiting. What is kept of a key is one number,
// the time at which nothing is waiting any more.

const microseconds = 1_000_000;
const highestMax = 1_000_000;
const longestWindow = 2_592_000;

/** A limit as the algorithm uses it, in microseconds. */
export interface Pace {
  /** What one unit occupies. */
  readonly interval: number;
  /** What may be occupied at most. */
  readonly burst: number;
}

/** Why a limit can't be counted, or `undefined`. */
export function limitProblem({ max, window }: RateLimit): string | undefined {
  if (!isWithin(max, highestMax)) return `max is a whole number from 1 to ${highestMax}`;
  if (!isWithin(window, longestWindow))
    return `window is a whole number of seconds from 1 to ${longestWindow}`;
  return undefined;
}

function isWithin(value: unknown, highest: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= highest;
}

/** The pace of a limit, for a cost that can be counted. @throws TypeError for values that are out of range. */
export function paceOf(limit: RateLimit, cost: number): Pace {
  const problem = limitProblem(limit);
  if (problem !== undefined) throw new TypeError(problem);
  if (!isWithin(cost, Number.MAX_SAFE_INTEGER)) throw new TypeError("cost is a whole number from 1");
  // At most a millionth of a second short for each unit; rounding up would make the allowance last beyond its window.
  const interval = Math.floor((limit.window * microseconds) / limit.max);
  return { interval, burst: interval * limit.max };
}

/** What is occupied now. A clock that was set back must not lock anyone out for longer than the window. */
export function occupiedAt(now: number, until: number | undefined, { burst }: Pace): number {
  return until === undefined ? 0 : Math.min(Math.max(until - now, 0), burst);
}

/** Whether a cost finds room. */
export function fits(occupied: number, cost: number, { interval, burst }: Pace): boolean {
  return occupied + cost * interval <= burst;
}

/** What the taker is told. `occupied` is what was occupied before. */
export function takenOf(occupied: number, cost: number, pace: Pace): Taken {
  const { interval, burst } = pace;
  const allowed = fits(occupied, cost, pace);
  const after = allowed ? occupied + cost * interval : occupied;
  // A cost that never fits is not helped by waiting; a window is as good an answer as any.
  const missing = Math.min(occupied + cost * interval - burst, burst);
  return {
    allowed,
    remaining: Math.floor((burst - after) / interval),
    resetAfter: after / microseconds,
    retryAfter: allowed ? 0 : missing / microseconds,
  };
}
