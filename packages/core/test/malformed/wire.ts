import { connect, type Socket } from "node:net";

/** A response as it came over the socket. */
export interface WireAnswer {
  readonly status: number;
  /** By lower-case name; a repeated header is joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** One connection that sends whatever bytes it is given, one request at a time, and opens again when it was cut. */
export interface Wire {
  /** Resolves with the answer, or with `undefined` where the server cut the connection without one. */
  exchange(request: Buffer, method: string): Promise<WireAnswer | undefined>;
  close(): void;
}

const patience = 5_000;

/** Opens connections to a port of the loopback address. No client library sends what this one must send. */
export function wire(port: number): Wire {
  let socket: Socket | undefined;
  return {
    async exchange(request, method) {
      const isReused = socket !== undefined && !socket.destroyed && socket.readyState === "open";
      const open = isReused && socket !== undefined ? socket : openSocket(port);
      socket = open;
      const answer = await exchangeOver(open, request, method);
      if (answer.answer === undefined || answer.closes) open.destroy();
      // A server may close an idle connection at any time, so a request on a used one gets a second chance.
      if (answer.answer === undefined && isReused) return this.exchange(request, method);
      return answer.answer;
    },
    close: () => void socket?.destroy(),
  };
}

function openSocket(port: number): Socket {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  // A reset is followed by a close; what arrived before it still counts.
  return socket.on("error", () => undefined);
}

interface Outcome {
  readonly answer: WireAnswer | undefined;
  readonly closes: boolean;
}

function exchangeOver(socket: Socket, request: Buffer, method: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      socket.off("data", onData).off("close", onClose);
      finish();
    };
    const timer = setTimeout(() => {
      socket.destroy();
      settle(() => reject(new Error(`no answer to ${request.subarray(0, 200).toString("latin1")}`)));
    }, patience);
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const answer = parse(received, method, false);
      if (answer !== undefined)
        settle(() => resolve({ answer, closes: answer.headers.get("connection") === "close" }));
    };
    const onClose = () => settle(() => resolve({ answer: parse(received, method, true), closes: true }));
    socket.on("data", onData).on("close", onClose);
    socket.write(request);
  });
}

const headEnd = "\r\n\r\n";

/** The first final response in some bytes, or `undefined` where it is not complete. */
function parse(bytes: Buffer, method: string, isClosed: boolean): WireAnswer | undefined {
  const end = bytes.indexOf(headEnd);
  if (end === -1) return undefined;
  const [statusLine = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(statusLine.split(" ")[1]);
  const rest = bytes.subarray(end + headEnd.length);
  if (status >= 100 && status < 200) return parse(rest, method, isClosed);
  const headers = headersOf(lines);
  const body = bodyOf(rest, headers, {
    hasNone: method === "HEAD" || status === 204 || status === 304,
    isClosed,
  });
  return body === undefined ? undefined : { status, headers, body };
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return headers;
}

interface BodyRules {
  readonly hasNone: boolean;
  readonly isClosed: boolean;
}

function bodyOf(rest: Buffer, headers: ReadonlyMap<string, string>, rules: BodyRules): Buffer | undefined {
  if (rules.hasNone) return Buffer.alloc(0);
  const length = headers.get("content-length");
  if (length !== undefined)
    return rest.length < Number(length) ? undefined : rest.subarray(0, Number(length));
  if (headers.get("transfer-encoding") === "chunked") return unchunked(rest);
  return rules.isClosed ? rest : undefined;
}

function unchunked(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString("latin1"), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return undefined;
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
