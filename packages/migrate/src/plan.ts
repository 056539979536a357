import type { Runner } from "@lucent/core";

import { pinSettings } from "./apply/settings.ts";
import { diff } from "./diff.ts";
import { grade } from "./grade.ts";
import { sha256 } from "./hash.ts";
import { introspect } from "./introspect.ts";
import type { Plan, PlanRequest } from "./model/plan.ts";
import type { Group, Step } from "./model/step.ts";
import { render } from "./render.ts";

/**
 * Compares the database with what it should be. Only reads, in one snapshot; the connection must be one of its own and
 * keeps the settings that the reading needs.
 */
export async function makePlan(runner: Runner, { desired, decisions }: PlanRequest): Promise<Plan> {
  await pinSettings(runner);
  return snapshot(runner, async () => {
    const live = await introspect(runner, desired);
    const difference = diff(desired, live, decisions);
    const graded = await grade(difference, { desired, live, decisions, runner });
    const isRefused = graded.refusals.length > 0;
    return {
      schema: live.schema,
      configuration: desired.hash,
      groups: isRefused ? [] : render(graded, { desired, live, names: difference.names }),
      refusals: graded.refusals,
      warnings: [...difference.notes, ...graded.warnings],
      unready: difference.unready,
    };
  });
}

/** All reads see the same moment, and nothing can be changed. */
export async function snapshot<T>(runner: Runner, work: () => Promise<T>): Promise<T> {
  await runner.run({ text: "begin isolation level repeatable read read only", values: [] });
  let isDone = false;
  try {
    const result = await work();
    isDone = true;
    return result;
  } finally {
    const ended = runner.run({ text: "rollback", values: [] });
    // What went wrong before says more than that the connection is gone.
    await (isDone ? ended : ended.catch(() => undefined));
  }
}

/**
 * Hash of what a plan does, in hexadecimal digits. Row counts, refusals and warnings are left out: they may change from
 * one moment to the next while what is done stays the same.
 */
export function planHash({ schema, configuration, groups }: Plan): string {
  return sha256(JSON.stringify([schema, configuration, groups.map(groupFacts)]));
}

function groupFacts({ mode, steps, before, after }: Group): unknown {
  return [mode, steps.map(stepFacts), before.map(sorted), after.map(sorted)];
}

function stepFacts({ kind, object, title, hazard, locks, statements }: Step): unknown {
  return [kind, object, title, hazard, locks.map(({ table, mode }) => [table, mode]), statements];
}

/** Members in one order, whoever wrote them down: a plan may come from a file. */
function sorted(facts: object): unknown {
  return Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
}
