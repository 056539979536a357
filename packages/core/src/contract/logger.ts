/** Facts that go with a log line. Values must be safe to store: no secrets, no bodies. */
export type LogFacts = Readonly<Record<string, unknown>>;

/** Where Lucent's log lines go. The default writes one JSON object per line to stderr. */
export interface Logger {
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
}
