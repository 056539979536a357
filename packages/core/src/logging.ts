import type { CommandContext } from "./contract/command.ts";
import type { Config } from "./contract/config.ts";
import type { LogFacts, Logger } from "./contract/logger.ts";

/** The default logger: one JSON object per line on stderr. */
const jsonLogger: Logger = lineLogger((line) => process.stderr.write(`${line}\n`));

/** A logger that says nothing. */
const silentLogger: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The logger that a configuration asks for. */
export function loggerOf({ logger }: Pick<Config, "logger">): Logger {
  return logger === false ? silentLogger : (logger ?? jsonLogger);
}

/**
 * The logger of a command. Its lines stand on standard error, wherever the application's own go: standard output belongs
 * to what the command answers. Silent where the application is.
 */
export function commandLogger({
  blueprint,
  printError,
}: Pick<CommandContext, "blueprint" | "printError">): Logger {
  return blueprint.config.logger === false ? silentLogger : lineLogger(printError);
}

function lineLogger(write: (line: string) => void): Logger {
  const at =
    (level: string) =>
    (message: string, facts?: LogFacts): void =>
      write(logLine({ time: new Date().toISOString(), level, message, ...facts }));
  return { info: at("info"), warn: at("warn"), error: at("error") };
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
