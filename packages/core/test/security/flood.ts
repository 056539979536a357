import { connect } from "node:net";

/** What became of an upload that would not end. */
export interface Flooded {
  /** The status of the answer; `undefined` where the connection was cut without one. */
  readonly status: number | undefined;
  /** Bytes that were handed to the connection before the server ended it. */
  readonly sent: number;
}

/** Sends a head and then chunks until the server closes the connection, or until so many bytes were sent. */
export async function flood(port: number, head: string, { chunk, limit }: Stream): Promise<Flooded> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let answer = "";
  let sent = 0;
  const closed = new Promise<void>((resolve) => {
    socket.on("error", () => undefined);
    socket.on("data", (data) => (answer += data.toString("latin1")));
    socket.on("close", () => resolve());
  });
  /** Whether the connection took the bytes. */
  const write = (data: string | Buffer) =>
    Promise.race([
      new Promise<boolean>((resolve) => void socket.write(data, (error) => resolve(!error))),
      closed.then(() => false),
    ]);
  await write(head);
  while (sent < limit && (await write(chunk))) sent += chunk.length;
  if (sent < limit) await closed;
  const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
  socket.destroy();
  return { status: status === undefined ? undefined : Number(status), sent };
}

/** What is sent again and again, and where it ends. */
export interface Stream {
  readonly chunk: Buffer;
  readonly limit: number;
}
