import { type Wire, wire, type WireAnswer } from "../malformed/wire.ts";

/** What a test asks for. Headers are sent as they are; `host` and the length of a body are added where they are missing. */
export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text or bytes are sent as they are. */
  readonly body?: unknown;
  readonly user?: object;
}

/** An answer with its body read as JSON, where it is any. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- only the test knows the shape that it asks for
  readonly json: any;
}

/** Asks a server over one connection, one request after the other, and no client library changes a byte. */
export interface Asker {
  (method: string, target: string, asked?: Asked): Promise<Answered>;
  /** Sends bytes over a connection of their own and reads the answer to them. */
  raw(request: string | Buffer, method?: string): Promise<Answered>;
  close(): void;
}

/** Opens an asker; its `user` is who the test plugin `header-user` will take it for. */
export function asker(port: number): Asker {
  const over: Wire = wire(port);
  let turn: Promise<unknown> = Promise.resolve();
  const ask = (method: string, target: string, asked: Asked = {}) => {
    const headers = { host: `127.0.0.1:${port}`, ...headersOf(asked) };
    const request = bytesOf(`${method} ${target}`, headers, bodyOf(asked.body));
    const answer = turn.then(() => exchange(over, request, method));
    turn = answer.catch(() => undefined);
    return answer;
  };
  return Object.assign(ask, {
    async raw(request: string | Buffer, method = "GET") {
      const alone = wire(port);
      try {
        return await exchange(alone, Buffer.from(request), method);
      } finally {
        alone.close();
      }
    },
    close: () => over.close(),
  });
}

async function exchange(over: Wire, request: Buffer, method: string): Promise<Answered> {
  const answer = await over.exchange(request, method);
  if (answer === undefined) throw new Error("the connection was cut without an answer");
  return answered(answer);
}

function headersOf({ headers = {}, user, body }: Asked): Record<string, string> {
  return {
    ...(user === undefined ? {} : { "x-user": JSON.stringify(user) }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...headers,
  };
}

function bodyOf(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function bytesOf(line: string, headers: Readonly<Record<string, string>>, body: Buffer | undefined): Buffer {
  const isFramed = body === undefined || "transfer-encoding" in headers || "content-length" in headers;
  const all = isFramed ? headers : { ...headers, "content-length": String(body.length) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\n${lines.join("")}\r\n`), body ?? Buffer.alloc(0)]);
}

function answered({ status, headers, body }: WireAnswer): Answered {
  const text = body.toString();
  const isJson = /json/.test(headers.get("content-type") ?? "") && text !== "";
  return {
    status,
    headers: Object.fromEntries(headers),
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}
