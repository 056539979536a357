import { AsyncLocalStorage } from "node:async_hooks";

import type { Watch } from "../contract/database.ts";
import { LucentError } from "../errors.ts";
import type { Query } from "./cancel.ts";
import type { Connection } from "./connection.ts";
import type { Connections } from "./connections.ts";
import { unavailable } from "./failure.ts";
import { type Frame, runFrame, transactionFrame } from "./frame.ts";
import { type Lanes, lanes } from "./lanes.ts";

/** Makes a query on the client of one connection; it is sent when it is waited for. */
export type Make<T> = (client: Connection["client"]) => Query<T>;

/** How a brief statement is sent. */
export interface BriefOptions {
  /** Whether it is cancelled where it has its connection for itself. To listen for that costs some. Default false. */
  readonly isCancelled?: boolean;
}

/** Where statements go: the pool, or one transaction. */
export interface Channel {
  /** Sends one statement. Rejects with the driver's own error, or with a LucentError where it was not sent. */
  readonly send: <T>(make: Make<T>) => Promise<T>;
  /** The same for a brief statement, which may share its connection with others, and then is not cancelled. */
  readonly sendBrief: <T>(make: Make<T>, options?: BriefOptions) => Promise<T>;
  /** Runs `work` in a transaction; within one, under a savepoint. Failures of BEGIN and COMMIT are the driver's own. */
  readonly nest: <T>(work: (inner: Channel) => Promise<T>) => Promise<T>;
}

/** A channel to the pool. */
export interface PoolChannel extends Channel {
  /** Sends brief statements in one go, one behind the other over one connection. */
  readonly sendInOrder: <T>(makes: readonly Make<T>[]) => Promise<readonly T[]>;
}

/** What the channels of one pool have in common. */
export interface ChannelParts {
  readonly connections: Connections;
  readonly lanes: Lanes;
  /** The transaction, if any, that the running code is part of. */
  readonly inside: AsyncLocalStorage<Frame>;
}

/** Makes the parts of a pool's channels. */
export function channelParts(connections: Connections): ChannelParts {
  return { connections, lanes: lanes(connections), inside: new AsyncLocalStorage() };
}

/** A channel to the pool. Code inside a transaction of the same pool can't use it. */
export function poolChannel(parts: ChannelParts, watch: Watch): PoolChannel {
  const { connections, inside } = parts;

  // A second connection for one transaction ends in a pool in which all transactions wait for a second one.
  const refuseInside = (): void => {
    if (inside.getStore()?.isOpen() === true) {
      throw misused("a hook used the pool inside a transaction; use ctx.tx");
    }
  };

  const lend = (): Connection | Promise<Connection> => {
    refuseInside();
    if (watch.signal?.aborted === true) throw unavailable("the request was cancelled");
    return connections.take() ?? connections.wait(watch.signal);
  };

  return {
    async send(make) {
      const lent = lend();
      const connection = lent instanceof Promise ? await lent : lent;
      try {
        watch.onStatement?.();
        const result = await connection.settle(make(connection.client), watch.signal);
        refuseBegin(connection, result);
        return result;
      } finally {
        connections.release(connection);
      }
    },
    async sendBrief(make, { isCancelled = false } = {}) {
      refuseInside();
      const signal = isCancelled ? watch.signal : undefined;
      return parts.lanes.share((connection, mayCancel) => {
        if (signal?.aborted === true) throw unavailable("the request was cancelled");
        watch.onStatement?.();
        return connection.settle(make(connection.client), signal, mayCancel);
      });
    },
    async sendInOrder(makes) {
      refuseInside();
      return parts.lanes.share(async (connection) => {
        const sent = makes.map((make) => {
          watch.onStatement?.();
          return connection.settle(make(connection.client), undefined);
        });
        // The connection is given back when nothing of ours is under way on it, so not yet at the first failure.
        await Promise.allSettled(sent);
        return Promise.all(sent);
      });
    },
    async nest(work) {
      const connection = await lend();
      const frame = transactionFrame(connection);
      try {
        return await runFrame(frame, () => inside.run(frame, work, frameChannel(frame, watch)));
      } finally {
        connections.release(connection);
      }
    },
  };
}

function frameChannel(frame: Frame, watch: Watch): Channel {
  const send: Channel["send"] = async (make) => {
    if (!frame.isOpen()) throw misused("a transaction was used after its end");
    return frame.send(make, watch);
  };
  return {
    send,
    sendBrief: send,
    async nest(work) {
      if (!frame.isOpen()) throw misused("a transaction was used after its end");
      const inner = frame.savepoint();
      return runFrame(inner, () => work(frameChannel(inner, watch)));
    },
  };
}

function misused(reason: string): LucentError {
  return new LucentError("INTERNAL", { cause: new TypeError(reason) });
}

/** A BEGIN sent as a plain statement would leave its transaction to whoever gets the connection next. */
function refuseBegin(connection: Connection, result: unknown): void {
  if (typeof result !== "object" || result === null || Reflect.get(result, "command") !== "BEGIN") return;
  connection.spoil();
  throw misused("BEGIN was sent as a plain statement; use transaction()");
}
