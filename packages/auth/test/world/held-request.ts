import { once } from "node:events";
import { connect } from "node:net";
import { text as textOf } from "node:stream/consumers";

/** A request whose client takes its time. */
export interface HeldRequest {
  /** Sends the rest of the body. Answers the status and the JSON object of the response. */
  finish(): Promise<{ readonly status: number; readonly text: string }>;
}

/** Sends the head of a request and the first byte of its JSON body, and keeps back the rest. */
export async function heldRequest(
  { port }: { readonly port: number },
  { method, path, token, body }: Record<"method" | "path" | "token", string> & { readonly body: unknown },
): Promise<HeldRequest> {
  const bytes = Buffer.from(JSON.stringify(body));
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    "Content-Type: application/json",
    `Content-Length: ${bytes.length}`,
    "Connection: close",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  socket.write(bytes.subarray(0, 1));
  return {
    async finish() {
      socket.write(bytes.subarray(1));
      const text = await textOf(socket);
      // What is around the object are headers, and the lengths of chunks.
      const object = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
      return { status: Number(text.split(" ", 2)[1]), text: object };
    },
  };
}
