import type { Peer } from "../contract/peer.ts";
import type { Credential } from "../contract/plugin.ts";
import type { Cors } from "../http/cors.ts";
import type { Client, ClientReader } from "../http/proxies.ts";
import { requestIdOf } from "../http/request-id.ts";
import type { Principal } from "../operation/principal.ts";
import type { Verdict } from "./limits.ts";
import type { Matched } from "./match.ts";
import type { ResponseFrame } from "./serialize.ts";

/** One request on its way, and what has become known of it so far. */
export interface Exchange {
  readonly request: Request;
  readonly requestId: string;
  readonly method: string;
  readonly peer: Peer | undefined;
  /** On the clock of `performance.now()`. */
  readonly started: number;
  client?: Client;
  matched?: Matched;
  principal?: Principal;
  /** What the caller has shown. */
  credential?: Credential | undefined;
  /** What the limit that was asked last wants the client to know. */
  limit?: Verdict["headers"];
  /** SQL statements that were sent for it. */
  queries: number;
}

/** What reading a request and framing its response need of the application. */
export interface ExchangeParts {
  readonly clients: ClientReader;
  readonly cors: Cors | undefined;
  /** Those of every response. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Begins with a request that has just come. */
export function exchangeOf(request: Request, peer: Peer | undefined): Exchange {
  const { method } = request;
  return { request, requestId: requestIdOf(request), method, peer, started: performance.now(), queries: 0 };
}

/** The client of a request, worked out once and only where something asks. */
export function clientOf({ clients }: ExchangeParts, exchange: Exchange): Client {
  exchange.client ??= clients(exchange.request, exchange.peer);
  return exchange.client;
}

/** What the response carries beside its own: the headers of every response, those for its origin, and its limit's. */
export function frameOf({ cors, headers }: ExchangeParts, exchange: Exchange): ResponseFrame {
  const { request, requestId, method, principal, limit } = exchange;
  if (cors === undefined && limit === undefined) return { headers, requestId, method, principal };
  return { headers: { ...headers, ...cors?.answer(request), ...limit }, requestId, method, principal };
}
