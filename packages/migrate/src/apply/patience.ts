import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

/** How long a run may still wait for others. Only waiting counts, not the work in between. */
export interface Patience {
  /** Milliseconds that are left; none at 0. */
  readonly left: () => number;
  /** Takes off time that was spent waiting, in milliseconds. */
  readonly spend: (milliseconds: number) => void;
}

/** A budget for waiting. */
export function patience(waitMs: number): Patience {
  let left = waitMs;
  return {
    left: () => Math.max(0, left),
    spend(milliseconds) {
      left -= milliseconds;
    },
  };
}

/** How long to pause between tries: the first time, and at most. */
export interface Pauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Between two looks at the lock of all migrations. */
export const lockPauses: Pauses = { firstMs: 50, longestMs: 1_000 };

/** Between two tries at a table in use. */
export const groupPauses: Pauses = { firstMs: 250, longestMs: 10_000 };

/** Pauses that double, each shortened at random by up to a half, so that those who wait don't all come back at once. */
export function backoff({ firstMs, longestMs }: Pauses): () => number {
  let next = firstMs;
  return () => {
    const pause = next;
    next = Math.min(next * 2, longestMs);
    return pause - randomInt(Math.floor(pause / 2) + 1);
  };
}

/**
 * Pauses within what is left, and takes it off.
 * @throws the signal's reason when it aborts.
 */
export async function rest(pause: number, budget: Patience, signal: AbortSignal): Promise<void> {
  const milliseconds = Math.min(pause, budget.left());
  signal.throwIfAborted();
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  budget.spend(milliseconds);
}
