import type { Blueprint } from "./blueprint.ts";

/** What a command gets to work with. It must not read `process.argv` or write to the console by itself. */
export interface CommandContext {
  readonly blueprint: Blueprint;
  /** Arguments behind the command's name, unparsed. */
  readonly arguments: readonly string[];
  /** Aborted when the process is asked to end (SIGINT, SIGTERM): stop what runs, leave nothing half done, and resolve. */
  readonly signal: AbortSignal;
  /** Where variables are read from: `process.env`, unless a test says otherwise. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Draws one line over the last one, on standard error. Absent where that is no terminal. */
  readonly progress?: (line: string) => void;
  /** Writes one line to standard output. */
  readonly print: (line: string) => void;
  /** Writes one line to standard error. */
  readonly printError: (line: string) => void;
}

/** A command that a plugin adds to the `lucent` binary. */
export interface Command {
  /** The word behind `lucent`. */
  readonly name: string;
  /** One sentence for `lucent --help`. */
  readonly summary: string;
  /** The lines of `lucent <name> --help` behind the summary. */
  readonly usage: readonly string[];
  /** Does the work; resolves to the exit code. */
  run(context: CommandContext): Promise<number>;
}
