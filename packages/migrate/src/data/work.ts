import type { Transaction } from "@lucent/core";

import type { Reports } from "../apply/attempt.ts";
import { isBusy } from "../apply/failure.ts";
import { backoff, groupPauses, rest } from "../apply/patience.ts";
import type { Session } from "../apply/session.ts";
import type { DataWork } from "../data.ts";
import type { Cursors } from "./cursors.ts";
import type { DataRecord } from "./record.ts";

interface WorkWorld {
  readonly session: Session;
  readonly reports: Reports;
  readonly book: DataRecord;
}

/** What one data migration works with; `cursors` say where its batches go on. */
export function workOf(id: string, cursors: Cursors, { session, reports, book }: WorkWorld): DataWork {
  let stored = cursors;
  let isBatching = false;

  async function runBatch(name: string, step: Parameters<DataWork["batch"]>[1]): Promise<void> {
    for (let cursor = stored.get(name); cursor !== null; cursor = stored.get(name)) {
      const from = cursor;
      stored = await inTransaction(session, async (tx) => {
        const next: unknown = await step(tx, from);
        if (next !== undefined && typeof next !== "string") throw new TypeError("a cursor must be a text");
        const after = new Map([...stored, [name, next ?? null] as const]);
        await book.store(tx, stored, after);
        return after;
      });
    }
  }

  return {
    signal: session.signal,
    tx: (work) => inTransaction(session, work),
    async batch(name, step) {
      if (isBatching) throw new TypeError("a data migration runs its batches one after the other");
      isBatching = true;
      try {
        await runBatch(name, step);
      } finally {
        isBatching = false;
      }
    },
    progress: (done, total) => reports.onProgress?.(id, done, total),
  };
}

/** Tried again as a whole while it meets tables in use. */
async function inTransaction<T>(session: Session, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const { database, signal, budget } = session;
  const pause = backoff(groupPauses);
  for (;;) {
    // With the connection the lock of all migrations would be gone.
    await session.run({ text: "select 1", values: [] });
    const started = performance.now();
    try {
      return await database.tracked({ signal }).transaction(async (tx) => {
        await tx.run({ text: limits, values: [] });
        return work(tx);
      });
    } catch (error) {
      budget.spend(isBusy(error) ? performance.now() - started : 0);
      if (!isBusy(error) || budget.left() <= 0) throw error;
    }
    await rest(pause(), budget, signal);
  }
}

// The pool's limit on a statement is made for requests.
const limits = "set local statement_timeout = 0; set local lock_timeout = '2s'";
