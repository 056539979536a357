import type { ErrorCode } from "./contract/error-code.ts";
import type { Rule } from "./contract/issue.ts";

export type { ErrorCode } from "./contract/error-code.ts";
export type { Rule } from "./contract/issue.ts";

/** What is the same of every problem with one code. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Every problem that Lucent itself answers with: its HTTP status and its fixed title (RFC 9457). */
export const problemKinds: Readonly<Record<ErrorCode, ProblemKind>> = {
  BAD_REQUEST: { status: 400, title: "Bad request" },
  UNKNOWN_FIELD: { status: 400, title: "Unknown field" },
  BAD_CURSOR: { status: 400, title: "Bad cursor" },
  INVALID_TOKEN: { status: 400, title: "Invalid token" },
  UNAUTHENTICATED: { status: 401, title: "Authentication required" },
  INVALID_CREDENTIALS: { status: 401, title: "Invalid credentials" },
  TOKEN_REUSED: { status: 401, title: "Token reused" },
  FORBIDDEN: { status: 403, title: "Forbidden" },
  EMAIL_UNVERIFIED: { status: 403, title: "E-mail address not verified" },
  CSRF: { status: 403, title: "Cross-site request refused" },
  NOT_FOUND: { status: 404, title: "Not found" },
  METHOD_NOT_ALLOWED: { status: 405, title: "Method not allowed" },
  CONFLICT: { status: 409, title: "Conflict" },
  PRECONDITION_FAILED: { status: 412, title: "Precondition failed" },
  PAYLOAD_TOO_LARGE: { status: 413, title: "Payload too large" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "Unsupported media type" },
  MISDIRECTED_REQUEST: { status: 421, title: "Misdirected request" },
  VALIDATION: { status: 422, title: "Validation failed" },
  RATE_LIMITED: { status: 429, title: "Too many requests" },
  INTERNAL: { status: 500, title: "Internal error" },
  UNAVAILABLE: { status: 503, title: "Service unavailable" },
};

/** Every rule that an entry of a problem's `errors` can name. */
export const rules: readonly Rule[] = [
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
];

/** One entry of a problem's `errors`: where (dotted path) and which rule. Never carries the value. */
export interface Issue {
  readonly path: string;
  readonly rule: Rule;
}

/** What may go with a problem beside its code. */
export interface ProblemDetails {
  /** The values that were wrong. */
  readonly errors?: readonly Issue[];
  /** Which operation of a batch it was, from 0. */
  readonly operation?: number;
  /** Extra response headers by lower-case name, such as `allow` or `retry-after`; `set-cookie` may have several values. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The underlying failure: for the log, never for the client. */
  readonly cause?: unknown;
}

const brand = Symbol.for("lucent.error");
const bootBrand = Symbol.for("lucent.boot-error");

/**
 * A failure with a code that clients can rely on. Throw one from a plugin's route or `facts` to answer with its problem.
 * Its message is the fixed title of the code: it never carries a value, SQL or a secret.
 */
export class LucentError extends Error {
  override readonly name = "LucentError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly errors: readonly Issue[] | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly operation: number | undefined;

  constructor(code: ErrorCode, details: ProblemDetails = {}) {
    super(problemKinds[code].title, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.status = problemKinds[code].status;
    this.errors = details.errors;
    this.headers = details.headers;
    this.operation = details.operation;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Recognises a LucentError by its brand, so that two copies of the package still understand each other. */
export function isLucentError(value: unknown): value is LucentError {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * The configuration or the environment does not allow a start. Thrown by `describe`, `start` and `lucent` before
 * anything is served; each problem is one sentence that names what to do, and none carries a secret.
 */
export class BootError extends Error {
  override readonly name = "BootError";
  readonly problems: readonly string[];

  constructor(reasons: readonly string[], options: { readonly cause?: unknown } = {}) {
    super(reasons.join("\n"), options);
    this.problems = reasons;
    Object.defineProperty(this, bootBrand, { value: true });
  }
}

/** Recognises a BootError by its brand, so that two copies of the package still understand each other. */
export function isBootError(value: unknown): value is BootError {
  return typeof value === "object" && value !== null && bootBrand in value;
}
