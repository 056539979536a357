import { BootError, type Services } from "@lucent/core";

import { apply } from "../apply.ts";
import { defaultWaitMs } from "../commands/arguments.ts";
import { desiredSchema } from "../desired.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Plan } from "../model/plan.ts";
import type { Refusal } from "../model/refusal.ts";
import type { Step } from "../model/step.ts";
import { refusalLines } from "../result.ts";
import { wasMigratedInProduction } from "../sql/history.ts";
import { reportMigration } from "./audit.ts";
import { checkSettings, type Settings } from "./options.ts";

/**
 * Looks at the schema when the application starts.
 * @throws BootError with the list, when something would have to change that a start must not change.
 */
export async function migrateAtStart(services: Services, settings: Settings): Promise<void> {
  const { database, blueprint, production } = services;
  const mode = settings.onStart ?? (production ? "check" : "apply");
  if (mode === "off") return;
  const desired = desiredSchema(blueprint);
  checkSettings(settings, desired);
  const request = { desired, decisions: settings.decisions, data: settings.data, production };
  const looked = await apply(database, request, { dryRun: true, waitMs: defaultWaitMs });
  logWarnings(looked, settings, services);
  if (looked.kind !== "planned" || mode === "check") return conclude(looked, behind, services);
  // Development that was pointed at a production database by mistake changes nothing there.
  if (!production && (await wasMigratedInProduction({ runner: database, schema: looked.plan.schema })))
    return conclude(looked, elsewhere, services);
  const outcome = await apply(database, request, {
    dryRun: false,
    waitMs: defaultWaitMs,
    expected: destructiveSteps,
    onWait: (why) => services.logger.info("migration waits", { why }),
  });
  conclude(outcome, behind, services);
}

const behind = "The database is behind the configuration. Run `lucent migrate`, which will:";
const elsewhere =
  "PRODUCTION: a production process migrated this database, and this process is none, so it changes nothing. Point DATABASE_URL elsewhere, or run `lucent migrate`, which will:";

/** A start never takes anything away: that is decided in front of a plan. */
function destructiveSteps(plan: Plan): readonly Refusal[] {
  return stepsOf(plan)
    .filter(({ hazard }) => hazard === "destructive")
    .map(({ object, title }) => ({
      code: "DATA_LOSS",
      object,
      message: `${title}: a start takes nothing away.`,
      ways: ["Run `lucent migrate --dry-run`, then `lucent migrate`."],
    }));
}

function logWarnings(outcome: Outcome, { warnings }: Settings, { logger, production }: Services): void {
  if (!("plan" in outcome) || warnings === "never" || (warnings === "development" && production)) return;
  for (const warning of outcome.plan.warnings) logger.warn(warning);
}

function conclude(outcome: Outcome, heading: string, { logger, audit }: Services): void {
  switch (outcome.kind) {
    case "current":
      return refuseUnready(outcome.plan);
    case "applied":
      logger.info("schema migrated", { steps: titles(outcome.plan), data: outcome.data });
      reportMigration(audit, stepsOf(outcome.plan), outcome.data);
      return refuseUnready(outcome.plan);
    case "planned":
      throw new BootError([
        heading,
        ...titles(outcome.plan).map((title) => `  ${title}`),
        ...outcome.data.map((id) => `  run the data migration "${id}"`),
      ]);
    case "refused":
      throw new BootError(outcome.plan.refusals.flatMap(refusalLines));
    case "locked":
    case "failed":
      reportMigration(audit, outcome.done, []);
      throw new BootError([outcome.reason]);
  }
}

function refuseUnready({ unready }: Plan): void {
  if (unready.length > 0) throw new BootError(unready);
}

function stepsOf({ groups }: Plan): readonly Step[] {
  return groups.flatMap(({ steps }) => steps);
}

function titles(plan: Plan): readonly string[] {
  return stepsOf(plan).map(({ title }) => title);
}
