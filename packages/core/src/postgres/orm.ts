import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";

import type { Database } from "../contract/database.ts";
import type { Channel } from "./channel.ts";

/**
 * drizzle over a channel. It gets a client of the driver that never connects and whose queries go through the channel,
 * so that they wait, are counted and are cancelled like ours; `transaction()` becomes a transaction of the channel, and
 * a savepoint within one. drizzle's sessions can be made for one connection too, but only through classes that are not
 * part of its documented interface. Errors of the driver reach the caller as drizzle hands them on.
 */
export function orm(channel: Channel): Database["drizzle"] {
  return drizzle(clientOf(channel));
}

let neverConnected: postgres.Sql | undefined;

/** The part of a client that drizzle uses. Making a client is dear, and all need the same options. */
function clientOf(channel: Channel): postgres.Sql {
  neverConnected ??= postgres({ host: "127.0.0.1", max: 1 });
  const idle = neverConnected;
  const nest = (work: (client: postgres.Sql) => Promise<unknown>): Promise<unknown> =>
    channel.nest((inner) => work(clientOf(inner)));
  const parts: ReadonlyMap<string | symbol, unknown> = new Map<string | symbol, unknown>([
    ["options", idle.options],
    ["unsafe", (...query: QueryParts) => pending(channel, query)],
    ["begin", nest],
    ["savepoint", nest],
  ]);
  return new Proxy(idle, {
    get: (_, key) => parts.get(key),
    apply() {
      throw new TypeError("queries of the driver's own are not offered here");
    },
  });
}

type QueryParts = [
  text: string,
  values: postgres.ParameterOrJSON<never>[],
  options: postgres.UnsafeQueryOptions,
];

/** A query that starts once its caller has had the chance to ask for rows as arrays. */
function pending(channel: Channel, query: QueryParts): Promise<unknown> {
  let isArrays = false;
  const rows = Promise.resolve().then(() =>
    channel.send<unknown>((client) => {
      const sent = client.unsafe(...query);
      return isArrays ? sent.values() : sent;
    }),
  );
  return Object.defineProperty(rows, "values", {
    value: () => {
      isArrays = true;
      return rows;
    },
  });
}
