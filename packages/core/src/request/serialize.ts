import type { HeaderValues, ResponseData } from "../http/lazy-response.ts";
import type { Principal } from "../operation/principal.ts";

/** What a request led to, before it becomes bytes. */
export interface Result {
  readonly status: number;
  /** Absent where there is nothing to say (204). */
  readonly body?: unknown;
  /** The body where it is JSON text already. */
  readonly text?: string;
  readonly headers?: HeaderValues;
  /** Default `application/json`. */
  readonly type?: string;
}

/** What every response of one request carries. */
export interface ResponseFrame {
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly method: string;
  /** Absent where the request failed before the caller was known. */
  readonly principal: Principal | undefined;
}

/** Renders a result. Anything made for a signed-in caller must not be stored by a cache. */
export function serialize(result: Result, frame: ResponseFrame): ResponseData {
  const headers: Record<string, string | readonly string[]> = {
    ...frame.headers,
    "x-request-id": frame.requestId,
    ...result.headers,
  };
  if (frame.principal?.user !== null) headers["cache-control"] = "no-store";
  const text = result.text ?? (result.body === undefined ? null : JSON.stringify(result.body));
  if (text !== null) headers["content-type"] = result.type ?? "application/json";
  return { status: result.status, headers, body: frame.method === "HEAD" ? null : text };
}

/** Adds what every response carries to one that a plugin's route made; the route's own headers win. */
export function frameResponse(response: Response, frame: ResponseFrame): Response {
  const headers = new Headers({ ...frame.headers, "x-request-id": frame.requestId });
  for (const [name, value] of response.headers) {
    // What every response varies by does not stop being true.
    if (name === "set-cookie" || name === "vary") headers.append(name, value);
    else headers.set(name, value);
  }
  if (frame.principal?.user !== null || headers.has("set-cookie")) headers.set("cache-control", "no-store");
  return new Response(frame.method === "HEAD" ? null : response.body, { status: response.status, headers });
}
