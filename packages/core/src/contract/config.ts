import type { Collection } from "./collection.ts";
import type { RateLimit } from "./counter.ts";
import type { Hooks } from "./hook.ts";
import type { Logger } from "./logger.ts";
import type { Plugin } from "./plugin.ts";

/** How to reach Postgres. */
export interface DatabaseOptions {
  /** Connection string. Default `DATABASE_URL`. */
  readonly url?: string | undefined;
  /** Connections in the pool. Default 10. */
  readonly max?: number;
  /** Longest run time of one statement, in milliseconds. Default 5,000. */
  readonly statementTimeout?: number;
  /** Prepared statements; `false` behind a pooler in transaction mode. Default `true`. */
  readonly prepare?: boolean;
}

/** Which other origins' scripts may call the API from a browser (CORS, as in the Fetch standard). */
export interface CorsOptions {
  /** Full origins, such as `https://app.example.com`, compared exactly; or `*` for every one, without credentials. */
  readonly origin: readonly string[] | "*";
  /** Whether those scripts may use the browser's cookies. Default `false`. */
  readonly credentials?: boolean;
  /** How long a browser may remember the answer to a preflight, in seconds, up to 86,400. Default 600. */
  readonly maxAge?: number;
}

/** How often each caller may use the collections' routes. */
export interface ApiRateLimits {
  /** Of each signed-in caller. Default 300 in 60 seconds. */
  readonly principal?: RateLimit;
  /** Of each client address from which nobody is signed in. Default 60 in 60 seconds. */
  readonly anonymous?: RateLimit;
}

/** The HTTP side. */
export interface ApiOptions<P extends string = string> {
  /** Path prefix of every route. Default `/api`. */
  readonly prefix?: P;
  /** Own public origin, such as `https://api.example.com`. Default `API_URL`. */
  readonly url?: string | undefined;
  /** Host names (with port, where it is not the scheme's own) that are answered. Default: the hosts of `API_URL` and `APP_URL`, and loopback outside production. */
  readonly allowedHosts?: readonly string[];
  /** Largest JSON body, in bytes. Default 1,048,576. */
  readonly bodyLimit?: number;
  /** Default: none, and no answer has an `Access-Control-*` header. */
  readonly cors?: CorsOptions;
  /**
   * The proxies in front: how many there are, or their addresses and networks (`10.0.0.0/8`). Only they are believed in
   * what they say of the client (`X-Forwarded-For`, `X-Forwarded-Proto`). Default: none.
   */
  readonly trustProxy?: number | readonly string[];
  /** Limits every caller's use of the collections; `true` takes the defaults. Default: no limit. */
  readonly rateLimit?: boolean | ApiRateLimits;
  /** One log line for each request. Default: only where `logger` is not set. */
  readonly requestLog?: boolean;
  /** Adds `preload` to HSTS: a promise for the whole domain that browsers keep for years. Default `false`. */
  readonly hstsPreload?: boolean;
}

/** What `defineConfig` takes: the whole application. */
export interface Config<C extends readonly Collection[] = readonly Collection[], P extends string = string> {
  readonly collections: C;
  readonly database?: DatabaseOptions;
  readonly api?: ApiOptions<P>;
  readonly plugins?: readonly Plugin[];
  /** Run around the operations of every collection, before the collection's own. */
  readonly hooks?: Hooks;
  /** Where log lines go; `false` for nowhere. Default: JSON lines on stderr. */
  readonly logger?: Logger | false;
  /** Root key (base64 or hex, at least 32 bytes). Default `SESSION_SECRET`; required in production. */
  readonly secret?: string | undefined;
}
