import type { CommandContext } from "@lucent/core";

import { bookkeepingTables } from "../bookkeeping.ts";
import { openData } from "../data/open.ts";
import { makePlan } from "../plan.ts";
import { refusalLines } from "../result.ts";
import { type HistoryRun, lastConfiguration, lastRuns, managedTables } from "../sql/history.ts";
import { printJson, stepsOf } from "./report.ts";
import type { Work } from "./work.ts";

/** How the database and the configuration stand to each other. */
interface Status {
  /** The last runs, newest first. */
  readonly runs: readonly HistoryRun[];
  /** Tables that were made or taken over. */
  readonly managed: readonly string[];
  /** Steps that `lucent migrate` would do. */
  readonly pending: readonly string[];
  /** Data migrations that it would run. */
  readonly data: readonly string[];
  /** Steps that are to be done although the configuration is the one of the last run: somebody else changed things. */
  readonly drift: readonly string[];
  /** What stands in the way, in lines. */
  readonly refusals: readonly string[];
  /** Orphans with what they hold, and what else an operator should know. */
  readonly warnings: readonly string[];
}

const shownRuns = 10;
const ownTables: ReadonlySet<string> = new Set(bookkeepingTables.map(({ name }) => name));

/** `lucent migrate status`: only looks, and exits with 0 whatever it sees. */
export async function status(work: Work, context: CommandContext): Promise<number> {
  const found = await look(work);
  if (work.order.json) printJson(found, context);
  else for (const line of statusLines(found)) context.print(line);
  return 0;
}

function look({ database, request }: Work): Promise<Status> {
  return database.session(async (runner) => {
    const plan = await makePlan(runner, request);
    const place = { runner, schema: plan.schema };
    const steps = stepsOf(plan).map(({ title }) => title);
    const isSame = (await lastConfiguration(place)) === plan.configuration;
    const open = await openData(runner, plan.schema, request.data);
    return {
      runs: await lastRuns(place, shownRuns),
      managed: (await managedTables(place)).filter((name) => !ownTables.has(name)),
      pending: steps,
      data: open.map(({ id }) => id),
      drift: isSame ? [...steps, ...plan.refusals.map(({ message }) => message)] : [],
      refusals: plan.refusals.flatMap(refusalLines),
      warnings: plan.warnings,
    };
  });
}

function statusLines({ runs, managed, pending, data, drift, refusals, warnings }: Status): readonly string[] {
  return [
    ...section("Last runs", runs.map(runLine), "none"),
    ...section("Managed tables", managed, "none"),
    ...section("To do", [...pending, ...data.map((id) => `data migration "${id}"`)], "nothing"),
    ...section("Changed by somebody else since the last run", drift, "nothing"),
    ...section("In the way", refusals, "nothing"),
    ...section("To know", warnings, "nothing"),
  ];
}

function section(title: string, lines: readonly string[], none: string): readonly string[] {
  return lines.length === 0
    ? [`${title}: ${none}.`]
    : [`${title} (${lines.length}):`, ...lines.map((line) => `  ${line}`)];
}

function runLine({ startedAt, kind, name, outcome, production }: HistoryRun): string {
  const parts = [startedAt, kind, ...(name === undefined ? [] : [name]), outcome];
  return production ? [...parts, "in production"].join(" ") : parts.join(" ");
}
