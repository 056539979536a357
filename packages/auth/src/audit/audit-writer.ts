import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

import { type AuditEvent, isLucentError, type Logger, type Runner } from "@lucent/core";

import { type AuditEntry, insertAuditEvents } from "../sql/audit.ts";

/** Writes events in the background. */
export interface AuditWriter {
  /** Never waits, and never throws. */
  readonly add: (event: AuditEvent) => void;
  /** Writes what waits, once more, and takes nothing any more. */
  readonly close: () => Promise<void>;
}

/** What a writer works with. */
export interface AuditWriterParts {
  readonly runner: Runner;
  readonly logger: Logger;
  /** Events that may wait while the database does not answer; beyond it new ones are lost, which is logged. */
  readonly limit?: number;
}

const defaultLimit = 10_000;
const batchSize = 500;
/** Milliseconds in which events gather for one statement. */
const gathering = 50;
/** Milliseconds after a statement that failed. */
const recovery = 1_000;

/** Makes a writer. While the database fails it keeps what it has and tries again; an outage is logged once. */
export function auditWriter({ runner, logger, limit = defaultLimit }: AuditWriterParts): AuditWriter {
  // An event may come from inside a transaction, where the pool is out of bounds; writing it is no part of that.
  const outside = AsyncLocalStorage.snapshot();
  const waiting: AuditEntry[] = [];
  let lost = 0;
  let isFailing = false;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<void> | undefined;

  function lose(count: number): void {
    if (lost === 0) logger.error("audit events are lost", { count });
    lost += count;
  }

  function schedule(delay: number): void {
    if (timer !== undefined || writing !== undefined || isClosed) return;
    timer = outside(() => setTimeout(begin, delay));
    timer.unref();
  }

  function begin(): void {
    timer = undefined;
    writing = write().finally(() => {
      writing = undefined;
      if (waiting.length > 0) schedule(isFailing ? recovery : gathering);
    });
  }

  async function write(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const batch = waiting.slice(0, batchSize);
        await runner.run(insertAuditEvents(batch));
        waiting.splice(0, batch.length);
      }
      recovered();
    } catch (error) {
      if (!isFailing) logger.error("audit events can't be written", { error: reasonOf(error) });
      isFailing = true;
    }
  }

  function recovered(): void {
    if (isFailing || lost > 0) logger.warn("audit events are written again", { lost });
    isFailing = false;
    lost = 0;
  }

  return {
    add(event) {
      if (isClosed || waiting.length >= limit) return lose(1);
      waiting.push({ ...event, id: randomUUID() });
      schedule(gathering);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await writing;
      await outside(write);
      if (waiting.length > 0) lose(waiting.length);
    },
  };
}

/** The message of a statement's failure may hold values; its code does not. */
function reasonOf(error: unknown): string {
  const cause = isLucentError(error) ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return "unknown reason";
  const code: unknown = Reflect.get(cause, "code");
  return typeof code === "string" ? code : cause.name;
}
