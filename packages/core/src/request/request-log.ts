import type { AnswerFacts } from "../contract/answer-message.ts";
import type { Logger } from "../contract/logger.ts";
import type { Exchange } from "./exchange.ts";
import type { Matched } from "./match.ts";

/** Writes the line of an answered request. */
export type RequestLog = (exchange: Exchange, status: number) => void;

/** Makes the log: one line for each request. */
export function requestLog(logger: Logger): RequestLog {
  return (exchange, status) => {
    const facts = factsOf(exchange, status);
    if (status >= 500) logger.error("request", facts);
    else logger.info("request", facts);
  };
}

/** What may be stored of a request: the facts that are listed here, and nothing else. */
export function factsOf(
  { requestId, method, matched, started, queries }: Exchange,
  status: number,
): AnswerFacts {
  return {
    requestId,
    method: methods.has(method) ? method : "other",
    route: routeOf(matched),
    status,
    durationMs: Math.round((performance.now() - started) * 10) / 10,
    queries,
  };
}

// A client may make up any other word.
const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** The id of the route: a path may hold anything, an id holds what the application's author wrote. */
export function routeOf(matched: Matched | undefined): string {
  switch (matched?.kind) {
    case undefined:
      return "none";
    case "collection":
      return `${matched.model.slug}.${matched.action}`;
    case "route":
      return matched.route.id;
    case "batch":
    case "options":
      return matched.kind;
  }
}
