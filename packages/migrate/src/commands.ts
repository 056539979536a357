import { parseArgs } from "node:util";

import { type Command, type CommandContext, openDatabase } from "@lucent/core";

import { apply, type Outcome } from "./apply.ts";
import { desiredSchema } from "./desired.ts";
import type { Step } from "./render.ts";

/** How long a migration waits for a lock, unless it is told otherwise. */
export const defaultWaitMs = 60_000;

const exitCodes = {
  current: 0,
  planned: 0,
  applied: 0,
  failed: 1,
  refused: 3,
  locked: 4,
} as const satisfies Record<Outcome["kind"], number>;

const exitMisused = 1;

/** `lucent migrate`: creates what the database lacks, or says why it can't. */
export const migrateCommand: Command = {
  name: "migrate",
  summary: "Create the tables, columns and indexes that the database lacks.",
  usage: [
    "lucent migrate [--dry-run] [--wait SECONDS]",
    "",
    "  --dry-run        print the plan with its SQL and change nothing",
    "  --wait SECONDS   how long to wait for another migration, or for a table in use (default 60)",
    "",
    "Everything happens in one transaction. Nothing is ever dropped or rewritten; a change",
    "that would need it is refused by name, before the first statement.",
    "",
    "Exit code: 0 done or nothing to do, 1 failed, 3 refused, 4 lock not obtained.",
  ],
  run,
};

async function run(context: CommandContext): Promise<number> {
  const options = parse(context);
  if (options === undefined) return exitMisused;
  const desired = desiredSchema(context.blueprint);
  const pool = openDatabase(context.blueprint.config);
  try {
    const onWait = (): void => context.print("Waiting for a lock …");
    const outcome = await apply(pool.database, desired, { ...options, onWait });
    report(outcome, context);
    return exitCodes[outcome.kind];
  } finally {
    await pool.close();
  }
}

interface Options {
  readonly dryRun: boolean;
  readonly waitMs: number;
}

function parse(context: CommandContext): Options | undefined {
  try {
    const { values } = parseArgs({
      args: [...context.arguments],
      options: { "dry-run": { type: "boolean", default: false }, wait: { type: "string" } },
    });
    const waitMs = values.wait === undefined ? defaultWaitMs : Number(values.wait) * 1_000;
    if (values.wait !== "" && Number.isFinite(waitMs) && waitMs >= 0)
      return { dryRun: values["dry-run"], waitMs };
    context.printError("--wait takes a number of seconds.");
  } catch (error) {
    context.printError(error instanceof Error ? error.message : "The arguments can't be read.");
  }
  return undefined;
}

function report(outcome: Outcome, context: CommandContext): void {
  switch (outcome.kind) {
    case "current":
      return context.print("The database is up to date.");
    case "planned":
      context.print(`${count(outcome.steps)} to do:`);
      for (const line of planLines(outcome.steps, true)) context.print(line);
      return context.print("Nothing was changed (--dry-run).");
    case "applied":
      for (const line of planLines(outcome.steps, false)) context.print(line);
      return context.print(`${count(outcome.steps)} done.`);
    case "refused":
      for (const refusal of outcome.refusals) context.printError(`Refused: ${refusal}`);
      return context.printError("Nothing was changed.");
    case "locked":
    case "failed":
      return context.printError(outcome.reason);
  }
}

function count(steps: readonly Step[]): string {
  return steps.length === 1 ? "1 step" : `${steps.length} steps`;
}

/** One line per step, and its SQL below it where that is asked for. */
function planLines(steps: readonly Step[], withSql: boolean): readonly string[] {
  return steps.flatMap(({ title, sql }, at) => {
    const line = `${String(at + 1).padStart(String(steps.length).length)}. ${title}`;
    return withSql ? [line, ...`${sql};`.split("\n").map((each) => `     ${each}`)] : [line];
  });
}
