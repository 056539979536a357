import { expect, vi } from "vitest";

import { type Opened, opened } from "./ground.ts";

// Of a table that no release touches.
const oldSnapshot = "begin isolation level repeatable read; select count(*) from pg_catalog.pg_class";

/** Runs work beside somebody who sees the database as it was: a concurrent build waits until the end of `work`. */
export function withOldSnapshot<T>(url: string, work: (here: Opened) => Promise<T>): Promise<T> {
  return beside(url, oldSnapshot, work);
}

/** Runs work beside somebody who is changing rows that a batch fills. */
export function withLockedRows<T>(url: string, work: (here: Opened) => Promise<T>): Promise<T> {
  return beside(url, "begin; select from posts where summary is null for update", work);
}

function beside<T>(url: string, text: string, work: (here: Opened) => Promise<T>): Promise<T> {
  return opened(url, (here) =>
    here.database.session(async (other) => {
      await other.run({ text, values: [] });
      return work(here);
    }),
  );
}

/** Waits until a question answers `true`. */
export async function until({ sql }: Pick<Opened, "sql">, question: string): Promise<void> {
  await vi.waitFor(async () => expect(await sql(question)).toEqual([[true]]), 20_000);
}

/** Whether somebody waits for a lock with a statement that begins so. */
export function isWaiting(statement: string): string {
  return `select exists (select from pg_stat_activity where datname = current_database()
    and query like '${statement}%' and wait_event_type = 'Lock')`;
}

/** Indexes that are not whole. */
export const invalid = "select count(*)::int from pg_index where not indisvalid";

/** Whether nobody holds the lock of all migrations of this database. */
export const isFree = `select not exists (select from pg_locks l
  join pg_database d on d.oid = l.database and d.datname = current_database() where l.locktype = 'advisory')`;
