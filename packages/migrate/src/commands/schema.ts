import type { CommandContext } from "@lucent/core";

import { apply } from "../apply.ts";
import { writePlanFile } from "../files/plan-file.ts";
import type { Outcome } from "../model/outcome.ts";
import { exitCodeOf } from "../result.ts";
import { serverVersion } from "../sql/history.ts";
import { verifyPlan } from "../verify.ts";
import { report, stepsOf } from "./report.ts";
import type { Work } from "./work.ts";

/** `lucent migrate` and `lucent migrate contract`. */
export async function bringUpToDate(work: Work, context: CommandContext): Promise<number> {
  const { order } = work;
  const outcome = await concluded(work, context);
  report(outcome, work, context);
  for (const name of unmetDrops(outcome, order.drop)) {
    work.tell(`Warning: --drop ${name} met no orphan of that name.`);
  }
  return exitCodeOf(outcome, order.check);
}

async function concluded(work: Work, context: CommandContext): Promise<Outcome> {
  const { database, request, order, options } = work;
  const failed = order.verify ? await verified(work) : undefined;
  const outcome = failed ?? (await apply(database, request, options));
  if (order.plan !== undefined && outcome.kind === "planned") {
    const server = await serverVersion(database);
    await writePlanFile(order.plan, { plan: outcome.plan, decisions: request.decisions, server });
    if (!order.json) context.print(`The plan is in ${order.plan}.`);
  }
  return outcome;
}

/** Tries the plan on a copy of the schema. Where no copy can be made, that is said, and the run goes on. */
async function verified({ database, request, tell }: Work): Promise<Outcome | undefined> {
  const { proved, reason, skipped } = await verifyPlan(database, request);
  if (proved || skipped === true) {
    tell(proved ? `Verified: ${reason}` : `Warning: not verified. ${reason}`);
    return undefined;
  }
  return { kind: "failed", reason: `Not verified, nothing was changed: ${reason}`, done: [] };
}

/** Names that were meant to go and that no step takes away: already gone, or misspelt. */
function unmetDrops(outcome: Outcome, drop: readonly string[]): readonly string[] {
  if (outcome.kind !== "current" && outcome.kind !== "planned" && outcome.kind !== "applied") return [];
  const dropped = new Set(
    stepsOf(outcome.plan)
      .filter(({ hazard }) => hazard === "destructive")
      .map(({ object }) => object),
  );
  return drop.filter((name) => !dropped.has(name));
}
