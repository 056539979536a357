import type { CommandContext } from "@lucent/core";

import { apply } from "../apply.ts";
import { applyFiles } from "../files/apply-files.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Plan } from "../model/plan.ts";
import type { Refusal } from "../model/refusal.ts";
import { makePlan } from "../plan.ts";
import { exitCodeOf, refusalLines, resultOf } from "../result.ts";
import { printJson, report, stepsOf, titleLines } from "./report.ts";
import type { Work } from "./work.ts";

const exitPending = 2;
const exitRefused = 3;

/**
 * `lucent migrate apply DIR`: runs what this database has not seen, then says what still differs from the configuration,
 * and exits with 2 where something does. Only where nothing does are the data migrations run.
 */
export async function applyFolder(work: Work, context: CommandContext): Promise<number> {
  const { order, options, database, request } = work;
  const ran = await applyFiles(work, order.path);
  const hasRun = ran.kind === "applied" || ran.kind === "current";
  if (!hasRun || options.dryRun) {
    report(ran, work, context);
    return exitCodeOf(ran, false);
  }
  const plan = await database.session((runner) => makePlan(runner, request));
  if (plan.refusals.length > 0 || plan.groups.length > 0) return reportRest(ran, plan, { work, context });
  const data = await apply(database, request, { ...options, expected: nothingElse });
  const outcome = together(ran, data);
  report(outcome, work, context);
  return exitCodeOf(outcome, false);
}

/** Another process may change the schema between the two looks. */
function nothingElse(plan: Plan): readonly Refusal[] {
  return stepsOf(plan)
    .slice(0, 1)
    .map(({ object, title }) => ({
      code: "STALE_PLAN",
      object,
      message: `The schema changed meanwhile, and the files do not have the step "${title}".`,
      ways: ["Run again."],
    }));
}

function together(files: Outcome, data: Outcome): Outcome {
  if (files.kind !== "applied") return data;
  if (data.kind === "current") return files;
  return data.kind === "applied" ? { ...files, data: data.data } : data;
}

interface Place {
  readonly work: Work;
  readonly context: CommandContext;
}

/** The files did not lead to the configuration: one of them is missing, or the configuration went on. */
function reportRest(ran: Outcome, rest: Plan, { work, context }: Place): number {
  const code = rest.refusals.length > 0 ? exitRefused : exitPending;
  const left: Outcome =
    rest.refusals.length > 0 ? { kind: "refused", plan: rest } : { kind: "planned", plan: rest, data: [] };
  if (work.order.json) {
    const { applied, statements, steps } = resultOf(ran, false);
    printJson({ ...resultOf(left, false), applied, statements, steps }, context);
    return code;
  }
  report(ran, work, context);
  context.printError("The files do not lead to the configuration. What is left:");
  const lines = [...rest.refusals.flatMap(refusalLines), ...titleLines(stepsOf(rest))];
  for (const line of lines) context.printError(`  ${line}`);
  return code;
}
