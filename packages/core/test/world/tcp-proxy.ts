import { connect, createServer, type Server, type Socket } from "node:net";

/** Stands between a client and a service, and can fail in the two ways that a network can. */
export interface TcpProxy {
  readonly port: number;
  /** Takes what comes and passes nothing on, so that a client waits. */
  stall(): void;
  /** Ends every connection and refuses new ones until `restore`. */
  cut(): Promise<void>;
  /** Passes everything on again. What was held back is lost. */
  restore(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a proxy to a service of this machine. */
export async function tcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isStalled = false;
  const server: Server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
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
      from.on("data", (chunk) => {
        if (!isStalled) to.write(chunk);
      });
    }
  });
  const open = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await open(0);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    port,
    stall() {
      isStalled = true;
    },
    cut,
    async restore() {
      isStalled = false;
      // A client may take a connection that once swallowed something for a good one.
      for (const socket of sockets) socket.destroy();
      if (!server.listening) await open(port);
    },
    stop: async () => {
      if (server.listening) await cut();
    },
  };
}
