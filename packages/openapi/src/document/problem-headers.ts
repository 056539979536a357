import type { ErrorCode } from "@lucent/core";

import type { ComponentStore } from "./components.ts";
import { type HeaderName, headersOf, limitHeaders, possibleHeaders } from "./headers.ts";
import type { Response } from "./openapi.ts";

// Where they are answered, a limit may not have been asked yet: the address was too long, the caller not known, the counter
// out of reach.
const early: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "BAD_REQUEST",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "INTERNAL",
  "UNAVAILABLE",
]);

/** Whether a problem tells about the limit of its route: one of another host is told before anything is looked up. */
export function tellsLimit(codes: readonly ErrorCode[], isLimited: boolean): boolean {
  return isLimited && !codes.includes("MISDIRECTED_REQUEST") && !codes.includes("RATE_LIMITED");
}

/**
 * The headers of the problems of one status.
 * @param isLimited Whether the route has a limit.
 */
export function headersOfProblem(
  store: ComponentStore,
  codes: readonly ErrorCode[],
  isLimited: boolean,
): NonNullable<Response["headers"]> {
  const mayTell = tellsLimit(codes, isLimited) && codes.some((code) => early.has(code));
  // Who is told to come back later is told when, whatever was counted.
  const tells = codes.includes("RATE_LIMITED") || (tellsLimit(codes, isLimited) && !mayTell);
  const { sure, possible } = ownHeaders(codes);
  return {
    ...headersOf(store, tells, sure),
    ...possibleHeaders(mayTell ? [...possible, ...limitHeaders] : possible),
  };
}

interface OwnHeaders {
  readonly sure: readonly HeaderName[];
  readonly possible: readonly HeaderName[];
}

function ownHeaders(codes: readonly ErrorCode[]): OwnHeaders {
  if (codes.includes("UNAUTHENTICATED")) {
    // A refused password or token may be one more reason for the same status, and says nothing of how to sign in.
    return codes.length === 1
      ? { sure: ["WWW-Authenticate"], possible: [] }
      : { sure: [], possible: ["WWW-Authenticate"] };
  }
  const isLater = codes.some((code) => code === "RATE_LIMITED" || code === "UNAVAILABLE");
  return { sure: isLater ? ["Retry-After"] : [], possible: [] };
}
