import { randomInt } from "node:crypto";

import type { Connection } from "./connection.ts";

/** The open connections of a pool, and which of them are free. */
export interface Stock {
  readonly add: (connection: Connection) => void;
  /** `false` where it was not there. */
  readonly remove: (connection: Connection) => boolean;
  /** The free connection that was used last; those that are of no use any more go to `discard`. */
  readonly take: (discard: (connection: Connection) => void) => Connection | undefined;
  readonly putBack: (connection: Connection) => void;
  readonly isUsable: (connection: Connection) => boolean;
  readonly size: () => number;
  readonly idle: () => readonly Connection[];
  readonly all: () => readonly Connection[];
}

// A connection is replaced now and then, so that a moved database or a grown backend does not stay for ever.
const minLifetime = 30 * 60 * 1_000;
const maxLifetime = 60 * 60 * 1_000;

/** Makes an empty stock. */
export function stock(): Stock {
  const expiry = new Map<Connection, number>();
  const idle: Connection[] = [];
  const isUsable = (connection: Connection): boolean =>
    !connection.isBroken() && performance.now() < (expiry.get(connection) ?? 0);
  return {
    add(connection) {
      expiry.set(connection, performance.now() + randomInt(minLifetime, maxLifetime));
    },
    remove(connection) {
      const at = idle.indexOf(connection);
      if (at !== -1) idle.splice(at, 1);
      return expiry.delete(connection);
    },
    take(discard) {
      for (let next = idle.pop(); next !== undefined; next = idle.pop()) {
        if (isUsable(next)) return next;
        discard(next);
      }
      return undefined;
    },
    putBack(connection) {
      idle.push(connection);
    },
    isUsable,
    size: () => expiry.size,
    idle: () => [...idle],
    all: () => [...expiry.keys()],
  };
}
