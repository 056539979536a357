import type { LockMode, Step, StepLock } from "../model/step.ts";
import { literal } from "../quote.ts";
import { type OtherSession, otherSession, selectOther } from "./others.ts";
import type { Session } from "./session.ts";

// Weakest first.
const modes: readonly LockMode[] = [
  "ACCESS SHARE",
  "ROW SHARE",
  "ROW EXCLUSIVE",
  "SHARE UPDATE EXCLUSIVE",
  "SHARE",
  "SHARE ROW EXCLUSIVE",
  "EXCLUSIVE",
  "ACCESS EXCLUSIVE",
];

// The table of conflicts in the documentation of Postgres, "Explicit Locking".
const conflicts: Readonly<Record<LockMode, readonly LockMode[]>> = {
  "ACCESS SHARE": modes.slice(7),
  "ROW SHARE": modes.slice(6),
  "ROW EXCLUSIVE": modes.slice(4),
  "SHARE UPDATE EXCLUSIVE": modes.slice(3),
  SHARE: modes.slice(2).filter((mode) => mode !== "SHARE"),
  "SHARE ROW EXCLUSIVE": modes.slice(2),
  EXCLUSIVE: modes.slice(1),
  "ACCESS EXCLUSIVE": modes,
};

/** Whether a lock of this mode lets others read and write. */
export function isGentle(mode: LockMode): boolean {
  return modes.indexOf(mode) <= modes.indexOf("SHARE UPDATE EXCLUSIVE");
}

/** Who uses the tables of these steps in a way that stands in theirs, each with the table. */
export async function blockersOf(
  session: Session,
  { schema, steps }: { readonly schema: string; readonly steps: readonly Step[] },
): Promise<readonly string[]> {
  const locks = steps.flatMap((step) => step.locks);
  if (locks.length === 0) return [];
  const wanted = locks.flatMap((lock) => conflicts[lock.mode].map((mode) => rowOf(lock, mode)));
  const text = `select distinct on (l.pid, w.name) ${selectOther}, w.name
    from (values ${wanted.join(", ")}) as w (name, mode)
    join pg_catalog.pg_class c on c.relname = w.name
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = ${literal(schema)}
    join pg_catalog.pg_locks l on l.locktype = 'relation' and l.relation = c.oid and l.mode = w.mode and l.granted
      and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
      and l.pid is distinct from pg_catalog.pg_backend_pid()
    left join pg_catalog.pg_stat_activity a on a.pid = l.pid
    order by l.pid, w.name`;
  const rows = await session.run({ text, values: [] });
  return rows.map((row) => `"${String(row[4])}" is in use by ${otherSession(row).description}`);
}

function rowOf({ table }: StepLock, mode: LockMode): string {
  return `(${literal(table)}, ${literal(viewName(mode))})`;
}

/** As `pg_locks` spells it: `AccessExclusiveLock`. */
function viewName(mode: LockMode): string {
  const words = mode.split(" ").map((word) => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`);
  return `${words.join("")}Lock`;
}

/** Whoever a running statement of this process waits for, asked by another session. */
export const selectBlockersOf: string = `select ${selectOther}
  from pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::int)) as l (pid)
  left join pg_catalog.pg_stat_activity a on a.pid = l.pid`;

/** Reads the rows of `selectBlockersOf`. */
export function blockingSessions(rows: readonly (readonly unknown[])[]): readonly OtherSession[] {
  return rows.map(otherSession);
}
