import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Where to connect, as the driver has read it from the connection string. */
export interface Address {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** A Unix socket; `false` where there is none. */
  readonly path: string | false;
}

/** Makes the sockets of one connection, in place of the driver. */
export interface Sockets {
  /** For the driver: the next socket while the connection is opened, and later those that carry its cancel requests. */
  readonly open: (address: Address) => Promise<Socket>;
  /** Rejects when none could be opened: with several hosts the driver keeps that to itself. */
  readonly failed: Promise<never>;
  /** Ends the attempt under way. */
  readonly abandon: () => void;
}

/**
 * Tries each host once. The driver by itself opens one socket after the other where a server closes them at once,
 * without a pause and without an end, and sometimes with a message left over from the one before.
 * @param isUsed Whether the connection is open, so that a socket can only be for a cancel request.
 */
export function sockets(isUsed: () => boolean): Sockets {
  const attempt = new AbortController();
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  let tried = 0;

  async function openNext(address: Address): Promise<Socket> {
    let failure: unknown = closed();
    while (tried < address.host.length) {
      tried += 1;
      try {
        return await connected(address, tried - 1, attempt.signal);
      } catch (error) {
        failure = error;
      }
    }
    reject(failure);
    throw failure;
  }

  return {
    open: (address) => (isUsed() ? connected(address, tried - 1, attempt.signal) : openNext(address)),
    failed,
    abandon: () => attempt.abort(),
  };
}

async function connected({ host, port, path }: Address, at: number, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket = path === false ? connect(port[at] ?? 0, host[at]) : connect(path);
  // The driver checks the name in a certificate against this.
  Reflect.set(socket, "host", host[at]);
  try {
    await once(socket, "connect", { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

/** Spelled like the driver's own error. */
function closed(): Error {
  const error = new TypeError("the connection was closed");
  Reflect.set(error, "code", "CONNECTION_CLOSED");
  return error;
}
