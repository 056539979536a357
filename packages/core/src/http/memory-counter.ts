import type { Counter } from "../contract/counter.ts";
import { fits, occupiedAt, paceOf, takenOf } from "./gcra.ts";

/** How a counter measures and how much it keeps. */
export interface MemoryCounterOptions {
  /** Microseconds that only go forwards. Default: the process's own monotonic clock. */
  readonly now?: () => number;
  /** Keys that are kept at most. Default 100,000. */
  readonly capacity?: number;
}

const defaultCapacity = 100_000;
// Looked at whenever a key is added: more than are added, so that spent keys go faster than new ones come.
const swept = 2;
// Looked at for one to forget.
const considered = 16;

const monotonic = (): number => Math.floor(performance.now() * 1_000);

/**
 * Counts within this process. Memory is bounded: where more keys are in use than fit, one whose allowance is soonest
 * whole again is forgotten, so that a flood of new keys pushes out itself rather than a key that is blocked.
 */
export function memoryCounter({
  now = monotonic,
  capacity = defaultCapacity,
}: MemoryCounterOptions = {}): Counter {
  // When nothing of a key is occupied any more.
  const until = new Map<string, number>();
  // Goes round and round: an iterator from the start would step over what was deleted there each time.
  let round = until.entries();

  function next(): readonly [string, number] | undefined {
    const found = round.next();
    if (found.done !== true) return found.value;
    round = until.entries();
    return round.next().value;
  }

  function sweep(time: number): void {
    for (let at = 0; at < swept; at += 1) {
      const [key, end] = next() ?? [];
      if (key !== undefined && end !== undefined && end <= time) until.delete(key);
    }
  }

  function makeRoom(): void {
    let least: readonly [string, number] | undefined;
    for (let at = 0; at < considered; at += 1) {
      const entry = next();
      if (entry !== undefined && (least === undefined || entry[1] < least[1])) least = entry;
    }
    if (least !== undefined) until.delete(least[0]);
  }

  return {
    async take(key, limit, cost = 1) {
      const pace = paceOf(limit, cost);
      const time = now();
      const known = until.get(key);
      const occupied = occupiedAt(time, known, pace);
      if (fits(occupied, cost, pace)) {
        if (known === undefined) {
          sweep(time);
          if (until.size >= capacity) makeRoom();
        }
        until.set(key, time + occupied + cost * pace.interval);
      }
      return takenOf(occupied, cost, pace);
    },
    async clear(key) {
      until.delete(key);
    },
  };
}
