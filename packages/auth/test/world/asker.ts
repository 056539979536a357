import { Agent, type IncomingMessage, request } from "node:http";
import { text as textOf } from "node:stream/consumers";

/** What a test asks with. */
export interface Asked {
  /** Sent as JSON; a text is sent as it is. Both as `application/json`, unless `headers` say otherwise. */
  readonly body?: unknown;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string | undefined;
  /** The `Cookie` header, byte by byte (Latin-1), or an answer whose cookies a browser would send back. */
  readonly cookie?: string | Pick<Answered, "setCookies"> | undefined;
  /** They win over all others. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Where it comes from, as the trusted proxy in front says. Default: somewhere else each time, so that no limit of
   * addresses meets a test that is about something else.
   */
  readonly address?: string;
}

/** An answer. */
export interface Answered {
  readonly status: number;
  /** By lower-case name; a repeated one is joined with a comma. Without `set-cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- only the test knows the shape that it asks for
  readonly body: any;
  readonly text: string;
  /** Each `Set-Cookie` header as it came. */
  readonly setCookies: readonly string[];
}

/** Asks a server over connections that are kept open; several at once are several connections. */
export interface Asker {
  (method: string, path: string, asked?: Asked): Promise<Answered>;
  close(): void;
}

/** Opens an asker. `host` is what it calls the server. */
export function asker(port: number, host: string): Asker {
  const agent = new Agent({ keepAlive: true });
  const exchange = (method: string, path: string, { body, ...asked }: Asked): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { host, ...headersOf(asked, body !== undefined) };
      const sent = request(
        { port, host: "127.0.0.1", method, path, headers, agent, setHost: false },
        resolve,
      );
      sent.on("error", reject).end(typeof body === "string" ? body : JSON.stringify(body));
    });
  const ask = async (method: string, path: string, asked: Asked = {}): Promise<Answered> =>
    answerOf(await exchange(method, path, asked));
  return Object.assign(ask, { close: () => agent.destroy() });
}

function headersOf(asked: Omit<Asked, "body">, hasBody: boolean): Readonly<Record<string, string>> {
  const { token, cookie, headers = {}, address = otherAddress() } = asked;
  const cookieText = typeof cookie === "object" ? cookieHeader(cookie) : cookie;
  return {
    "x-forwarded-for": address,
    ...(hasBody ? { "content-type": "application/json" } : {}),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(cookieText === undefined ? {} : { cookie: cookieText }),
    ...headers,
  };
}

async function answerOf(message: IncomingMessage): Promise<Answered> {
  const text = await textOf(message);
  const { "set-cookie": setCookies = [], ...headers } = message.headers;
  const isJson = /\bjson\b/.test(headers["content-type"] ?? "") && text !== "";
  return {
    status: Number(message.statusCode),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: isJson ? JSON.parse(text) : undefined,
    text,
    setCookies,
  };
}

/** The `Cookie` header of a browser that has kept these cookies: those that were cleared are gone. */
export function cookieHeader({ setCookies }: Pick<Answered, "setCookies">): string {
  return setCookies
    .filter((cookie) => !/; Max-Age=0(?:;|$)/.test(cookie))
    .map((cookie) => cookie.replace(/;.*$/, ""))
    .join("; ");
}

let asked = 0;

/** An address of the private network 10.0.0.0/8 that was not given out yet. */
function otherAddress(): string {
  asked += 1;
  return `10.${(asked >> 16) & 0xff}.${(asked >> 8) & 0xff}.${asked & 0xff}`;
}
