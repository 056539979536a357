import type { Group, Step } from "../model/step.ts";
import { aloneAttempt } from "./alone.ts";
import {
  type Attempt,
  defaultLimits,
  type Failed,
  type GroupWorld,
  type Limits,
  type Reports,
} from "./attempt.ts";
import { batchedAttempt } from "./batched.ts";
import { blockersOf } from "./blockers.ts";
import { codeOf } from "./code.ts";
import { type Ended, explained, failure, isAnswer, isBusy, kept } from "./failure.ts";
import { journal, type RunFacts, type StepEntry } from "./history.ts";
import { backoff, rest } from "./patience.ts";
import { type Session, wasStopped } from "./session.ts";
import { transactionAttempt } from "./transaction.ts";

/** What a run of groups takes. */
export interface GroupRun {
  readonly groups: readonly Group[];
  /** What is written down about it. */
  readonly facts: RunFacts;
  readonly reports: Reports;
  readonly limits?: Limits;
  /** Asked when all is done, before that is written down. Answers why it is not what was wanted. */
  readonly verify?: () => Promise<string | undefined>;
}

const attempts: Readonly<Record<Group["mode"], (group: Group, at: number, world: GroupWorld) => Attempt>> = {
  transaction: transactionAttempt,
  alone: aloneAttempt,
  batched: batchedAttempt,
};

/**
 * Runs groups one after the other and writes down what it does. The lock of all migrations must be held.
 * @returns how it ended before its end; `undefined` when everything is done.
 */
export async function runGroups(session: Session, run: GroupRun): Promise<Ended | undefined> {
  const { groups, facts, limits = defaultLimits, verify } = run;
  const reports = announcing(run.reports);
  const book = journal(facts, groups);
  const world: GroupWorld = { session, schema: facts.schema, journal: book, limits, reports };
  const done: Step[] = [];
  for (const [at, group] of groups.entries()) {
    const attempt = attempts[group.mode](group, at, world);
    const tried = await tryGroup(group, attempt, world);
    if (tried !== undefined) {
      const remains = await attempt.cleanUp();
      if (book.isReady(at)) await writeFailure(tried.failed, world);
      return endOf(tried, { done, remains, signal: session.signal });
    }
    done.push(...group.steps);
    reports.onDone?.(group.steps);
  }
  try {
    const reason = await verify?.();
    if (reason !== undefined) await session.finish(book.close("failed").join(";\n"));
    return reason === undefined ? undefined : { kind: "failed", reason, done };
  } catch (error) {
    if (wasStopped(error, session.signal)) return stoppedAt("behind the last step", done);
    return failure(error, "while looking at what was done", done);
  }
}

/** Each step is announced once, however often it is tried. */
function announcing(reports: Reports): Reports {
  const begun = new Set<Step>();
  return {
    ...reports,
    onStep(step) {
      if (begun.has(step)) return;
      begun.add(step);
      reports.onStep?.(step);
    },
  };
}

function stoppedAt(where: string, done: readonly Step[]): Ended {
  const stays = kept(done.map(({ title }) => title));
  return { kind: "failed", reason: `Stopped ${where}, as was asked for; ${stays}`, done };
}

interface Tried {
  readonly failed: Failed;
  /** Who was in the way at the last try. */
  readonly blockers: readonly string[];
}

async function tryGroup(group: Group, attempt: Attempt, world: GroupWorld): Promise<Tried | undefined> {
  const { session, limits, reports, schema } = world;
  const pause = backoff(limits.pauses);
  for (;;) {
    const started = performance.now();
    const failed = await attempt.run();
    if (failed === undefined) return undefined;
    if (!isBusy(failed.error) || session.signal.aborted) return { failed, blockers: [] };
    session.budget.spend(performance.now() - started);
    try {
      const blockers = await blockersOf(session, { schema, steps: group.steps });
      if (session.budget.left() <= 0) return { failed, blockers };
      reports.onWait?.(waiting(failed, blockers));
      await rest(pause(), session.budget, session.signal);
    } catch (error) {
      return { failed: { ...failed, error }, blockers: [] };
    }
  }
}

function waiting({ step }: Failed, blockers: readonly string[]): string {
  const who = blockers.length > 0 ? blockers.join(", ") : "another session uses a table";
  return `Trying again${step === undefined ? "" : ` at "${step.title}"`}: ${who} …`;
}

/** As far as it can be written: where the connection is lost, the next run does it. */
async function writeFailure({ step, error }: Failed, { journal: book, session }: GroupWorld): Promise<void> {
  const code = isAnswer(error) ? { code: codeOf(error) } : {};
  const entries: readonly StepEntry[] = step === undefined ? [] : [{ step, outcome: "failed", ...code }];
  try {
    await session.finish(book.write(entries).join(";\n"));
    book.written();
    await session.finish(book.close("failed").join(";\n"));
  } catch {
    // The outcome says what happened.
  }
}

interface Leftover {
  /** The steps that were done before. */
  readonly done: readonly Step[];
  /** What could not be removed, each a sentence. */
  readonly remains: readonly string[];
  readonly signal: AbortSignal;
}

function endOf({ failed, blockers }: Tried, { done, remains, signal }: Leftover): Ended {
  const { error, step, isOpen } = failed;
  const where = step === undefined ? "while writing down what was done" : `at "${step.title}"`;
  const isStopped = wasStopped(error, signal) || (signal.aborted && isBusy(error));
  const ended = isStopped ? stoppedAt(where, done) : failure(error, where, done);
  const reason = isOpen && !isStopped && !isAnswer(error) ? unsure(error, where) : ended.reason;
  const sentences = [reason, ...blockers.map((who) => `${who}.`), ...remains];
  return { ...ended, reason: sentences.join(" ") };
}

function unsure(error: unknown, where: string): string {
  return `The connection was lost ${where} (${explained(error)}), and whether that was done is not known: run again, which does what is still missing.`;
}
