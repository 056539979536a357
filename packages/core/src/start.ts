import { assemble } from "./assemble.ts";
import { type AuditTrail, auditTrail } from "./audit.ts";
import { describe } from "./blueprint/describe.ts";
import { readEnvironment } from "./blueprint/environment.ts";
import { requireHasher } from "./blueprint/password.ts";
import { checkTables, databaseUrlOf, maskedUrl, settingsOf } from "./boot.ts";
import type { Collection } from "./contract/collection.ts";
import type { Config } from "./contract/config.ts";
import type { Database } from "./contract/database.ts";
import type { Lucent } from "./contract/lucent.ts";
import type { Services } from "./contract/plugin.ts";
import { BootError, isLucentError } from "./errors.ts";
import { memoryCounter } from "./http/memory-counter.ts";
import { type Lifecycle, lifecycle, startPlugin } from "./lifecycle.ts";
import { loggerOf } from "./logging.ts";
import { openPool, type Pool } from "./postgres/pool.ts";
import { selectNothing } from "./sql/select.ts";

/**
 * Starts an application without an HTTP server: for scripts, workers and tests, and for `lucent`, which adds the
 * Elysia plugin. Plugins start in the order they are listed; when one fails, those before it stop again.
 * @param environment Where variables are read from. Default `process.env`.
 * @throws BootError when the configuration, the environment or the database does not allow a start.
 */
export async function start<const C extends readonly Collection[], const P extends string>(
  config: Config<C, P>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Lucent<C>> {
  const blueprint = describe(config);
  const settings = settingsOf(config, readEnvironment(environment));
  const logger = loggerOf(config);
  const trail = auditTrail(logger);
  for (const warning of settings.warnings) {
    logger.warn(warning);
    trail.record({ event: "boot.insecure", outcome: "ok", reason: warning, actor: { type: "system" } });
  }
  const pool = openPool(settings.databaseUrl, config.database ?? {});
  const running = { ...lifecycle(logger), trail };
  running.add("database", pool.close);
  try {
    await ping(pool.database, settings.databaseUrl);
    const services = await startPlugins(
      {
        database: pool.database,
        logger,
        blueprint,
        production: settings.production,
        environment,
        counter: memoryCounter(),
        origin: settings.apiUrl,
        deriveKey: (label) => settings.key.derive(label),
        audit: trail.record,
      },
      running,
    );
    requireHasher(blueprint, services.passwordHasher);
    await checkTables(pool.database, blueprint);
    trail.settle();
    return assemble<C>({ blueprint, services, settings, stop: running.stop });
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/**
 * Opens the database of a configuration without starting the application: for commands that work on the schema itself.
 * @throws BootError when no connection string is set.
 */
export function openDatabase(
  config: Config,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Pool {
  return openPool(databaseUrlOf(config, readEnvironment(environment)), config.database ?? {});
}

async function ping(database: Database, url: string): Promise<void> {
  try {
    await database.run(selectNothing());
  } catch (cause) {
    const reason = isLucentError(cause) ? reasonOf(cause.cause) : reasonOf(cause);
    throw new BootError([`Can't use Postgres at ${maskedUrl(url)} (DATABASE_URL): ${reason}.`], { cause });
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown reason";
  const code: unknown = Reflect.get(cause, "code");
  return typeof code === "string" ? code : cause.name;
}

interface Running extends Lifecycle {
  readonly trail: AuditTrail;
}

async function startPlugins(first: Services, running: Running): Promise<Services> {
  let services = first;
  for (const plugin of first.blueprint.plugins) {
    const offered = await startPlugin(plugin, services);
    running.add(plugin.name, async () => plugin.stop?.());
    running.trail.add(plugin);
    services = { ...services, ...offered };
  }
  return services;
}
