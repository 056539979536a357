import type { Database, Runner } from "@lucent/core";

import { type Ended, failure } from "./failure.ts";
import { giveLock, takeLock } from "./lock.ts";
import { patience } from "./patience.ts";
import { ownBackend, poolerAdvice } from "./pooler.ts";
import { type Session, sessionOf, wasStopped } from "./session.ts";
import { pinSettings } from "./settings.ts";

/** How the lock of all migrations is waited for. */
export interface LockOptions {
  /** The schema that is migrated. */
  readonly schema: string;
  /** How long to wait for others, now and while it is held, in milliseconds. */
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: ((why: string) => void) | undefined;
}

/**
 * Runs `work` on a connection of its own that holds the lock of all migrations.
 * @returns what `work` resolves to, or why the lock was not to be had.
 */
export async function underLock<T>(
  database: Database,
  options: LockOptions,
  work: (session: Session) => Promise<T>,
): Promise<T | Ended> {
  const { signal = new AbortController().signal } = options;
  try {
    return await database.session(async (runner) => {
      await pinSettings(runner);
      return lockedOn(runner, { ...options, database, signal }, work);
    });
  } catch (error) {
    if (wasStopped(error, signal)) return stopped();
    return failure(error, "while taking the lock of all migrations");
  }
}

/** The same on a connection that is open, with its settings pinned. */
export async function lockedOn<T>(
  runner: Runner,
  options: LockOptions & { readonly database: Database; readonly signal: AbortSignal },
  work: (session: Session) => Promise<T>,
): Promise<T | Ended> {
  const { database, schema, signal, waitMs, onWait } = options;
  const pid = await ownBackend(database, runner);
  if (pid === undefined) return { kind: "failed", reason: poolerAdvice, done: [] };
  const session = sessionOf(runner, { pid, database, signal, budget: patience(waitMs) });
  const reason = await takeLock(session, { schema, onWait });
  if (reason !== undefined) return { kind: "locked", reason, done: [] };
  try {
    return await work(session);
  } finally {
    await giveLock(session, schema);
  }
}

/** The end that was asked for before anything was done. */
export function stopped(): Ended {
  return { kind: "failed", reason: "Stopped, as was asked for; nothing was changed.", done: [] };
}
