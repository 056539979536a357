import type { ComponentStore } from "./components.ts";
import type { Header, Response } from "./openapi.ts";

const text = { type: "string" } as const;
const count = { type: "integer", minimum: 0 } as const;

/** The name of a header that is described once for all answers. */
export type HeaderName =
  | "X-Request-Id"
  | "ETag"
  | "Location"
  | "Retry-After"
  | "WWW-Authenticate"
  | "RateLimit-Limit"
  | "RateLimit-Remaining"
  | "RateLimit-Reset";

/** The headers that answers can have beside what HTTP itself says. */
const headers: Readonly<Record<HeaderName, Header>> = {
  "X-Request-Id": {
    required: true,
    description:
      "Names the request in the log: the one that was sent, where it is 8 to 64 letters, digits, `.`, `_` or `-`.",
    schema: text,
  },
  ETag: {
    description:
      "The version of the document, for `If-Match` and `If-None-Match`. Absent where it is not the plain document.",
    schema: { type: "string", pattern: '^"[A-Za-z0-9_-]+"$' },
  },
  Location: { required: true, description: "The path of the new document.", schema: text },
  "Retry-After": { required: true, description: "Seconds until it is worth another try.", schema: count },
  "WWW-Authenticate": { required: true, description: "How to sign in.", schema: text },
  "RateLimit-Limit": { required: true, description: "Calls that a full allowance has.", schema: count },
  "RateLimit-Remaining": { required: true, description: "Calls that are left of it.", schema: count },
  "RateLimit-Reset": { required: true, description: "Seconds until it is full again.", schema: count },
};

const everywhere: readonly HeaderName[] = ["X-Request-Id"];

/** What tells about a limit. */
export const limitHeaders: readonly HeaderName[] = [
  "RateLimit-Limit",
  "RateLimit-Remaining",
  "RateLimit-Reset",
];

type Headers = NonNullable<Response["headers"]>;

/**
 * The headers of an answer: those of every one, and its own.
 * @param isLimited Whether the route has a limit, which its answers tell about.
 */
export function headersOf(
  store: ComponentStore,
  isLimited: boolean,
  own: readonly HeaderName[] = [],
): Headers {
  const names = [...everywhere, ...own, ...(isLimited ? limitHeaders : [])];
  return Object.fromEntries(names.map((name) => [name, store.header(name, () => headers[name])]));
}

/** Headers that an answer may have, or may not. */
export function possibleHeaders(names: readonly HeaderName[]): Headers {
  return Object.fromEntries(
    names.map((name) => {
      const { required: _, ...header } = headers[name];
      return [name, header];
    }),
  );
}
