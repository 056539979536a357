import type { Row } from "@lucent/core";

import { literal } from "../quote.ts";
import { type OtherSession, otherSession, selectOther } from "./others.ts";
import { backoff, lockPauses, rest } from "./patience.ts";
import type { Session } from "./session.ts";

/** What the wait for the lock takes. */
export interface LockWait {
  /** The schema that is migrated: each has a lock of its own. */
  readonly schema: string;
  /** Called when there is somebody to wait for, and again when it is somebody else. */
  readonly onWait?: ((why: string) => void) | undefined;
}

// Of the session, because an index that is built concurrently is built outside a transaction.
const keyOf = (schema: string): string => `pg_catalog.hashtextextended('lucent.migrate.' || ${schema}, 0)`;
const lockKey = keyOf("$1::text");
const tryLock = `select pg_catalog.pg_try_advisory_lock(${lockKey})`;
const selectHolder = `select ${selectOther} from pg_catalog.pg_locks l
  left join pg_catalog.pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
    and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
    and (l.classid::bigint << 32 | l.objid::bigint) = ${lockKey}`;

/**
 * Takes the lock of all migrations. It is tried again and again: to wait for it inside the server would hold a snapshot,
 * for which an index that the holder builds would wait in turn.
 * @returns why not, when the time was up.
 * @throws the signal's reason when it aborts.
 */
export async function takeLock(session: Session, wait: LockWait): Promise<string | undefined> {
  const pause = backoff(lockPauses);
  let told: number | undefined;
  for (;;) {
    const [[isTaken] = []] = await session.run({ text: tryLock, values: [wait.schema] });
    if (isTaken === true) return undefined;
    const holder = await holderOf(session, wait.schema);
    if (session.budget.left() <= 0) {
      return `Another migration${named(holder)} holds the lock: wait for it to end and run again.`;
    }
    if (told === undefined || (holder !== undefined && holder.pid !== told)) {
      wait.onWait?.(`Waiting for another migration${named(holder)} …`);
      told = holder?.pid ?? 0;
    }
    await rest(pause(), session.budget, session.signal);
  }
}

/** Gives the lock back; where the connection was lost, it has been already. */
export async function giveLock(session: Session, schema: string): Promise<void> {
  try {
    await session.finish(`select pg_catalog.pg_advisory_unlock(${keyOf(literal(schema))})`);
  } catch {
    // The server gives it back when it notices.
  }
}

async function holderOf(session: Session, schema: string): Promise<OtherSession | undefined> {
  const [row]: readonly (Row | undefined)[] = await session.run({ text: selectHolder, values: [schema] });
  return row === undefined ? undefined : otherSession(row);
}

function named(holder: OtherSession | undefined): string {
  return holder === undefined ? "" : ` (${holder.description})`;
}
