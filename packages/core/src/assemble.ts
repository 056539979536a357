import { randomUUID } from "node:crypto";

import { bodyReader } from "./body/body.ts";
import { checkRoutes, type Settings } from "./boot.ts";
import type { Blueprint } from "./contract/blueprint.ts";
import type { Collection } from "./contract/collection.ts";
import type { Config } from "./contract/config.ts";
import type { Lucent } from "./contract/lucent.ts";
import type { Peer } from "./contract/peer.ts";
import type { Services } from "./contract/plugin.ts";
import type { Route } from "./contract/route.ts";
import type { User } from "./contract/rule.ts";
import type { Secrets } from "./contract/secrets.ts";
import { cursorSeal } from "./filter/cursor.ts";
import { entityTags } from "./http/etag.ts";
import { lazyResponse, toResponse } from "./http/lazy-response.ts";
import { type LocalAccess, localAccess, type LocalCaller, localInside } from "./local.ts";
import { accessEvaluator } from "./operation/access.ts";
import { hookRunner } from "./operation/hooks.ts";
import { indexAdvisor } from "./operation/index-advice.ts";
import { type Operations, operations } from "./operation/operations.ts";
import { poolSession } from "./operation/session.ts";
import { validator } from "./operation/validate.ts";
import { declaredRoutes } from "./request/declared-routes.ts";
import { type FactsReader, factsReader } from "./request/facts.ts";
import { type Flow, flow } from "./request/flow.ts";
import { limits } from "./request/limits.ts";
import { matcher } from "./request/match.ts";
import { refusalReport } from "./request/refusals.ts";
import { requestLog } from "./request/request-log.ts";
import { drizzleTable } from "./sql/drizzle.ts";

const defaultBodyLimit = 1_048_576;

/** What an application is made of once everything that it needs is there. */
export interface Assembly {
  readonly blueprint: Blueprint;
  readonly services: Services;
  readonly settings: Settings;
  readonly stop: () => Promise<void>;
}

/** Puts a running application together. */
export function assemble<C extends readonly Collection[]>(assembly: Assembly): Lucent<C> {
  const { blueprint, services, stop } = assembly;
  const { database, logger } = services;
  const facts = factsReader(blueprint.plugins, services);
  const { run, local } = engineOf(assembly);
  const routes = routesOf(assembly);
  const http = edgeOf(assembly, { run, local, facts, routes });
  const as = (user: User | null, system: boolean): LocalAccess =>
    local({ user, system, requestId: randomUUID(), session: poolSession(database, logger) });
  const tables = Object.fromEntries(
    [...blueprint.collections.values()].map((model) => [model.slug, drizzleTable(model)]),
  );
  const engine = {
    blueprint,
    services,
    paths: routes.filter(({ absolute }) => absolute === true).map(({ path }) => path),
    handle: async (request: Request, peer?: Peer) => {
      const answer = await http.answer(request, peer);
      return answer instanceof Response ? answer : toResponse(answer);
    },
    handleLazily: async (request: Request, peer?: Peer) => {
      const answer = await http.answer(request, peer);
      return answer instanceof Response ? answer : lazyResponse(answer);
    },
    refuseHost: http.refuseHost,
    facts: async (request: Request) => facts(request),
    as: (user: User | null) => as(user, false),
    asSystem: () => as(null, true),
    tables,
    drizzle: database.drizzle,
    stop,
  };
  // Not enumerable: Elysia looks at every member of what decorates its context.
  Object.defineProperty(engine, "secrets", { get: () => secretsOf(services) });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one border between the untyped engine and the types inferred from the configuration
  return engine as unknown as Lucent<C>;
}

function secretsOf({ secrets }: Services): Secrets {
  if (secrets !== undefined) return secrets;
  throw new TypeError("lucent.secrets needs the plugin secrets() of @lucent/core/secrets");
}

interface Engine {
  readonly run: Operations;
  readonly local: (caller: LocalCaller) => LocalAccess;
}

/** What works the same whoever calls: over HTTP, in the process, or from a hook. */
function engineOf({ blueprint, services, settings }: Assembly): Engine {
  const { collections, config } = blueprint;
  const { database, logger } = services;
  const isAdvised = !settings.production && config.logger !== false;
  const run = operations({
    access: accessEvaluator(collections, logger),
    bodies: bodyReader({ hasher: services.passwordHasher }),
    validator: validator(collections),
    // Hooks reach the application, and the application runs hooks: the one is looked up when the other needs it.
    hooks: hookRunner(config.hooks, (session, requestId) => localInside(local)(session, requestId)),
    now: () => new Date(),
    seal: cursorSeal(settings.key.derive("cursor")),
    advise: isAdvised ? indexAdvisor(database, logger) : undefined,
  });
  const local = localAccess({ collections, operations: run });
  return { run, local };
}

/** The routes that core and the plugins declare. */
function routesOf({ blueprint, services }: Assembly): readonly Route[] {
  const routes = declaredRoutes(blueprint, services.logger).map(({ route }) => route);
  checkRoutes(routes);
  return routes;
}

interface Inside extends Engine {
  readonly facts: FactsReader;
  readonly routes: readonly Route[];
}

/** The HTTP side. */
function edgeOf({ blueprint, services, settings }: Assembly, { run, local, facts, routes }: Inside): Flow {
  const { collections, config, prefix } = blueprint;
  const { database, logger } = services;
  return flow({
    ...settings.edge,
    prefix,
    match: matcher(blueprint, routes),
    facts,
    operations: run,
    inside: localInside(local),
    collections,
    database,
    tags: entityTags(settings.key.derive("etag")),
    services,
    hosts: settings.hosts,
    limits: limits(services.counter, settings.edge.rateLimit),
    log: isLogged(config) ? requestLog(logger) : undefined,
    report: refusalReport(services.audit, settings.edge),
    bodyLimit: config.api?.bodyLimit ?? defaultBodyLimit,
    logger,
  });
}

/** A logger of the user's own gets the lines of requests only where they are asked for: it may have such lines already. */
function isLogged({ api, logger }: Config): boolean {
  return logger !== false && (api?.requestLog ?? logger === undefined);
}
