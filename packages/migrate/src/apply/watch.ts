import { setTimeout as delay } from "node:timers/promises";

import type { Runner } from "@lucent/core";

import type { Step } from "../model/step.ts";
import type { GroupWorld } from "./attempt.ts";
import { blockingSessions, selectBlockersOf } from "./blockers.ts";

const selectProgress = `select p.phase, p.blocks_done::float8, p.blocks_total::float8
  from pg_catalog.pg_stat_progress_create_index p where p.pid = $1::int`;

/**
 * Runs a step's statements; when they take longer, a second connection looks at whom they wait for and how far they are.
 */
export async function watched<T>(step: Step, world: GroupWorld, work: () => Promise<T>): Promise<T> {
  const end = Promise.withResolvers<undefined>();
  const watching = watch(step, world, end.promise);
  try {
    return await work();
  } finally {
    end.resolve(undefined);
    await watching;
  }
}

async function watch(step: Step, world: GroupWorld, end: Promise<undefined>): Promise<void> {
  const isOver = async (): Promise<boolean> =>
    (await Promise.race([end, delay(world.limits.watchMs, "look", { ref: false })])) !== "look";
  if (await isOver()) return;
  try {
    await world.session.database.session(async (other) => {
      const told = new Set<number>();
      do {
        await tellBlockers(step, { world, other, told });
        await tellProgress(step, world, other);
      } while (!(await isOver()));
    });
  } catch {
    // Only who looks is gone.
  }
}

interface Look {
  readonly world: GroupWorld;
  readonly other: Runner;
  /** Those who were named already. */
  readonly told: Set<number>;
}

async function tellBlockers({ title }: Step, { world, other, told }: Look): Promise<void> {
  const rows = await other.run({ text: selectBlockersOf, values: [world.session.pid] });
  for (const { pid, description } of blockingSessions(rows)) {
    if (told.has(pid)) continue;
    told.add(pid);
    world.reports.onWait?.(`"${title}" waits for ${description} …`);
  }
}

async function tellProgress({ title }: Step, { session, reports }: GroupWorld, other: Runner): Promise<void> {
  if (reports.onProgress === undefined) return;
  const [row] = await other.run({ text: selectProgress, values: [session.pid] });
  if (row === undefined) return;
  const [phase, done, total] = row;
  const isCounted = typeof total === "number" && total > 0;
  reports.onProgress(`${title}: ${String(phase)}`, Number(done ?? 0), isCounted ? total : undefined);
}
