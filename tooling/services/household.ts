/** One program to run, with everything it may see: nothing is inherited but what is named here. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** What asks the program to end; after the grace period it is killed. */
  readonly signal?: "SIGTERM" | "SIGINT";
}

/** Something to finish before the services start. */
export type Step = { readonly run: Command } | { readonly rename: readonly [from: string, to: string] };

/** Programs that live and end together, and the directories that go with them. */
export interface Household {
  readonly steps: readonly Step[];
  readonly services: readonly Command[];
  /** Removed when the last service has ended. */
  readonly remove: readonly string[];
  readonly graceMs: number;
}
