import type { Blueprint } from "./blueprint.ts";
import type { User } from "./rule.ts";

/** What may be stored of a request and its answer: the facts of its line in the log, as a logger takes them. */
export type AnswerFacts = {
  readonly requestId: string;
  /** `other` for a word that is no method of the API. */
  readonly method: string;
  /** The id of the route, such as `posts.list`; `batch`, `options`, or `none` where none was found. */
  readonly route: string;
  readonly status: number;
  /** Until the answer was made; what the server needs to send it comes on top. */
  readonly durationMs: number;
  /** SQL statements that were sent for it. */
  readonly queries: number;
};

/**
 * What is told of each answer on the diagnostics channel `lucent:answer`. Beside the facts it may hold secrets: tokens,
 * cookies, documents, the configuration. These members are not enumerable, so that neither a logger nor `JSON.stringify`
 * writes them.
 */
export interface AnswerMessage extends AnswerFacts {
  /** The application that answered. */
  readonly blueprint: Blueprint;
  /** Its body may have been read. */
  readonly request: Request;
  /** The path as it was looked up: as the client sent it, without the query. */
  readonly path: string;
  /** `null` for a stranger, `undefined` where it was answered before the caller was known. */
  readonly user: User | null | undefined;
  /**
   * The answer, as an object of the listener's own. That of a plugin's route can be had only while the listener is called:
   * afterwards the server reads it.
   */
  readonly response: () => Response;
}
