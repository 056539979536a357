import { type Config, describe } from "@lucent/core";

import { apply } from "./apply.ts";
import { defaultWaitMs, type Order } from "./commands/arguments.ts";
import { withWork } from "./commands/work.ts";
import { settingsOf } from "./plugin/settings.ts";
import { type MigrationResult, resultOf } from "./result.ts";

/** What a run from a program may be given. Its decisions are those of `migrate()` in the configuration, and these. */
export interface RunOptions {
  /** Where variables are read from. Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Ends the run early and leaves nothing half done. */
  readonly signal?: AbortSignal;
  /** How long to wait for another migration, or for a table in use, in milliseconds. Default a minute. */
  readonly waitMs?: number;
  /** Orphaned tables and columns that go with what they hold. */
  readonly drop?: readonly string[];
  /** Columns whose table is rewritten although it is large. */
  readonly rewrite?: readonly string[];
  /** Columns whose empty rows get the field's default. */
  readonly backfill?: readonly string[];
  /** Called with one line for what is being done or waited for. */
  readonly onProgress?: (line: string) => void;
}

/**
 * Says what `lucent migrate` would do, and changes nothing.
 * @throws BootError when the configuration or the environment can't be meant.
 */
export function planMigration(config: Config, options: RunOptions = {}): Promise<MigrationResult> {
  return run(config, options, true);
}

/**
 * Does what `lucent migrate` does. What stands in its way is in the result, not thrown.
 * @throws BootError when the configuration or the environment can't be meant.
 */
export function runMigration(config: Config, options: RunOptions = {}): Promise<MigrationResult> {
  return run(config, options, false);
}

function run(config: Config, options: RunOptions, dryRun: boolean): Promise<MigrationResult> {
  const blueprint = describe(config);
  const { environment = process.env, signal = new AbortController().signal, onProgress } = options;
  const surroundings = {
    environment,
    signal,
    ...(onProgress === undefined ? {} : { progress: onProgress, printError: onProgress }),
  };
  return withWork(
    { blueprint, settings: settingsOf(blueprint), order: orderOf(options, dryRun) },
    surroundings,
    async (work) => resultOf(await apply(work.database, work.request, work.options), dryRun),
  );
}

function orderOf(
  { waitMs = defaultWaitMs, drop = [], rewrite = [], backfill = [] }: RunOptions,
  dryRun: boolean,
): Order {
  return {
    action: "migrate",
    path: "",
    json: false,
    dryRun,
    check: false,
    verify: false,
    waitMs,
    drop,
    rewrite,
    backfill,
    plan: undefined,
    name: undefined,
  };
}
