import { setTimeout as delay } from "node:timers/promises";

import type { Database, Row, Runner, Statement } from "@lucent/core";

import { codeOf } from "./code.ts";
import type { Patience } from "./patience.ts";

/** The one connection of a run. */
export interface Session extends Runner {
  /** Process of the server that it is. */
  readonly pid: number;
  /** For what needs a second connection: to cancel, and to look at a statement that runs. */
  readonly database: Database;
  /** Aborted when the run is to end early. */
  readonly signal: AbortSignal;
  /** How long it may still wait for others. */
  readonly budget: Patience;
  /** Runs a statement; an abort cancels it on the server, and refuses the next ones. */
  run(statement: Statement): Promise<readonly Row[]>;
  /** Runs statements that take no values, whatever the signal says: what cleans up. */
  finish(text: string): Promise<readonly Row[]>;
}

/** What a session is made of. */
export interface SessionParts {
  readonly pid: number;
  readonly database: Database;
  readonly signal: AbortSignal;
  readonly budget: Patience;
}

const queryCanceled = "57014";

// A request that comes between two messages of one statement is lost, and has to come again.
const againMs = 200;

/** Makes a session of a runner with a connection of its own. */
export function sessionOf(runner: Runner, parts: SessionParts): Session {
  return {
    ...parts,
    run: (statement) => cancellable(parts, () => runner.run(statement)),
    finish: (text) => runner.run({ text, values: [] }),
  };
}

/** Whether a failure is the end that was asked for. */
export function wasStopped(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (error === signal.reason || codeOf(error) === queryCanceled);
}

/** Runs `work` and cancels it, by a second connection, when the signal aborts. Resolves when no request is under way. */
async function cancellable<T>(parts: SessionParts, work: () => Promise<T>): Promise<T> {
  const { signal } = parts;
  signal.throwIfAborted();
  const settled = Promise.withResolvers<undefined>();
  let cancelling: Promise<void> | undefined;
  const cancel = (): void => {
    cancelling = cancelUntil(settled.promise, parts);
  };
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await work();
  } finally {
    settled.resolve(undefined);
    signal.removeEventListener("abort", cancel);
    await cancelling;
  }
}

async function cancelUntil(settled: Promise<undefined>, { pid, database }: SessionParts): Promise<void> {
  const text = "select pg_catalog.pg_cancel_backend($1::int)";
  try {
    await database.session(async (other) => {
      do {
        await other.run({ text, values: [pid] });
      } while ((await Promise.race([settled, delay(againMs, "again", { ref: false })])) === "again");
    });
  } catch {
    // No second connection is to be had: the statement ends by itself, and the run behind it.
  }
}
