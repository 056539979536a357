/** The code of the driver's or the server's own error, which is all of it that may be shown: the message may hold values. */
export function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined;
  return typeof code === "string" ? code : "unknown reason";
}
