import { canary } from "./nasty.ts";
import type { Malformed } from "./requests.ts";
import type { WireAnswer } from "./wire.ts";

/** Every code of http-api 2 with its status. */
const statuses: ReadonlyMap<string, number> = new Map([
  ["BAD_REQUEST", 400],
  ["UNKNOWN_FIELD", 400],
  ["BAD_CURSOR", 400],
  ["UNAUTHENTICATED", 401],
  ["FORBIDDEN", 403],
  ["NOT_FOUND", 404],
  ["METHOD_NOT_ALLOWED", 405],
  ["CONFLICT", 409],
  ["PRECONDITION_FAILED", 412],
  ["PAYLOAD_TOO_LARGE", 413],
  ["UNSUPPORTED_MEDIA_TYPE", 415],
  ["MISDIRECTED_REQUEST", 421],
  ["VALIDATION", 422],
]);

const rules = new Set([
  "type",
  "required",
  "minLength",
  "maxLength",
  "min",
  "max",
  "pattern",
  "options",
  "unique",
  "relationship",
  "unknown",
  "readOnly",
  "common",
  "format",
]);

/** Stands in a field that nobody may read. */
export const neverShown = "never-shown-7f3a";

/** What every response carries, whatever its status. */
export const securityHeaders = {
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "x-xss-protection": "0",
  "origin-agent-cluster": "?1",
  "x-dns-prefetch-control": "off",
} as const;

/** Words of the inside: statements, stack traces, drivers. */
export const leaks: RegExp =
  /postgres|syntax error|\bselect .* from\b|\binsert into\b|relation "|node_modules|\.[cm]?[jt]s:\d|\bat \S+ \(|stack/i;

/** Everything that is wrong with an answer, each as a sentence; empty where it is as it should be. */
export function faults(request: Malformed, answer: WireAnswer | undefined): readonly string[] {
  if (answer === undefined) return ["the connection was cut without an answer"];
  const found = answer.status < 500 ? [] : [`status ${answer.status}`];
  if (answer.body.includes(neverShown)) found.push("a field that nobody may read is shown");
  // Node and Bun answer some heads themselves, and the host app what is not below the prefix.
  if (!isOurs(request, answer)) return found;
  found.push(...headerFaults(request, answer));
  return answer.status < 400 ? found : [...found, ...problemFaults(request, answer), ...echoes(answer)];
}

const dots = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/** A path with dot segments may mean something else to the server below. */
function isOurs({ target, host }: Malformed, { status, headers }: WireAnswer): boolean {
  if (headers.has("x-request-id")) return true;
  // A head over 16 KiB is the server's own affair.
  if (status === 431) return false;
  const [path = ""] = target.split("?");
  return host === undefined && /^\/api(?:\/|$)/.test(path) && !dots.test(path);
}

function headerFaults(request: Malformed, { headers }: WireAnswer): readonly string[] {
  const found: string[] = [];
  const id = headers.get("x-request-id") ?? "";
  if (!/^[A-Za-z0-9._-]{8,64}$/.test(id)) found.push(`X-Request-Id is ${id}`);
  const sent = request.headers.filter(([name]) => name === "x-request-id").map(([, value]) => value);
  const [only] = sent;
  const isKept = sent.length === 1 && only !== undefined && /^[A-Za-z0-9._-]{8,64}$/.test(only);
  if (isKept && id !== only) found.push("a good request id was replaced");
  for (const [name, value] of Object.entries(securityHeaders)) {
    if (headers.get(name) !== value) found.push(`${name} is ${headers.get(name) ?? "absent"}`);
  }
  for (const name of ["server", "x-powered-by", "x-injected"])
    if (headers.has(name)) found.push(`${name} is sent`);
  return found;
}

function problemFaults(
  { method, target }: Malformed,
  { status, headers, body }: WireAnswer,
): readonly string[] {
  if (headers.get("content-type") !== "application/problem+json") {
    return [`content type ${headers.get("content-type") ?? "absent"}`];
  }
  if (method === "HEAD") return body.length === 0 ? [] : ["a body on HEAD"];
  const problem: Readonly<Record<string, unknown>> = JSON.parse(body.toString());
  const { type, title, code, requestId, errors, operation, ...more } = problem;
  const found: string[] = [];
  if (typeof code !== "string" || statuses.get(code) !== status)
    return [`code ${String(code)} with status ${status}`];
  if (type !== `urn:lucent:problem:${code.toLowerCase().replaceAll("_", "-")}`)
    found.push(`type ${String(type)}`);
  if (typeof title !== "string" || !/^[A-Z][a-z ]+$/.test(title)) found.push(`title ${String(title)}`);
  if (requestId !== headers.get("x-request-id")) found.push("another requestId than in the header");
  if (Object.keys(more).join() !== "status" || more["status"] !== status)
    found.push(`members ${Object.keys(more).join()}`);
  return [...found, ...operationFaults(target, operation), ...issueFaults(errors)];
}

/** A batch says which of its operations it was. */
function operationFaults(target: string, operation: unknown): readonly string[] {
  if (operation === undefined) return [];
  const isOne = Number.isInteger(operation) && Number(operation) >= 0 && Number(operation) < 100;
  return isOne && /^\/api\/batch\/?(?:\?|$)/.test(target) ? [] : [`operation ${JSON.stringify(operation)}`];
}

function issueFaults(errors: unknown): readonly string[] {
  if (errors === undefined) return [];
  if (!Array.isArray(errors) || errors.length === 0) return ["errors is no list with something in it"];
  return errors.flatMap((issue: Readonly<Record<string, unknown>>) => {
    const { path, rule, ...more } = issue;
    const isPath = typeof path === "string" && /^(?:[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)?$/.test(path);
    const isShort = isPath && path.replace(/^where\./, "").length <= 64;
    const isWhole = isShort && typeof rule === "string" && rules.has(rule) && Object.keys(more).length === 0;
    return isWhole ? [] : [`the issue ${JSON.stringify(issue)}`];
  });
}

function echoes({ headers, body }: WireAnswer): readonly string[] {
  const sent = [...headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  const text = `${sent}\n${body.toString()}`;
  return [
    ...(text.includes(canary) ? ["a value that the client sent comes back"] : []),
    ...(leaks.test(body.toString()) ? ["the body tells about the inside"] : []),
  ];
}
