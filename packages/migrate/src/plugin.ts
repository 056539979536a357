import { BootError, type Plugin, type Services } from "@lucent/core";

import { apply } from "./apply.ts";
import { defaultWaitMs, migrateCommand } from "./commands.ts";
import { desiredSchema } from "./desired.ts";

/** What `migrate` takes. */
export interface MigrateOptions {
  /**
   * What a start does about a schema that lacks something: `apply` creates it, `check` refuses to start with the list,
   * `off` does not look. Default `apply`, and `check` where `NODE_ENV` is `production`.
   */
  readonly onStart?: OnStart;
}

/** What a start does about the schema. */
export type OnStart = "apply" | "check" | "off";

const modes: readonly unknown[] = ["apply", "check", "off"] satisfies readonly OnStart[];

/**
 * Keeps the database in step with the collections: adds `lucent migrate`, and looks at the schema at every start. List
 * it before plugins that use tables of their own when they start.
 * @throws BootError when the options can't be meant.
 */
export function migrate(options: MigrateOptions = {}): Plugin {
  const unknown = Object.keys(options).filter((key) => key !== "onStart");
  const problems = unknown.map((key) => `migrate() has the unknown option "${key}"; it takes onStart.`);
  if (options.onStart !== undefined && !modes.includes(options.onStart)) {
    problems.push('migrate() takes onStart: "apply", "check" or "off".');
  }
  if (problems.length > 0) throw new BootError(problems);
  return {
    name: "migrate",
    commands: [migrateCommand],
    start: (services) => onStart(services, options.onStart ?? (services.production ? "check" : "apply")),
  };
}

async function onStart({ database, blueprint, logger }: Services, mode: OnStart): Promise<void> {
  if (mode === "off") return;
  const desired = desiredSchema(blueprint);
  const outcome = await apply(database, desired, { dryRun: mode === "check", waitMs: defaultWaitMs });
  switch (outcome.kind) {
    case "current":
      return;
    case "applied":
      return logger.info("schema migrated", { steps: outcome.steps.map(({ title }) => title) });
    case "planned":
      throw new BootError([
        "The database is behind the configuration. Run `lucent migrate`, which will:",
        ...outcome.steps.map(({ title }) => `  ${title}`),
      ]);
    case "refused":
      throw new BootError(outcome.refusals);
    case "locked":
    case "failed":
      throw new BootError([outcome.reason]);
  }
}
