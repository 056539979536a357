import { availableParallelism } from "node:os";

import { LucentError } from "@lucent/core";

/** How much is computed at once, and how much may wait for it. */
export interface HashQueueOptions {
  /** Hashes that are computed at the same time. Default: one for each core; two on one core took a sixth longer. */
  readonly parallel?: number;
  /** Who may wait for one of them. Default 64. */
  readonly waiting?: number;
}

/**
 * Runs work when its turn comes, first come first served.
 * @throws LucentError `UNAVAILABLE` with `Retry-After` at once, where too many wait already.
 */
export type HashQueue = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Makes a queue for work that is dear in time and memory, so that a flood of sign-ins costs what the machine has and not
 * more: whoever finds it full is told so instead of waiting longer than a client does.
 */
export function hashQueue({
  parallel = availableParallelism(),
  waiting = 64,
}: HashQueueOptions = {}): HashQueue {
  const turns: (() => void)[] = [];
  let running = 0;

  async function turn(): Promise<void> {
    if (turns.length >= waiting) throw new LucentError("UNAVAILABLE", { headers: { "retry-after": "1" } });
    const { promise, resolve } = Promise.withResolvers<void>();
    turns.push(resolve);
    await promise;
  }

  /** A place goes straight to who waits longest: nobody who comes just now gets ahead. */
  function done(): void {
    const next = turns.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return async (work) => {
    if (running < parallel) running += 1;
    else await turn();
    try {
      return await work();
    } finally {
      done();
    }
  };
}
