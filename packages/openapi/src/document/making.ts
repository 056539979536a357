import type { Blueprint, ErrorCode } from "@lucent/core";

import type { ComponentStore } from "./components.ts";
import { type Names, camelCase } from "./names.ts";
import type { Operation } from "./openapi.ts";
import { problemResponses } from "./problems.ts";
import type { Security } from "./security.ts";
import type { Shapes } from "./shapes.ts";
import type { Admission, View } from "./view.ts";

/** What the operations of one document are made with. */
export interface Making {
  readonly blueprint: Blueprint;
  readonly view: View;
  readonly store: ComponentStore;
  readonly shapes: Shapes;
  readonly security: Security;
  /** Of operations. */
  readonly ids: Names;
  /** Whether a declared route answers all of a path, which else were a collection's or the batch's. */
  readonly isTaken: (path: string) => boolean;
}

/** How a route is called, for what every route of its kind can answer. */
export interface Calling {
  readonly admission: Admission;
  /** Whether it changes something, or could: what browsers of other sites are refused. */
  readonly isUnsafe: boolean;
  readonly hasBody: boolean;
  readonly isLimited: boolean;
}

/** The answers that are problems: those of every route that is called like this, and some more. */
export function problemsOf(
  { store, security, blueprint }: Making,
  { admission, isUnsafe, hasBody, isLimited }: Calling,
  more: readonly ErrorCode[],
): Operation["responses"] {
  const isAsked = admission !== "none";
  const codes: ErrorCode[] = ["BAD_REQUEST", "MISDIRECTED_REQUEST", "INTERNAL", "UNAVAILABLE", ...more];
  if (isLimited) codes.push("RATE_LIMITED");
  if (hasBody) codes.push("PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE");
  if (admission === "required" || (isAsked && security.hasCallers)) codes.push("UNAUTHENTICATED");
  if (isAsked && isUnsafe && security.hasCookies) codes.push("CSRF");
  if (isProxied(blueprint) && isUnsafe) codes.push("FORBIDDEN");
  return problemResponses(store, new Set(codes), isLimited);
}

/** The answer to a request that came by plain http through a proxy, where that can be. */
export function redirection({ store, blueprint }: Making, isUnsafe: boolean): Operation["responses"] {
  if (isUnsafe || !isProxied(blueprint)) return {};
  const response = store.response("MovedToHttps", () => ({
    description: "The same by https.",
    headers: { Location: { description: "The https address.", schema: { type: "string" } } },
  }));
  return { "308": response };
}

function isProxied({ config: { api } }: Blueprint): boolean {
  return api?.trustProxy !== undefined && api.trustProxy !== 0;
}

/** An id for an operation, made of words. */
export function operationId({ ids }: Making, words: string): string {
  return ids.take(camelCase(words));
}
