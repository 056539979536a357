import type { Connection } from "./connection.ts";
import type { Connections } from "./connections.ts";

/** Sends brief statements, several over one connection. */
export interface Lanes {
  /**
   * Runs `work`, which sends one statement, on a connection where others may be under way. Nobody else sends anything
   * there but brief statements. Rejects as `work` does, and as the pool where no connection becomes free.
   * @param work Gets what it has to ask before it cancels its statement: where others are under way on the connection, it
   *   may not, since the request could hit theirs. After it nobody joins.
   */
  readonly share: <T>(work: (connection: Connection, mayCancel: () => boolean) => Promise<T>) => Promise<T>;
}

/**
 * A message to Postgres costs this process as much as the rest of a small read, and so does the answer, so that it pays
 * to send what comes at the same time together. Twenty reads by id at once cost it 57 µs of CPU time each on Bun 1.4 and
 * 82 on Node 24 where every one has a connection of its own; 42 and 64 by twos, 35 and 58 by fours, 34 and 55 by eights.
 */
const maxSize = 8;

/**
 * Nobody joins a connection that has not answered for so many milliseconds: a statement that is brief can still have to
 * wait, where a migration holds its table, and then only those that came with it wait along.
 */
const patience = 5;

/** A connection that is lent to several statements. */
interface Lane {
  /** A promise until the pool has one free. */
  connection: Connection | Promise<Connection>;
  size: number;
  /** When it was heard of last. */
  since: number;
}

/** Makes the lanes of a pool. They hold a connection only as long as somebody is on it. */
export function lanes({ take, wait, release }: Connections): Lanes {
  const open = new Set<Lane>();

  function joinable(): Lane | undefined {
    const now = performance.now();
    for (const lane of open) {
      if (lane.size < maxSize && now - lane.since < patience && !isBroken(lane)) return lane;
    }
    return undefined;
  }

  function opened(): Lane {
    const connection = take() ?? wait(undefined);
    const since = connection instanceof Promise ? Infinity : performance.now();
    const lane: Lane = { connection, size: 0, since };
    open.add(lane);
    return lane;
  }

  async function connectionOf(lane: Lane): Promise<Connection> {
    const connection = await lane.connection;
    if (lane.connection !== connection) {
      lane.connection = connection;
      lane.since = performance.now();
    }
    return connection;
  }

  function isAlone(lane: Lane): boolean {
    if (lane.size > 1) return false;
    open.delete(lane);
    return true;
  }

  function leave(lane: Lane): void {
    lane.size -= 1;
    lane.since = performance.now();
    if (lane.size > 0) return;
    open.delete(lane);
    if (!(lane.connection instanceof Promise)) release(lane.connection);
  }

  return {
    async share(work) {
      const lane = joinable() ?? opened();
      lane.size += 1;
      try {
        const { connection } = lane;
        const lent = connection instanceof Promise ? await connectionOf(lane) : connection;
        return await work(lent, () => isAlone(lane));
      } finally {
        leave(lane);
      }
    },
  };
}

function isBroken({ connection }: Lane): boolean {
  return !(connection instanceof Promise) && connection.isBroken();
}
