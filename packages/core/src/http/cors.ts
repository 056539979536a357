import type { CorsOptions } from "../contract/config.ts";
import { hostOf } from "./host.ts";

/** Headers by their lower-case names. */
type HeaderValues = Readonly<Record<string, string>>;

/** Answers for other origins. None of it depends on the route, so that a preflight tells nothing about what there is. */
export interface Cors {
  /** What a response carries beside the headers of every response; nothing for an origin that is not listed. */
  readonly answer: (request: Request) => HeaderValues;
  /** What the answer to a preflight carries, or `undefined` where the request is none. */
  readonly preflight: (request: Request) => HeaderValues | undefined;
  /** Whether a script of another site asks that is not granted an answer. The API's own pages name their origin too. */
  readonly refuses: (request: Request) => boolean;
}

// What the Fetch standard calls "safelisted" needs no mention.
const allowedHeaders = "Authorization, Content-Type, X-API-Key, X-Request-ID, If-Match, If-None-Match";
const allowedMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
const exposedHeaders =
  "X-Request-ID, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, ETag, Location";
const defaultMaxAge = 600;
const longestMaxAge = 86_400;
const nothing: HeaderValues = {};

/** Makes the answers from `api.cors`, or `undefined` without it; what is wrong with it is added to the problems. */
export function cors(options: CorsOptions | undefined, problems: string[]): Cors | undefined {
  if (options === undefined) return undefined;
  const found = optionProblems(options);
  problems.push(...found);
  if (found.length > 0) return undefined;
  const { origin, credentials, maxAge = defaultMaxAge } = options;
  const shared = (allowed: string): HeaderValues => ({
    "access-control-allow-origin": allowed,
    ...(credentials === true ? { "access-control-allow-credentials": "true" } : {}),
  });
  const answers = granted(origin, (allowed) => ({
    ...shared(allowed),
    "access-control-expose-headers": exposedHeaders,
  }));
  const preflights = granted(origin, (allowed) => ({
    ...shared(allowed),
    "access-control-allow-methods": allowedMethods,
    "access-control-allow-headers": allowedHeaders,
    "access-control-max-age": String(maxAge),
  }));
  return {
    answer: ({ headers }) => answers(headers.get("origin")),
    preflight({ method, headers }) {
      if (method !== "OPTIONS" || !headers.has("access-control-request-method")) return undefined;
      const from = headers.get("origin");
      return from === null ? undefined : preflights(from);
    },
    refuses({ headers }) {
      const from = headers.get("origin");
      return from !== null && answers(from) === nothing && hostOf(from) !== headers.get("host");
    },
  };
}

/** What each listed origin is granted, made once: the answer names the entry of the list, never what the client sent. */
function granted(
  origin: CorsOptions["origin"],
  make: (allowed: string) => HeaderValues,
): (from: string | null) => HeaderValues {
  if (origin === "*") {
    const anyone = make("*");
    // "null" is what every sandbox and every local file calls itself.
    return (from) => (from === null || from === "null" ? nothing : anyone);
  }
  const made = new Map(origin.map((entry) => [entry, make(entry)]));
  return (from) => (from === null ? nothing : (made.get(from) ?? nothing));
}

const optionKeys = ["origin", "credentials", "maxAge"];

function optionProblems({ origin, credentials, maxAge, ...others }: CorsOptions): readonly string[] {
  const found = Object.keys(others).map(
    (key) => `api.cors has the unknown key "${key}"; it takes ${optionKeys.join(", ")}.`,
  );
  if (origin === "*") {
    if (credentials === true) {
      found.push(`api.cors can't allow every origin with credentials: list the origins.`);
    }
  } else if (isList(origin)) {
    for (const entry of origin) if (!isOrigin(entry)) found.push(badOrigin(entry));
  } else found.push(`api.cors.origin is a list of origins, or "*".`);
  if (maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge >= 0 && maxAge <= longestMaxAge)) {
    found.push(`api.cors.maxAge is a whole number of seconds up to ${longestMaxAge}.`);
  }
  return found;
}

function isList(origin: unknown): origin is readonly unknown[] {
  return Array.isArray(origin);
}

/** Whether a browser would send exactly this text as an `Origin`. */
function isOrigin(entry: unknown): boolean {
  // A pattern would be taken for a host that nobody has.
  if (typeof entry !== "string" || entry.includes("*") || !URL.canParse(entry)) return false;
  const { protocol, origin } = new URL(entry);
  return (protocol === "https:" || protocol === "http:") && origin === entry;
}

function badOrigin(entry: unknown): string {
  return `api.cors.origin names ${JSON.stringify(entry)}, which is no origin such as "https://app.example.com": lower case, no path, no default port, no pattern.`;
}
