import { connect } from "node:net";

import { type Config, describe, lucent, openDatabase, type Plugin, type User } from "@lucent/core";
import { createTestDatabase } from "@lucent/core/testing";

import { openapi, type OpenApiOptions } from "../../src/index.ts";
import { listen } from "./listen.ts";
import { shop } from "./shop.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A database with the tables of the shop: their columns and keys, and nothing that keeps wrong rows out. */
export async function shopDatabase(server: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  return createTestDatabase({
    url: server,
    template: "openapi_shop_keys",
    async prepare(url) {
      const { database, close } = openDatabase({ collections: [], database: { url } });
      for (const { name, columns, primaryKey } of describe(shop).tables) {
        const listed = columns.map((column) => `"${column.name}" ${column.type}`);
        const key = `primary key (${primaryKey.columns.map((column) => `"${column}"`).join(", ")})`;
        await database.run({ text: `create table "${name}" (${[...listed, key].join(", ")})`, values: [] });
      }
      await close();
    },
  });
}

/** Takes callers for who they say they are. */
const believing: Plugin = {
  name: "believing",
  credentials: { name: { type: "apiKey", in: "header", name: "x-user" } },
  facts(request) {
    const text = request.headers.get("x-user");
    return text === null ? {} : { user: JSON.parse(text) as User };
  },
};

/** An answer with its body as it came, decoded. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A shop that listens. */
export interface Shop {
  readonly origin: string;
  readonly log: readonly string[];
  ask(
    path: string,
    asked?: { readonly method?: string; readonly user?: User; readonly headers?: Record<string, string> },
  ): Promise<Answered>;
  /** Sends a request of these bytes' target to the host that the API is known by, whatever the port is. */
  askPlainly(method: string, target: string): Promise<Plain>;
  stop(): Promise<void>;
}

/** An answer as it came over the wire. */
export interface Plain {
  readonly status: number;
  /** With the status line. */
  readonly head: string;
  readonly body: string;
}

/** Serves the shop on a free port. */
export async function serveShop(
  url: string,
  options: OpenApiOptions = {},
  { environment = {}, ...more }: Partial<Config> & { readonly environment?: Environment } = {},
): Promise<Shop> {
  const log: string[] = [];
  const say = (message: string, facts?: unknown): void =>
    void log.push(`${message} ${JSON.stringify(facts)}`);
  const config: Config = {
    ...shop,
    database: { url, max: 2 },
    logger: { info: say, warn: say, error: say },
    plugins: [believing, openapi(options)],
    ...more,
  };
  const plugin = await lucent(config, environment);
  const listening = await listen(plugin);
  const origin = `http://127.0.0.1:${listening.port}`;
  return {
    origin,
    log,
    async ask(path, { method = "GET", user, headers = {} } = {}) {
      const caller = user === undefined ? {} : { "x-user": JSON.stringify(user) };
      const response = await fetch(`${origin}${path}`, {
        method,
        headers: { ...headers, ...caller },
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
    askPlainly: (method, target) => overWire(listening.port, `${method} ${target}`),
    async stop() {
      await listening.stop();
      await plugin.decorator.lucent.stop();
    },
  };
}

async function overWire(port: number, line: string): Promise<Plain> {
  const socket = connect(port, "127.0.0.1");
  socket.write(`${line} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`);
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  const [head = "", body = ""] = text.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), head: head.toLowerCase(), body };
}
