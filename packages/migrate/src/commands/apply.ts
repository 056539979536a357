import { stat } from "node:fs/promises";

import type { CommandContext } from "@lucent/core";

import { apply } from "../apply.ts";
import { staleness } from "../files/consent.ts";
import { readPlanFile } from "../files/plan-file.ts";
import { FileRefused } from "../files/refused-file.ts";
import type { Outcome } from "../model/outcome.ts";
import { exitCodeOf } from "../result.ts";
import { applyFolder } from "./files.ts";
import { refused } from "./refused.ts";
import { report } from "./report.ts";
import type { Work } from "./work.ts";

const exitFailed = 1;

/** `lucent migrate apply`: a plan file as consent to its steps, or a folder of SQL files. */
export async function applyPath(work: Work, context: CommandContext): Promise<number> {
  const { order } = work;
  const kind = await kindOf(order.path);
  if (kind === undefined) {
    context.printError(`There is no file or folder ${order.path}.`);
    return exitFailed;
  }
  try {
    if (kind === "folder") return await applyFolder(work, context);
    const outcome = await applyPlanFile(work);
    report(outcome, work, context);
    return exitCodeOf(outcome, order.check);
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    const outcome = refused([error.refusal]);
    report(outcome, work, context);
    return exitCodeOf(outcome, order.check);
  }
}

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch {
    return undefined;
  }
}

/** The plan is made again with the decisions of the file, and has to be the one that is in it. */
async function applyPlanFile({ database, request, order, options }: Work): Promise<Outcome> {
  const file = await readPlanFile(order.path);
  const { decisions } = request;
  const reviewed = {
    ...file.decisions,
    // Whether anything may be dropped at all is the configuration's to say.
    dropOrphaned: file.decisions.dropOrphaned && decisions.dropOrphaned,
    conversions: decisions.conversions,
  };
  return apply(
    database,
    { ...request, decisions: reviewed },
    { ...options, expected: (plan, done) => staleness(file, plan, done) },
  );
}
