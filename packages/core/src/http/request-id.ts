import { randomUUID } from "node:crypto";

const accepted = /^[A-Za-z0-9._-]{8,64}$/;

/** The id of a request: the caller's own where it is harmless to log, else a new UUID. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && accepted.test(given) ? given : randomUUID();
}
