import { setTimeout as sleep } from "node:timers/promises";

import { type Database, isLucentError, type Runner } from "@lucent/core";

import type { Desired } from "./desired.ts";
import { diff } from "./diff.ts";
import { grade } from "./grade.ts";
import { introspect } from "./introspect.ts";
import { render, type Step } from "./render.ts";

/** How to apply. */
export interface ApplyOptions {
  /** Plans only: nothing is locked and nothing is changed. */
  readonly dryRun: boolean;
  /** How long to wait for another migration, or for a table that others use, in milliseconds. */
  readonly waitMs: number;
  /** Called once when there is something to wait for. */
  readonly onWait?: () => void;
}

/** What came of it. Only `applied` changed anything. */
export type Outcome =
  | { readonly kind: "current" }
  | { readonly kind: "planned"; readonly steps: readonly Step[] }
  | { readonly kind: "applied"; readonly steps: readonly Step[] }
  | { readonly kind: "refused"; readonly refusals: readonly string[] }
  | { readonly kind: "locked"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

interface Plan {
  readonly steps: readonly Step[];
  readonly refusals: readonly string[];
}

const firstPauseMs = 50;
const longestPauseMs = 1_000;

/**
 * Brings the schema to what it should be, in one transaction: all of it or nothing. The plan is made once without a
 * lock, which settles the usual case of nothing to do, and again under the lock. It is proved before the commit: what
 * the steps made is read back and must leave nothing to do.
 */
export async function apply(database: Database, desired: Desired, options: ApplyOptions): Promise<Outcome> {
  try {
    return await database.session(async (runner) => {
      await runner.run({ text: settings, values: [] });
      const plan = await planWithoutLock(runner, desired);
      if (plan.refusals.length > 0 || plan.steps.length === 0) return outcomeOf(plan);
      if (options.dryRun) return { kind: "planned", steps: plan.steps };
      return applyLocked(runner, desired, options);
    });
  } catch (error) {
    return failure(error, "while reading the schema");
  }
}

// Spelling of expressions, row policies that would hide rows from a question, and how long a statement may wait for a
// table that others use (while it waits, everybody else waits behind it).
const settings = `set standard_conforming_strings = on; set quote_all_identifiers = off; set row_security = off;
  set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set lock_timeout = '2s'`;

async function planWithoutLock(runner: Runner, desired: Desired): Promise<Plan> {
  await runner.run({ text: "begin isolation level repeatable read read only", values: [] });
  const plan = await planOf(runner, desired);
  await runner.run({ text: "rollback", values: [] });
  return plan;
}

async function planOf(runner: Runner, desired: Desired): Promise<Plan> {
  const live = await introspect(runner, desired);
  if (live === undefined) {
    return {
      steps: [],
      refusals: ["The connection's search_path names no schema that exists: create it first."],
    };
  }
  const graded = await grade(diff(desired, live), live.schema, runner);
  return { steps: render(graded, live.schema), refusals: graded.refusals };
}

function outcomeOf({ refusals }: Plan): Outcome {
  return refusals.length > 0 ? { kind: "refused", refusals } : { kind: "current" };
}

/**
 * Tries until the time is up: for the lock of all migrations, and for tables that others use. Waiting for the first
 * inside the server would hold a snapshot, and could deadlock with whoever has it.
 */
async function applyLocked(
  runner: Runner,
  desired: Desired,
  { waitMs, onWait }: ApplyOptions,
): Promise<Outcome> {
  const deadline = performance.now() + waitMs;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
    // Read committed, whatever the role's default is: an older snapshot would not show what the last holder made.
    await runner.run({ text: "begin isolation level read committed read write", values: [] });
    const [[isLocked] = []] = await runner.run({ text: tryLock, values: [] });
    const outcome = isLocked === true ? await applyPlan(runner, desired) : undefined;
    if (outcome !== undefined && outcome.kind !== "locked") return outcome;
    await runner.run({ text: "rollback", values: [] });
    const left = deadline - performance.now();
    if (left <= 0) return outcome ?? lockedOut(runner);
    if (pause === firstPauseMs) onWait?.();
    await sleep(Math.min(pause, left));
  }
}

// The lock lives as long as the transaction: it can't outlive a lost connection, nor stay behind in a pooler.
const lockKey = "pg_catalog.hashtextextended('lucent.migrate.' || pg_catalog.current_schema(), 0)";
const tryLock = `select pg_catalog.pg_try_advisory_xact_lock(${lockKey})`;
const lockHolder = `select l.pid from pg_catalog.pg_locks l
  where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
    and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
    and (l.classid::bigint << 32 | l.objid::bigint) = ${lockKey}`;

async function lockedOut(runner: Runner): Promise<Outcome> {
  const [[pid] = []] = await runner.run({ text: lockHolder, values: [] });
  const holder = typeof pid === "number" ? ` (server process ${pid})` : "";
  return {
    kind: "locked",
    reason: `Another migration${holder} holds the lock: wait for it to end and run again.`,
  };
}

async function applyPlan(runner: Runner, desired: Desired): Promise<Outcome> {
  const { steps, refusals } = await planOf(runner, desired);
  if (refusals.length > 0 || steps.length === 0) {
    await runner.run({ text: "rollback", values: [] });
    return outcomeOf({ steps, refusals });
  }
  for (const { title, sql } of steps) {
    const failed = await attempt(runner, sql, `at "${title}"`);
    if (failed !== undefined) return failed;
  }
  const rest = await planOf(runner, desired);
  if (rest.steps.length > 0 || rest.refusals.length > 0) {
    await runner.run({ text: "rollback", values: [] });
    const left = [...rest.refusals, ...rest.steps.map(({ title }) => title)].join(" ");
    return {
      kind: "failed",
      reason: `The steps did not lead to the schema that was asked for; nothing was changed. ${left}`,
    };
  }
  return (await commit(runner)) ?? { kind: "applied", steps };
}

/**
 * Runs one statement of the transaction. The savepoint is a guard: a driver that lost its connection opens another one
 * by itself, and there, outside the transaction and without the lock, the savepoint fails and the statement with it.
 */
async function attempt(runner: Runner, sql: string, where: string): Promise<Outcome | undefined> {
  try {
    await runner.run({ text: `savepoint lucent; ${sql}; release savepoint lucent`, values: [] });
    return undefined;
  } catch (error) {
    return failure(error, where);
  }
}

async function commit(runner: Runner): Promise<Outcome | undefined> {
  try {
    await runner.run({ text: "savepoint lucent; commit", values: [] });
    return undefined;
  } catch (error) {
    const reason = `The commit was not confirmed (${codeOf(error)}): run again, which does what is still missing.`;
    return { kind: "failed", reason };
  }
}

const meanings: ReadonlyMap<string, string> = new Map([
  ["22001", "a value is too long"],
  ["23503", "a row refers to one that is not there"],
  ["23505", "two rows have the same value"],
  ["23514", "a row has a value that the check refuses"],
  ["25006", "the database is read-only"],
  ["25P01", "the connection was lost in between"],
  ["3D000", "there is no such database"],
  ["28P01", "the user or the password is wrong"],
  ["42501", "the role may not do that"],
  ["53100", "the disk is full"],
  ["53200", "the server ran out of memory or of locks"],
  ["54000", "a value is too long for the index"],
  ["ECONNREFUSED", "nothing listens there"],
]);

/** The driver's own message may hold values and is left out. */
function failure(error: unknown, where: string): Outcome {
  if (!isLucentError(error)) throw error;
  const code = codeOf(error);
  if (code === "55P03" || code === "40P01") {
    const reason = `Another session uses a table that is needed ${where}; nothing was changed. Run again when it is free.`;
    return { kind: "locked", reason };
  }
  const meaning = meanings.get(code);
  const explained = meaning === undefined ? code : `${code}: ${meaning}`;
  return { kind: "failed", reason: `Failed ${where} (${explained}); nothing was changed.` };
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined;
  return typeof code === "string" ? code : "unknown reason";
}
