import { connect, createServer, type Socket } from "node:net";

/** Stands between an application and Postgres: counts what passes, and can be cut. */
export interface DatabaseProxy {
  readonly url: string;
  /** SQL texts of the statements that were run since the last `forget`, the driver's own BEGIN and COMMIT included. */
  statements(): number;
  /** SQL texts that Postgres was asked to parse since then. */
  readonly parsed: string[];
  forget(): void;
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
      from.pipe(to);
    }
    const read = messageReader((type, body) => {
      if (type === "Q" || type === "E") run += 1;
      if (type === "Q") parsed.push(textAt(body, 0));
      if (type === "P") parsed.push(textAt(body, body.indexOf(0) + 1));
    });
    client.on("data", read);
  });
  const open = (at: number) => new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  await open(0);
  const address = server.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  const url = new URL(target);
  url.host = `127.0.0.1:${own}`;
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
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
    cut,
    restore: () => open(own),
    stop: async () => {
      if (server.listening) await cut();
    },
  };
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
