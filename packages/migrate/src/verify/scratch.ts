import type { Runner } from "@lucent/core";

/** An empty server of a moment. */
export interface Scratch {
  /** Runs work on one connection, of which settings and transactions hold from one statement to the next. */
  use<T>(work: (runner: Runner) => Promise<T>): Promise<T>;
  /** Ends the server and removes what it stored. */
  close(): Promise<void>;
}

/** A server that could be started, or why it could not. */
export type Found = { readonly scratch: Scratch } | { readonly reason: string };
