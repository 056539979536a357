import { type ErrorCode, LucentError } from "../errors.ts";

/** SQLSTATE and driver codes that have a meaning for a client; everything else is INTERNAL. */
const meanings: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ["23505", "CONFLICT"], // unique_violation
  ["23503", "CONFLICT"], // foreign_key_violation
  ["23001", "CONFLICT"], // restrict_violation
  ["23502", "VALIDATION"], // not_null_violation
  ["23514", "VALIDATION"], // check_violation
  ["22003", "VALIDATION"], // numeric_value_out_of_range
  ["54000", "CONFLICT"], // program_limit_exceeded: a value too long for its index
  ["57014", "UNAVAILABLE"], // query_canceled: statement_timeout
  ["55P03", "UNAVAILABLE"], // lock_not_available
  ["40001", "UNAVAILABLE"], // serialization_failure
  ["40P01", "UNAVAILABLE"], // deadlock_detected
  ["53300", "UNAVAILABLE"], // too_many_connections
  ["57P01", "UNAVAILABLE"], // admin_shutdown
  ["57P02", "UNAVAILABLE"], // crash_shutdown
  ["57P03", "UNAVAILABLE"], // cannot_connect_now
  ["ECONNREFUSED", "UNAVAILABLE"],
  ["ECONNRESET", "UNAVAILABLE"],
  ["ENOTFOUND", "UNAVAILABLE"],
  ["EAI_AGAIN", "UNAVAILABLE"],
  ["ETIMEDOUT", "UNAVAILABLE"],
  ["EPIPE", "UNAVAILABLE"],
  ["CONNECT_TIMEOUT", "UNAVAILABLE"],
  ["CONNECTION_CLOSED", "UNAVAILABLE"],
  ["CONNECTION_DESTROYED", "UNAVAILABLE"],
  ["CONNECTION_ENDED", "UNAVAILABLE"],
]);

// Enough for a restarted server to come back without every client waiting longer than a person would.
const retryAfterSeconds = "2";

/** Gives a failure of the driver its code. The driver's error stays as the cause, for the log alone. */
export function postgresFailure(cause: unknown): LucentError {
  const code = meanings.get(textOf(cause, "code") ?? "") ?? "INTERNAL";
  return code === "UNAVAILABLE"
    ? new LucentError(code, { cause, headers: { "retry-after": retryAfterSeconds } })
    : new LucentError(code, { cause });
}

/** Name of the index or constraint that a failed statement met, if it met one. */
export function violatedConstraint(failure: LucentError): string | undefined {
  return textOf(failure.cause, "constraint_name");
}

function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === "string" ? found : undefined;
}
