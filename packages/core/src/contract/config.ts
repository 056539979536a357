import type { Collection } from "./collection.ts";
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
}

/** What `defineConfig` takes: the whole application. */
export interface Config<C extends readonly Collection[] = readonly Collection[], P extends string = string> {
  readonly collections: C;
  readonly database?: DatabaseOptions;
  readonly api?: ApiOptions<P>;
  readonly plugins?: readonly Plugin[];
  /** Where log lines go; `false` for nowhere. Default: JSON lines on stderr. */
  readonly logger?: Logger | false;
  /** Root key (base64 or hex, at least 32 bytes). Default `SESSION_SECRET`; required in production. */
  readonly secret?: string | undefined;
}
