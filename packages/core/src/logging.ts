import type { LogFacts, Logger } from "./contract/logger.ts";

/** The default logger: one JSON object per line on stderr. */
export const jsonLogger: Logger = {
  info: (message, facts) => write("info", message, facts),
  warn: (message, facts) => write("warn", message, facts),
  error: (message, facts) => write("error", message, facts),
};

/** A logger that says nothing. */
export const silentLogger: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function write(level: string, message: string, facts: LogFacts | undefined): void {
  process.stderr.write(`${logLine({ time: new Date().toISOString(), level, message, ...facts })}\n`);
}

// DEL and C1, line and paragraph separators, what turns the reading direction, and what has no width.
const unprintable = /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/**
 * A log line as JSON that shows what it holds: JSON itself escapes C0 control characters and lone surrogates, this also
 * those that end a line in some viewers, hide, or turn the text around them.
 */
export function logLine(line: object): string {
  return JSON.stringify(line).replaceAll(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
