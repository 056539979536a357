import { setTimeout as delay } from "node:timers/promises";

import type { Connection } from "./connection.ts";
import { postgresFailure, unavailable } from "./failure.ts";
import { stock } from "./stock.ts";
import { waiting } from "./waiting.ts";

/** The connections of a pool, each lent to one user at a time. */
export interface Connections {
  /** A free connection, if there is one. */
  readonly take: () => Connection | undefined;
  /**
   * Waits for a connection to become free, and opens one where there may be more.
   * @throws LucentError `UNAVAILABLE` after two seconds, when the signal aborts, and when none can be opened.
   */
  readonly wait: (signal: AbortSignal | undefined) => Promise<Connection>;
  /** Gives a connection back. */
  readonly release: (connection: Connection) => void;
  /** Waits up to five seconds for the connections that are lent, then closes all. */
  readonly close: () => Promise<void>;
}

/** Opens a connection and calls `lost` when its socket has closed. */
export type Open = (lost: (connection: Connection) => void) => Promise<Connection>;

/** Pause after a connection could not be opened, in milliseconds: not to knock all the time, and too short to be felt. */
const reopenPause = 100;
const closeTimeout = 5_000;

/** Makes a pool of at most `max` connections, opened when they are needed. */
export function connections(open: Open, max: number): Connections {
  const owned = stock();
  const queue = waiting();
  const closed = Promise.withResolvers<void>();
  const state = { opening: 0, failedAt: -Infinity, isClosing: false };

  function offer(connection: Connection): void {
    if (state.isClosing || !owned.isUsable(connection)) discard(connection);
    else if (!queue.serve(connection)) owned.putBack(connection);
  }

  function discard(connection: Connection): void {
    if (!owned.remove(connection)) return;
    void connection.end(0);
    grow();
  }

  /** Opens as many connections as are waited for. */
  function grow(): void {
    while (!state.isClosing && state.opening < queue.size() && owned.size() + state.opening < max) {
      state.opening += 1;
      void openOne();
    }
    if (state.isClosing && owned.size() + state.opening === 0) closed.resolve();
  }

  async function openOne(): Promise<void> {
    const pause = state.failedAt + reopenPause - performance.now();
    if (pause > 0) await delay(pause);
    try {
      const connection = await open(discard);
      state.opening -= 1;
      owned.add(connection);
      offer(connection);
    } catch (error) {
      state.opening -= 1;
      state.failedAt = performance.now();
      // Where a connection is in use, that one can be waited for.
      if (owned.size() === 0) queue.rejectAll(postgresFailure(error));
    }
    grow();
  }

  return {
    take: () => owned.take(discard),
    async wait(signal) {
      if (state.isClosing) throw unavailable("the pool is closed");
      const free = queue.join(signal);
      grow();
      return free;
    },
    release(connection) {
      const quiet = connection.quiet();
      if (quiet === undefined) offer(connection);
      else void quiet.then(() => offer(connection));
    },
    async close() {
      state.isClosing = true;
      queue.rejectAll(unavailable("the pool is closed"));
      for (const connection of owned.idle()) discard(connection);
      grow();
      await Promise.race([closed.promise, delay(closeTimeout, undefined, { ref: false })]);
      await Promise.all(owned.all().map((connection) => connection.end(0)));
    },
  };
}
