import type { Row } from "@lucent/core";

/** Somebody else's session that is waited for. */
export interface OtherSession {
  /** Its server process; 0 for a prepared transaction, which has none. */
  readonly pid: number;
  /** In words: process, application, what it is at, and for how long. Never what it runs. */
  readonly description: string;
}

/** The columns that `otherSession` reads, of `pg_locks l` and `pg_stat_activity a`. */
export const selectOther = `l.pid, a.application_name, a.state,
  extract(epoch from pg_catalog.now() - coalesce(a.xact_start, a.state_change, a.backend_start))::float8`;

// A role that may not see others' sessions is shown their processes alone.
const unknownTo: ReadonlySet<unknown> = new Set([null, undefined, ""]);

/** Reads a row of `selectOther`. */
export function otherSession([pid, application, state, age]: Row): OtherSession {
  if (typeof pid !== "number") return { pid: 0, description: "a prepared transaction" };
  const facts = [
    ...(unknownTo.has(application) ? [] : [printable(String(application))]),
    ...(unknownTo.has(state) ? [] : [printable(String(state))]),
    ...(typeof age === "number" ? [`for ${duration(age)}`] : []),
  ];
  const detail = facts.length === 0 ? "" : `: ${facts.join(", ")}`;
  return { pid, description: `server process ${pid}${detail}` };
}

/** Whoever connects chooses the application's name. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 63);
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}
