import type { Group, Step } from "../model/step.ts";
import { type Attempt, type Failed, type GroupWorld, joined, managed, rollBack } from "./attempt.ts";
import { isGentle } from "./blockers.ts";
import { briefer } from "./deadlock.ts";
import type { StepEntry } from "./history.ts";
import { watched } from "./watch.ts";

/** Runs a group in one transaction, with what is written down about it: all of it or nothing. */
export function transactionAttempt(group: Group, at: number, world: GroupWorld): Attempt {
  const { session, journal, schema } = world;
  const begin = beginning(group, world);
  return { run, cleanUp: async () => [] };

  async function run(): Promise<Failed | undefined> {
    let step: Step | undefined;
    const entries: StepEntry[] = [];
    const isWritten = journal.isReadyAfter(at);
    try {
      await session.run({ text: begin, values: [] });
      for (step of group.steps) entries.push(await runStep(step, world));
      step = undefined;
      const changes = managed([...group.before, ...group.after], schema);
      await session.run(
        joined([
          ...changes,
          ...(isWritten ? [...journal.write(entries), ...journal.ending(at)] : []),
          "commit",
        ]),
      );
    } catch (error) {
      await rollBack(session);
      return { error, step, isOpen: step === undefined };
    }
    if (isWritten) journal.written();
    else journal.postpone(entries);
    return undefined;
  }
}

async function runStep(step: Step, world: GroupWorld): Promise<StepEntry> {
  const started = performance.now();
  world.reports.onStep?.(step);
  if (step.statements.length > 0) {
    await watched(step, world, () => world.session.run(joined(step.statements)));
  }
  return { step, outcome: "done", milliseconds: performance.now() - started };
}

/** Read committed, whatever the role's default is: an older snapshot would not show what the last holder made. */
function beginning({ steps }: Group, { limits }: GroupWorld): string {
  const locks = steps.flatMap((step) => step.locks);
  const isPatient = locks.length > 0 && locks.every(({ mode }) => isGentle(mode));
  const isLong = steps.some(({ hazard }) => hazard === "slow" || hazard === "rewrite");
  const tables = new Set(locks.map(({ table }) => table)).size;
  return `begin isolation level read committed read write;
    set local lock_timeout = ${isPatient ? limits.patientLockMs : limits.lockMs};
    set local statement_timeout = ${isLong ? 0 : limits.statementMs}${isPatient || tables < 2 ? "" : `; ${briefer(tables)}`}`;
}
