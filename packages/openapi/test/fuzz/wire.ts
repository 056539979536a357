import { Agent, request } from "node:http";

import type { Request } from "./parts.ts";

/** An answer as it came. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** One connection to a port of the loopback address, which sends requests as they are, one after the other. */
export interface Wire {
  send(sent: Request): Promise<Answered>;
  close(): void;
}

const patience = 10_000;

/** Opens one. */
export function wire(port: number): Wire {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    send: ({ method, target, headers, body }) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
        const sending = request(
          {
            agent,
            host: "127.0.0.1",
            port,
            method,
            path: target,
            headers: { ...headers, ...length },
            timeout: patience,
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("error", reject);
            response.on("end", () => {
              const pairs = Object.entries(response.headersDistinct).flatMap(([name, values = []]) =>
                values.map((value): [string, string] => [name, value]),
              );
              resolve({
                status: response.statusCode ?? 0,
                headers: new Headers(pairs),
                body: Buffer.concat(chunks).toString(),
              });
            });
          },
        );
        sending.on("timeout", () =>
          sending.destroy(new Error(`no answer to ${method} ${target} within ${patience} ms`)),
        );
        sending.on("error", (cause) => reject(new Error(`${method} ${target}: ${cause.message}`, { cause })));
        sending.end(body);
      }),
    close: () => agent.destroy(),
  };
}
