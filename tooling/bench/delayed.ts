import { connect, createServer, type Socket } from "node:net";

/** A line that takes its time. */
export interface Delayed {
  readonly url: string;
  stop(): Promise<void>;
}

/** A way to a server of this machine on which each round trip takes so many milliseconds longer. */
export async function delayed(url: string, roundTripMs: number): Promise<Delayed> {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => open.delete(socket));
    }
    carry(near, far, roundTripMs / 2);
    carry(far, near, roundTripMs / 2);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the line has no port");
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String(address.port);
  return {
    url: through.href,
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

function carry(from: Socket, to: Socket, delayMs: number): void {
  from.on("data", (chunk) => void setTimeout(() => to.write(chunk), delayMs));
  from.on("end", () => void setTimeout(() => to.end(), delayMs));
}
