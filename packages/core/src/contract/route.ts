import type { Facts, Services } from "./plugin.ts";

/** HTTP methods that a route can have. HEAD follows GET, OPTIONS and 405 are answered by core. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A request that was matched to a plugin's route. */
export interface RouteCall {
  readonly request: Request;
  /** Values of the `{name}` segments of the path, percent-decoded. */
  readonly params: ReadonlyMap<string, string>;
  readonly facts: Facts;
  readonly requestId: string;
  readonly services: Services;
}

/** A route that a plugin adds. Core serves it with its own request id, headers and error mapping. */
export interface Route {
  /** Unique and stable; the key of logs and limits, such as `health.live`. */
  readonly id: string;
  readonly method: Method;
  /** Below the API prefix, such as `/health/live`. */
  readonly path: string;
  handle(call: RouteCall): Response | Promise<Response>;
}
