import type { Row } from "@lucent/core";

import type { Group, Step } from "../model/step.ts";
import { type Attempt, type Failed, type GroupWorld, joined, managed, rollBack } from "./attempt.ts";
import { briefer } from "./deadlock.ts";

interface Batch {
  cursor: string | null;
  rows: number;
  readonly started: number;
}

/** Runs a statement over a table batch by batch, each in a transaction of its own, so that no row is locked for long. */
export function batchedAttempt(group: Group, at: number, world: GroupWorld): Attempt {
  const { session, journal, schema } = world;
  const open = [...group.steps];
  let batch: Batch | undefined;
  return { run, cleanUp: async () => [] };

  async function run(): Promise<Failed | undefined> {
    for (let step = open[0]; step !== undefined; step = open[0]) {
      if (batch === undefined) world.reports.onStep?.(step);
      batch ??= { cursor: null, rows: 0, started: performance.now() };
      const failed = await runStep(step, batch);
      if (failed !== undefined) return failed;
      batch = undefined;
      open.shift();
    }
    return undefined;
  }

  async function runStep(step: Step, state: Batch): Promise<Failed | undefined> {
    let isCommit = false;
    try {
      for (;;) {
        isCommit = false;
        await session.run({ text: beginning(world), values: [] });
        const next = nextOf(
          await session.run({ text: step.statements[0] ?? "", values: [state.cursor] }),
          state,
        );
        isCommit = true;
        await session.run(joined([...(next.cursor === null ? ending(step, state) : []), "commit"]));
        state.cursor = next.cursor;
        state.rows += next.rows;
        world.reports.onProgress?.(step.title, state.rows, step.rows);
        if (next.cursor === null) break;
      }
    } catch (error) {
      await rollBack(session);
      return { error, step, isOpen: isCommit };
    }
    if (journal.isReady(at)) journal.written();
    return undefined;
  }

  function ending(step: Step, { started }: Batch): readonly string[] {
    const milliseconds = performance.now() - started;
    const isLast = step === group.steps.at(-1);
    return [
      ...(isLast ? managed([...group.before, ...group.after], schema) : []),
      ...(journal.isReady(at) ? journal.write([{ step, outcome: "done", milliseconds }]) : []),
      ...(journal.isReady(at) && isLast ? journal.ending(at) : []),
    ];
  }
}

// Rows that others hold are met one by one: half of the server's patience for one of them leaves room for a second.
const rowsInTheWay = 2;

function beginning({ limits }: GroupWorld): string {
  return `begin isolation level read committed read write;
    set local lock_timeout = ${limits.lockMs}; set local statement_timeout = ${limits.statementMs};
    ${briefer(rowsInTheWay)}`;
}

/** @throws TypeError for a statement that would go on for ever. */
function nextOf(answer: readonly Row[], before: Batch): Pick<Batch, "cursor" | "rows"> {
  const [[cursor, rows] = []]: readonly (Row | undefined)[] = answer;
  if (typeof cursor !== "string") return { cursor: null, rows: Number(rows ?? 0) };
  if (cursor === before.cursor) throw new TypeError("a batch ended where it began");
  return { cursor, rows: Number(rows) };
}
