import { writeFile as write } from "node:fs/promises";
import { join } from "node:path";

import type { CommandContext } from "@lucent/core";

import { FileRefused, refusedFile } from "../files/refused-file.ts";
import { fileGroups, sqlFileText } from "../files/sql-file.ts";
import { lastFiles, makeFolder, pendingFiles, readFolder } from "../files/sql-folder.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Plan } from "../model/plan.ts";
import { makePlan, planHash } from "../plan.ts";
import { exitCodeOf } from "../result.ts";
import { recordedFiles } from "../sql/history.ts";
import { refused } from "./refused.ts";
import { report, stepsOf } from "./report.ts";
import type { Work } from "./work.ts";

/** `lucent migrate sql`: writes what is to be done as an SQL file, behind those that the folder has. */
export async function writeFile(work: Work, context: CommandContext): Promise<number> {
  const outcome = await written(work, context);
  report(outcome, { ...work, options: { ...work.options, dryRun: true } }, context);
  return exitCodeOf(outcome, false);
}

async function written(work: Work, context: CommandContext): Promise<Outcome> {
  try {
    return await planInto(work, context);
  } catch (error) {
    if (error instanceof FileRefused) return refused([error.refusal]);
    throw error;
  }
}

async function planInto({ database, request, order }: Work, context: CommandContext): Promise<Outcome> {
  const folder = order.path;
  await makeFolder(folder);
  const files = await readFolder(folder);
  const { plan, recorded } = await database.session(async (runner) => {
    const made = await makePlan(runner, request);
    return { plan: made, recorded: await recordedFiles({ runner, schema: made.schema }) };
  });
  const [open] = pendingFiles(files, recorded);
  if (open !== undefined)
    throw refusedFile(
      `${open.file.name}.sql`,
      "is not applied to this database yet, so that its statements would be written a second time.",
      `Run \`lucent migrate apply ${folder}\` first.`,
    );
  if (plan.refusals.length > 0) return { kind: "refused", plan };
  const groups = fileGroups(plan);
  if (groups.length === 0) return { kind: "current", plan: { ...plan, groups } };
  const name = order.name ?? nameOf({ ...plan, groups });
  await create(join(folder, `${name}.sql`), sqlFileText(plan, lastFiles(files)));
  if (!order.json) context.print(`The plan is in ${join(folder, `${name}.sql`)}.`);
  return { kind: "planned", plan: { ...plan, groups }, data: [] };
}

async function create(path: string, text: string): Promise<void> {
  try {
    await write(path, text, { flag: "wx" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST")
      throw refusedFile(path, "is there already.", "Give another --name.");
    throw error;
  }
}

const longestName = 60;

/** After its first step, so that it says something, and its hash, so that two branches don't meet in one name. */
function nameOf(plan: Plan): string {
  const [first] = stepsOf(plan);
  const words = `${first?.kind ?? "plan"}-${first?.object ?? ""}`
    .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, longestName)
    .replace(/-$/, "");
  return `${words}-${planHash(plan).slice(0, 8)}`;
}
