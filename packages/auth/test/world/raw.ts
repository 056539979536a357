import { connect } from "node:net";

/** An answer as it came over the socket; without a status where the server cut the connection. */
export interface RawAnswer {
  readonly status: number | undefined;
  readonly text: string;
}

/** Sends header lines as they are, over a connection of their own, which no client library would send. */
export function rawGet(port: number, path: string, lines: readonly string[]): Promise<RawAnswer> {
  const head = [`GET ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, "connection: close", ...lines, "", ""];
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("data", (bytes) => void received.push(bytes));
    // What arrived before a reset still counts.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      const text = Buffer.concat(received).toString("latin1");
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
      resolve({ status: status === undefined ? undefined : Number(status), text });
    });
    socket.write(Buffer.from(head.join("\r\n"), "latin1"));
  });
}
