import { type Server, createServer } from "node:net";

/** A TCP port on the loopback address that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = await listen();
  const port = portOf(server);
  await close(server);
  return port;
}

/** Five different free ports: asked for one by one, the system may give the same number twice. */
export async function fiveFreePorts(): Promise<[number, number, number, number, number]> {
  const servers = await Promise.all([listen(), listen(), listen(), listen(), listen()]);
  const [a, b, c, d, e] = servers;
  const ports: [number, number, number, number, number] = [
    portOf(a),
    portOf(b),
    portOf(c),
    portOf(d),
    portOf(e),
  ];
  await Promise.all(servers.map(close));
  return ports;
}

/** Whether a server could listen on this port, on every address of the machine. */
export async function isPortFree(port: number): Promise<boolean> {
  // One address at a time: some systems let a loopback listener and a wildcard listener share a port.
  for (const host of ["127.0.0.1", "0.0.0.0", "::"]) {
    if (!(await canListen(port, host))) return false;
  }
  return true;
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code !== "EADDRINUSE" && error.code !== "EACCES");
    });
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The system gave no port number.");
  return address.port;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
