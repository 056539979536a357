import type { RateLimit } from "./counter.ts";
import type { HookLucent } from "./hook.ts";
import type { Facts, Services } from "./plugin.ts";
import type { RouteDocument } from "./route-document.ts";

/** HTTP methods that a route can have. HEAD follows GET, OPTIONS and 405 are answered by core. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A request that was matched to a plugin's route. */
export interface RouteCall {
  readonly request: Request;
  /** Values of the `{name}` segments of the path, percent-decoded. */
  readonly params: ReadonlyMap<string, string>;
  readonly facts: Facts;
  readonly requestId: string;
  /**
   * The client's address in canonical form, behind the proxies of `api.trustProxy`: IPv4, the /64 of an IPv6 address, or
   * `unknown`. For keys of limits.
   */
  readonly address: string;
  /** Their `audit` adds the caller, its address and agent, and the id of the request, where an event does not say them. */
  readonly services: Services;
  /** The application's collections, in a transaction of their own each: `lucent.as(facts.user)` asks their rules. */
  readonly lucent: HookLucent;
  /**
   * Reads the body as JSON, within the route's `bodyLimit`. `undefined` where there is none and that is `optional`.
   * @throws LucentError `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE` or `BAD_REQUEST`.
   */
  readonly json: (options?: { readonly optional?: boolean }) => Promise<unknown>;
  /**
   * Takes from the caller's API-wide allowance (`api.rateLimit`), for a route that stands for several operations; does
   * nothing where there is none.
   * @throws LucentError `RATE_LIMITED`.
   */
  readonly charge: (cost: number) => Promise<void>;
}

/** How often a route may be called. */
export interface RouteLimit extends RateLimit {
  /**
   * Whose calls are counted together: those of one client address (asked before anything else is), or of one signed-in
   * caller (and of one address, where nobody is signed in). Default `address`.
   */
  readonly by?: "address" | "principal";
  /** Names an allowance that several routes of the same limit share, such as `auth.mail`. Default: the route's own. */
  readonly shared?: string;
}

/** A route that a plugin adds. Core serves it with its own request id, headers and error mapping. */
export interface Route {
  /** Unique and stable; the key of logs and limits, such as `health.live`. */
  readonly id: string;
  readonly method: Method;
  /** Below the API prefix (see `absolute`), such as `/health/live`. No two routes have the same method and path. */
  readonly path: string;
  /** Answered with 429 `RATE_LIMITED` beyond it. Default: none. */
  readonly limit?: RouteLimit;
  /** Largest JSON body in bytes. Default 16,384. */
  readonly bodyLimit?: number;
  /**
   * Names of query parameters that it takes; any other is answered 400. Default: all, except what is called like a
   * credential (`token`, `access_token`, `apiKey` and the like).
   */
  readonly parameters?: readonly string[];
  /** Whether credentials in the request are left alone: whoever calls it is anonymous. Default `false`. */
  readonly ignoresCredentials?: boolean;
  /** Whether `path` is the whole path, such as `/.well-known/jwks.json`, instead of one below the prefix. Default `false`. */
  readonly absolute?: boolean;
  /** What it is for, takes and answers. A route without it is listed by its path alone. */
  readonly document?: RouteDocument;
  handle(call: RouteCall): Response | Promise<Response>;
}
