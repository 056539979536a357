import type { Server as NodeServer } from "node:http";

import type { AnyElysia } from "elysia";

/** Where to listen. */
export interface Address {
  /** 0 takes any free port. */
  readonly port: number;
  readonly hostname: string;
}

/** A server that accepts requests. */
export interface Listening {
  readonly url: string;
  /** Stops accepting, lets running requests finish, and cuts what is left after five seconds. */
  stop(): Promise<void>;
}

/** What differs between Bun and Node when a server stops. */
interface Server {
  readonly url: string | URL | undefined;
  /** Resolves when the last request is answered; `now` cuts the connections. */
  close(now: boolean): Promise<void>;
}

/** The address can't be listened on; the message is one line for whoever starts the server. */
export class CannotListen extends Error {
  override readonly name = "CannotListen";
}

const drainMilliseconds = 5_000;

/** Listens, on Bun and on Node. @throws CannotListen. */
export async function listen(app: AnyElysia, address: Address): Promise<Listening> {
  const isPort = Number.isInteger(address.port) && address.port >= 0 && address.port <= 65_535;
  if (!isPort) throw new CannotListen("PORT must be a whole number from 0 to 65535.");
  const options = {
    ...address,
    // Core limits JSON bodies itself, with a proper answer; this is for the routes beside it.
    maxRequestBodySize: 16 * 1024 * 1024,
    // Two servers on one port would share its requests without a word.
    reusePort: false,
    // On Node, a Host that is no URL makes Elysia throw before any hook; without this the throw ends the process.
    error: () => new Response(null, { status: 400 }),
    // The order of a stop is ours: first HTTP, then Lucent.
    gracefulShutdown: false,
  };
  try {
    const server = "bun" in process.versions ? listenOnBun(app, options) : await listenOnNode(app, options);
    return { url: new URL(String(server.url)).origin, stop: () => drain(server) };
  } catch (cause) {
    throw new CannotListen(`Can't listen on ${address.hostname}, port ${address.port}: ${reasonOf(cause)}.`, {
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "EADDRINUSE") return "another program does; set PORT to a free one";
  if (code === "EACCES") return "this account may not; set PORT to one above 1023";
  if (code === "EADDRNOTAVAIL") return "this machine has no such address; set HOST to one of its own";
  return cause instanceof Error ? cause.message : "unknown reason";
}

function listenOnBun(app: AnyElysia, options: Address): Server {
  const { server } = app.listen(options);
  if (server === null) throw new TypeError("Bun did not start a server");
  return { url: server.url, close: (now) => server.stop(now) };
}

/** The adapter can neither wait for the port nor stop, but it hands out the server below it as `raw`. */
async function listenOnNode(app: AnyElysia, options: Address): Promise<Server> {
  const { promise, resolve } = Promise.withResolvers<AdapterServer>();
  app.listen(options, (server) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types of Elysia describe Bun's server
    resolve((server as unknown as { readonly raw: AdapterServer }).raw);
  });
  const raw = await promise;
  await raw.ready();
  // Nobody listens for errors of a socket that asks for an upgrade; a reset of one would end the process.
  raw.node.server.prependListener("upgrade", (_, socket) => socket.on("error", () => socket.destroy()));
  return {
    url: raw.url,
    async close(now) {
      // A connection that is kept alive would hold up the stop for as long as its client likes.
      const sweep = setInterval(() => raw.node.server.closeIdleConnections(), 50);
      await raw.close(now);
      clearInterval(sweep);
    },
  };
}

interface AdapterServer extends Server {
  readonly node: { readonly server: NodeServer };
  /** Rejects when the port is taken. */
  ready(): Promise<unknown>;
}

async function drain(server: Server): Promise<void> {
  const deadline = setTimeout(() => void server.close(true), drainMilliseconds);
  await server.close(false);
  clearTimeout(deadline);
}
