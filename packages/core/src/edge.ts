import type { ApiOptions, ApiRateLimits } from "./contract/config.ts";
import type { RateLimit } from "./contract/counter.ts";
import { type Cors, cors } from "./http/cors.ts";
import { limitProblem } from "./http/gcra.ts";
import { defaultHeaders } from "./http/headers.ts";
import { hostOf } from "./http/host.ts";
import { type ClientReader, clientReader } from "./http/proxies.ts";

/** How requests are received and responses sent, as the configuration and the environment say. */
export interface Edge {
  readonly clients: ClientReader;
  readonly cors: Cors | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly secureOrigin: string | undefined;
  /** The API-wide limits, where there are any. */
  readonly rateLimit: Required<ApiRateLimits> | undefined;
}

const defaultLimits: Required<ApiRateLimits> = {
  principal: { max: 300, window: 60 },
  anonymous: { max: 60, window: 60 },
};

/** Reads the options of the API; what is wrong with them is added to the problems. `apiUrl` is a checked origin. */
export function edgeOf(api: ApiOptions, apiUrl: string | undefined, problems: string[]): Edge {
  const isProxied = api.trustProxy !== undefined && api.trustProxy !== 0;
  const isSecure = apiUrl?.startsWith("https:") === true;
  return {
    clients: clientReader(api.trustProxy, problems),
    cors: cors(api.cors, problems),
    headers: defaultHeaders(apiUrl, api.hstsPreload === true),
    secureOrigin: isProxied && isSecure ? apiUrl : undefined,
    rateLimit: rateLimitOf(api.rateLimit, problems),
  };
}

const limitKeys = Object.keys(defaultLimits);

function rateLimitOf(
  rateLimit: ApiOptions["rateLimit"],
  problems: string[],
): Required<ApiRateLimits> | undefined {
  if (rateLimit === undefined || rateLimit === false) return undefined;
  if (rateLimit === true) return defaultLimits;
  for (const key of Object.keys(rateLimit)) {
    if (!limitKeys.includes(key))
      problems.push(`api.rateLimit has the unknown key "${key}"; it takes ${limitKeys.join(", ")}.`);
  }
  const { principal = defaultLimits.principal, anonymous = defaultLimits.anonymous } = rateLimit;
  checkLimit("api.rateLimit.principal", principal, problems);
  checkLimit("api.rateLimit.anonymous", anonymous, problems);
  return { principal, anonymous };
}

/** Adds to the problems what is wrong with a limit. */
export function checkLimit(place: string, limit: RateLimit, problems: string[]): void {
  const problem = limitProblem(limit);
  if (problem !== undefined) problems.push(`${place}: ${problem}.`);
}

/**
 * Reads an own public origin, such as `https://api.example.com`; what is wrong with it is added to the problems. The
 * value is not shown: it may have been meant for another variable.
 */
export function originOf(text: string | undefined, problems: string[]): string | undefined {
  if (text === undefined) return undefined;
  if (hostOf(text) !== undefined) {
    const { origin, pathname, search, hash, username, password } = new URL(text);
    if (pathname === "/" && `${search}${hash}${username}${password}` === "") return origin;
  }
  problems.push(
    "API_URL must be an origin such as https://api.example.com: without a path, a query or a user.",
  );
  return undefined;
}
