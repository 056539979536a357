import { type ErrorCode, isLucentError, LucentError } from "../errors.ts";

/** Failures after which the connection is gone: the server ends it, or it was never there. */
const breaking: readonly string[] = [
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "57P05", // idle_session_timeout
  "25P03", // idle_in_transaction_session_timeout
  "25P04", // transaction_timeout
  "08000", // connection_exception
  "08001", // sqlclient_unable_to_establish_sqlconnection
  "08003", // connection_does_not_exist
  "08004", // sqlserver_rejected_establishment_of_sqlconnection
  "08006", // connection_failure
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "EPIPE",
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
];

/** SQLSTATE and driver codes that have a meaning for a client; everything else is INTERNAL. */
const meanings: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ["23505", "CONFLICT"], // unique_violation
  ["23P01", "CONFLICT"], // exclusion_violation
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
  ["53000", "UNAVAILABLE"], // insufficient_resources
  ["53100", "UNAVAILABLE"], // disk_full
  ["53200", "UNAVAILABLE"], // out_of_memory
  ["53300", "UNAVAILABLE"], // too_many_connections
  ["25006", "UNAVAILABLE"], // read_only_sql_transaction: a standby, during a failover
  ...breaking.map((code) => [code, "UNAVAILABLE"] as const),
]);

// Enough for a restarted server to come back without every client waiting longer than a person would.
const retryAfterSeconds = "2";

/** Gives a failure of the driver its code. The driver's error stays as the cause, for the log alone. */
export function postgresFailure(cause: unknown): LucentError {
  if (isLucentError(cause)) return cause;
  if (isMissingTable(cause)) return unavailable(new MissingTable(cause));
  const code = meanings.get(textOf(cause, "code") ?? "") ?? "INTERNAL";
  return code === "UNAVAILABLE" ? unavailable(cause) : new LucentError(code, { cause });
}

/** A table was there when the application started; since then somebody has taken it away, or is changing it. */
function isMissingTable(cause: unknown): boolean {
  return textOf(cause, "code") === undefinedTable;
}

const undefinedTable = "42P01";

/** Says in the log what brings the table back. */
class MissingTable extends Error {
  readonly code = undefinedTable;

  constructor(cause: unknown) {
    const told = textOf(cause, "message") ?? "a table does not exist";
    super(`${told}: run \`lucent migrate\``, { cause });
  }
}

/**
 * Gives a failure of a query of the application's own, in a hook or a plugin, its code. Only what the database can't do now
 * is told apart: what else went wrong there is the application's affair, not its caller's.
 */
export function queryFailure(cause: unknown): LucentError {
  if (isLucentError(cause)) return cause;
  const failure = postgresFailure(cause);
  // A table that the application asks for by a name of its own may never have been there.
  const isPassing = failure.code === "UNAVAILABLE" && !isMissingTable(cause);
  return isPassing ? failure : new LucentError("INTERNAL", { cause });
}

/**
 * Gives anything that was thrown its code, also by a query of a hook or a plugin through drizzle, whose own error would
 * put the query's values into the log.
 */
export function thrownFailure(thrown: unknown): LucentError {
  if (isLucentError(thrown)) return thrown;
  const isQuery = thrown instanceof Error && thrown.name === "DrizzleQueryError";
  const cause = isQuery ? (thrown.cause ?? "a query failed") : thrown;
  const failure = queryFailure(cause);
  return failure.code === "UNAVAILABLE" ? failure : new LucentError("INTERNAL", { cause });
}

/** The database can't be used now, but may be soon. The cause is for the log. */
export function unavailable(cause: unknown): LucentError {
  return new LucentError("UNAVAILABLE", { cause, headers: { "retry-after": retryAfterSeconds } });
}

/** Whether a failure of the driver means that its connection can't be used any more. */
export function breaksConnection(cause: unknown): boolean {
  return breaking.includes(textOf(cause, "code") ?? "");
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
