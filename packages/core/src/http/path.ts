/** A request's target, taken apart without decoding anything. */
export interface Target {
  /** From the first slash, as the client sent it. */
  readonly path: string;
  /** Behind the question mark; empty without one. */
  readonly search: string;
  /** Length of path and query. */
  readonly length: number;
}

/**
 * Splits a request's URL. Slicing, because `new URL` costs as much as the rest of the matching (1.1 µs against 0.1 µs
 * on Node 24) and the runtime has parsed the URL once already.
 */
export function targetOf(request: Request): Target {
  const { url } = request;
  const start = url.indexOf("/", url.indexOf("://") + 3);
  if (start === -1) return { path: "/", search: "", length: 1 };
  const question = url.indexOf("?", start);
  if (question === -1) return { path: url.slice(start), search: "", length: url.length - start };
  return { path: url.slice(start, question), search: url.slice(question + 1), length: url.length - start };
}
