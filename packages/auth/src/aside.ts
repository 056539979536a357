import type { Runner, Statement } from "@lucent/core";

/** Statements that no request waits for. */
export interface Aside {
  /** Runs a statement, unless one with the same key is still running. */
  run(key: string, statement: Statement): void;
  /** Resolves when all that were begun are over. */
  readonly settled: () => Promise<void>;
}

/**
 * Runs statements beside requests. What they do is nothing that anybody relies on, and is tried again by a later request:
 * so a failure is left alone, since a database that is gone is told by the requests themselves.
 */
export function aside(runner: Runner): Aside {
  const running = new Map<string, Promise<unknown>>();
  return {
    run(key, statement) {
      if (running.has(key)) return;
      const done = runner
        .run(statement)
        .catch(() => undefined)
        .finally(() => running.delete(key));
      running.set(key, done);
    },
    async settled() {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}
