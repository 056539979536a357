import { describe } from "./blueprint/describe.ts";
import { readEnvironment } from "./blueprint/environment.ts";
import { checkTables, databaseUrlOf, maskedUrl, settingsOf } from "./boot.ts";
import type { Blueprint } from "./contract/blueprint.ts";
import type { Collection } from "./contract/collection.ts";
import type { Config } from "./contract/config.ts";
import type { Database } from "./contract/database.ts";
import type { Logger } from "./contract/logger.ts";
import type { Lucent } from "./contract/lucent.ts";
import type { Plugin, Services } from "./contract/plugin.ts";
import { BootError, isBootError, isLucentError } from "./errors.ts";
import { cursorSeal } from "./filter/cursor.ts";
import { defaultHeaders } from "./http/headers.ts";
import { lazyResponse, toResponse } from "./http/lazy-response.ts";
import { localAccess } from "./local.ts";
import { jsonLogger, silentLogger } from "./logging.ts";
import { openPool, type Pool } from "./postgres/pool.ts";
import { accessEvaluator } from "./request/access.ts";
import { bodyReader } from "./request/body.ts";
import { factsReader } from "./request/facts.ts";
import { flow } from "./request/flow.ts";
import { healthRoutes } from "./request/health.ts";
import { matcher } from "./request/match.ts";
import { operations } from "./request/operations.ts";
import { validator } from "./request/validate.ts";
import { drizzleTable } from "./sql/drizzle.ts";
import { selectNothing } from "./sql/select.ts";

const defaultBodyLimit = 1_048_576;

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
  const logger = config.logger === false ? silentLogger : (config.logger ?? jsonLogger);
  for (const warning of settings.warnings) logger.warn(warning);
  const pool = openPool(settings.databaseUrl, config.database ?? {});
  const running = lifecycle(logger);
  running.add("database", pool.close);
  try {
    await ping(pool.database, settings.databaseUrl);
    const services = await startPlugins(
      { database: pool.database, logger, blueprint, production: settings.production },
      running,
    );
    await checkTables(pool.database, blueprint);
    return assemble<C>(blueprint, services, { settings, stop: running.stop });
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

interface Lifecycle {
  add(name: string, stop: () => Promise<void>): void;
  /** Stops everything that was added, last first, once; a failure is logged and does not keep the rest running. */
  readonly stop: () => Promise<void>;
}

function lifecycle(logger: Logger): Lifecycle {
  const stops: { readonly name: string; readonly stop: () => Promise<void> }[] = [];
  return {
    add: (name, stop) => void stops.push({ name, stop }),
    async stop() {
      for (let last = stops.pop(); last !== undefined; last = stops.pop()) {
        try {
          await last.stop();
        } catch (error) {
          logger.error("stop failed", { part: last.name, error: String(error) });
        }
      }
    },
  };
}

async function startPlugins(first: Services, running: Lifecycle): Promise<Services> {
  let services = first;
  for (const plugin of first.blueprint.plugins) {
    const offered = await startPlugin(plugin, services);
    running.add(plugin.name, async () => plugin.stop?.());
    services = { ...services, ...offered };
  }
  return services;
}

async function startPlugin(plugin: Plugin, services: Services): Promise<Partial<Services>> {
  try {
    return (await plugin.start?.(services)) ?? {};
  } catch (cause) {
    if (isBootError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BootError([`The plugin "${plugin.name}" did not start: ${reason}`], { cause });
  }
}

interface Assembly {
  readonly settings: ReturnType<typeof settingsOf>;
  readonly stop: () => Promise<void>;
}

function assemble<C extends readonly Collection[]>(
  blueprint: Blueprint,
  services: Services,
  { settings, stop }: Assembly,
): Lucent<C> {
  const { database, logger } = services;
  const { config, collections, plugins } = blueprint;
  const run = operations({
    access: accessEvaluator(collections, logger),
    validator: validator(bodyReader()),
    database,
    seal: cursorSeal(settings.key.derive("cursor")),
  });
  const routes = [
    ...healthRoutes(plugins, logger),
    ...plugins.flatMap((plugin) => plugin.routes?.(blueprint) ?? []),
  ];
  const http = flow({
    prefix: blueprint.prefix,
    match: matcher(blueprint, routes),
    facts: factsReader(plugins, services),
    operations: run,
    services,
    hosts: settings.hosts,
    headers: defaultHeaders(settings.apiUrl),
    bodyLimit: config.api?.bodyLimit ?? defaultBodyLimit,
    logger,
  });
  const access = localAccess(collections, run);
  const tables = Object.fromEntries(
    [...collections.values()].map((model) => [model.slug, drizzleTable(model)]),
  );
  const engine = {
    blueprint,
    services,
    handle: async (request: Request) => {
      const answer = await http.answer(request);
      return answer instanceof Response ? answer : toResponse(answer);
    },
    handleLazily: async (request: Request) => {
      const answer = await http.answer(request);
      return answer instanceof Response ? answer : lazyResponse(answer);
    },
    refuseHost: http.refuseHost,
    as: (user: Parameters<Lucent<C>["as"]>[0]) => access({ user, system: false }),
    asSystem: () => access({ user: null, system: true }),
    tables,
    drizzle: database.drizzle,
    stop,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one border between the untyped engine and the types inferred from the configuration
  return engine as unknown as Lucent<C>;
}
