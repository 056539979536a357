import type { LogFacts, Logger } from "@lucent/core";

/** One line that was logged. */
export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly facts: LogFacts;
}

/** A logger that keeps what it was told. */
export interface RecordingLogger extends Logger {
  readonly lines: LogLine[];
  /** Everything that was logged, as one text to search in. */
  text(): string;
}

/** Makes a logger that keeps every line in memory. */
export function recordingLogger(): RecordingLogger {
  const lines: LogLine[] = [];
  const at =
    (level: LogLine["level"]) =>
    (message: string, facts: LogFacts = {}) =>
      void lines.push({ level, message, facts });
  return {
    lines,
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    text: () => JSON.stringify(lines),
  };
}
