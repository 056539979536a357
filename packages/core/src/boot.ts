import { type Environment, isProduction } from "./blueprint/environment.ts";
import { type RootKey, rootKey, secretProblem } from "./blueprint/secret.ts";
import type { Blueprint } from "./contract/blueprint.ts";
import type { Config } from "./contract/config.ts";
import type { Database } from "./contract/database.ts";
import type { Route } from "./contract/route.ts";
import { checkLimit, type Edge, edgeOf, originOf } from "./edge.ts";
import { BootError } from "./errors.ts";
import { type HostCheck, hostCheck, hostOf } from "./http/host.ts";
import { selectColumns } from "./sql/catalog.ts";

/** What a start needs beside the blueprint, checked. */
export interface Settings {
  readonly databaseUrl: string;
  readonly key: RootKey;
  readonly hosts: HostCheck;
  /** The public origin, where it is known. */
  readonly apiUrl: string | undefined;
  readonly edge: Edge;
  readonly production: boolean;
  /** What is tolerated outside production, each one sentence. */
  readonly warnings: readonly string[];
}

const databaseAdvice = "Set DATABASE_URL (or database.url) to a Postgres connection string.";

/** An empty text counts as unset, as an empty variable does: `url: process.env.DATABASE_URL` must not mean "anywhere". */
export function given(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** The connection string of a configuration. @throws BootError when there is none, or it is none. */
export function databaseUrlOf(config: Config, environment: Environment): string {
  const problems: string[] = [];
  const url = checkedUrl(config, environment, problems);
  if (url === undefined) throw new BootError(problems);
  return url;
}

const postgresScheme = /^postgres(?:ql)?:\/\//;

/** The driver's own refusal of a bad one would show it, password and all. */
function checkedUrl(config: Config, environment: Environment, problems: string[]): string | undefined {
  const url = given(config.database?.url) ?? environment.DATABASE_URL;
  if (url !== undefined && postgresScheme.test(url) && URL.canParse(firstHost(url))) return url;
  problems.push(
    url === undefined
      ? databaseAdvice
      : "DATABASE_URL is not a URL such as postgres://user:password@host/database.",
  );
  return undefined;
}

/** A list of hosts (`a:5432,b:5432`) is fine for the driver, but no URL. */
function firstHost(url: string): string {
  return url.replace(/,[^/?@]*(?=[/?]|$)/, "");
}

/** Reads the configuration and the environment. @throws BootError listing everything that is wrong. */
export function settingsOf(config: Config, environment: Environment): Settings {
  const production = isProduction(environment);
  const problems: string[] = [];
  const warnings: string[] = [];
  const databaseUrl = checkedUrl(config, environment, problems);
  const secret = given(config.secret) ?? environment.SESSION_SECRET;
  const secretFault = secret === undefined ? undefined : secretProblem("SESSION_SECRET", secret);
  if (secretFault !== undefined) problems.push(secretFault);
  if (secret === undefined) {
    if (production) problems.push("Set SESSION_SECRET to at least 32 random bytes, as base64 or hex.");
    else warnings.push("SESSION_SECRET is not set: cursors are valid until this process ends.");
  }
  const apiUrl = given(config.api?.url) ?? environment.API_URL;
  const apiOrigin = originOf(apiUrl, problems);
  const allowed = config.api?.allowedHosts ?? ownHosts(apiOrigin, environment.APP_URL, problems);
  // A wrong API_URL has been named already.
  if (production && allowed.length === 0 && (apiUrl === undefined || apiOrigin !== undefined)) {
    problems.push("Set API_URL to the public origin of this API, or list api.allowedHosts.");
  }
  const edge = edgeOf(config.api ?? {}, apiOrigin, problems);
  if (problems.length > 0 || databaseUrl === undefined) throw new BootError(problems);
  return {
    databaseUrl,
    key: rootKey(secret),
    hosts: hostCheck(allowed, !production),
    apiUrl: apiOrigin,
    edge,
    production,
    warnings,
  };
}

function ownHosts(
  apiOrigin: string | undefined,
  appUrl: string | undefined,
  problems: string[],
): readonly string[] {
  const hosts = apiOrigin === undefined ? [] : [new URL(apiOrigin).host];
  const appHost = appUrl === undefined ? undefined : hostOf(appUrl);
  if (appHost !== undefined) hosts.push(appHost);
  else if (appUrl !== undefined) problems.push("APP_URL must be an origin such as https://www.example.com.");
  return hosts;
}

/** A connection string with its password masked, for messages. */
export function maskedUrl(url: string): string {
  if (!URL.canParse(url)) return "(not a URL)";
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/**
 * Refuses routes of which only one could ever be called or told apart in logs and limits.
 * @throws BootError naming each one.
 */
export function checkRoutes(routes: readonly Route[]): void {
  const problems: string[] = [];
  const ids = new Map<string, Route>();
  const places = new Map<string, Route>();
  for (const route of routes) {
    const { id, method, path, limit } = route;
    if (ids.has(id)) problems.push(`Two routes have the id "${id}".`);
    // What a segment's value is called makes no difference to which requests match.
    const place = `${method} ${path.replaceAll(/\{[^/]*\}/g, "{}")}`;
    const other = places.get(place);
    if (other !== undefined)
      problems.push(`The routes "${other.id}" and "${id}" are both ${method} ${path}.`);
    ids.set(id, route);
    places.set(place, route);
    if (limit !== undefined) checkLimit(`The limit of the route "${id}"`, limit, problems);
  }
  if (problems.length > 0) throw new BootError(problems);
}

/** Refuses to serve from tables that are not there. @throws BootError naming each one and the ways out. */
export async function checkTables(database: Database, { tables }: Blueprint): Promise<void> {
  const rows = await database.run(selectColumns(tables.map(({ name }) => name)));
  const present = new Set(rows.map(([table, column]) => `${String(table)}.${String(column)}`));
  const known = new Set(rows.map(([table]) => String(table)));
  const missing: string[] = [];
  for (const { name, columns } of tables) {
    if (!known.has(name)) missing.push(`table "${name}"`);
    else
      missing.push(
        ...columns
          .filter((each) => !present.has(`${name}.${each.name}`))
          .map((each) => `column "${name}"."${each.name}"`),
      );
  }
  if (missing.length === 0) return;
  throw new BootError([
    `The database lacks ${missing.join(", ")}.`,
    "Create them with @lucent/migrate (run `lucent migrate`), or with SQL of your own.",
  ]);
}
