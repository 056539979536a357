import type { LucentError } from "../errors.ts";

/** The body of every error: RFC 9457 problem details. Built from the code alone, so nothing can leak into it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly { readonly path: string; readonly rule: string }[];
  /** Only for a batch: which of its operations failed, from 0. */
  readonly operation?: number;
}

/** Media type of a problem. */
export const problemType = "application/problem+json";

/** Renders a failure for the client. */
export function problemOf(error: LucentError, requestId: string): Problem {
  return {
    type: `urn:lucent:problem:${error.code.toLowerCase().replaceAll("_", "-")}`,
    title: error.message,
    status: error.status,
    code: error.code,
    requestId,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
    ...(error.operation === undefined ? {} : { operation: error.operation }),
  };
}
