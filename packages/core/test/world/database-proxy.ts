import { connect, createServer, type Socket } from "node:net";

/** Stands between an application and Postgres: counts what passes, and can be cut. */
export interface DatabaseProxy {
  readonly url: string;
  /** SQL texts of the statements that were run since the last `forget`, the driver's own BEGIN and COMMIT included. */
  statements(): number;
  /** SQL texts that Postgres was asked to parse since then. */
  readonly parsed: string[];
  forget(): void;
  /** Keeps new connections back until the returned function is called. */
  holdConnections(): () => void;
  /** Keeps requests to cancel a statement back until the returned function is called. */
  holdCancels(): () => void;
  /** Resets every connection (RST); new ones are welcome. */
  reset(): void;
  /** Refuses new connections until `restore`. */
  refuse(): void;
  /** Ends every connection and refuses new ones until `restore`. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a proxy to the database of a connection string. */
export async function databaseProxy(target: string): Promise<DatabaseProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const parsed: string[] = [];
  let run = 0;
  const passes = { connections: Promise.resolve(), cancels: Promise.resolve() };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    upstream.pipe(client);
    const read = messageReader((type, body) => {
      if (type === "Q" || type === "E") run += 1;
      if (type === "Q") parsed.push(textAt(body, 0));
      if (type === "P") parsed.push(textAt(body, body.indexOf(0) + 1));
    });
    client.on("data", read);
    client.once("data", (first: Buffer) => {
      void passes[isCancel(first) ? "cancels" : "connections"].then(() => {
        upstream.write(first);
        client.pipe(upstream);
      });
    });
  });
  const open = (at: number) => new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  await open(0);
  const address = server.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  const url = new URL(target);
  url.host = `127.0.0.1:${own}`;
  const hold = (what: keyof typeof passes) => {
    const pass = Promise.withResolvers<void>();
    passes[what] = pass.promise;
    return pass.resolve;
  };
  let closed = Promise.resolve();
  const refuse = () => {
    if (!server.listening) return;
    closed = new Promise((resolve) => void server.close(() => resolve()));
  };
  const cut = async () => {
    refuse();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: url.href,
    parsed,
    statements: () => run,
    forget() {
      run = 0;
      parsed.length = 0;
    },
    holdConnections: () => hold("connections"),
    holdCancels: () => hold("cancels"),
    reset() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    refuse,
    cut,
    restore: () => open(own),
    stop: cut,
  };
}

const cancelRequest = 80_877_102;

function isCancel(first: Buffer): boolean {
  return first.length === 16 && first.readInt32BE(4) === cancelRequest;
}

/** Reads the messages of a frontend: the first has no type, every other one a letter, and all of them their length. */
function messageReader(onMessage: (type: string, body: Buffer) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  let isStarted = false;
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const lead = isStarted ? 1 : 0;
      if (pending.length < lead + 4) return;
      const end = lead + pending.readInt32BE(lead);
      if (pending.length < end) return;
      if (isStarted) onMessage(pending.toString("latin1", 0, 1), pending.subarray(5, end));
      isStarted = true;
      pending = pending.subarray(end);
    }
  };
}

function textAt(body: Buffer, start: number): string {
  return body.toString("utf8", start, body.indexOf(0, start));
}
