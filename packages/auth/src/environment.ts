import { BootError, type Config, decodeSecret, secretProblem, type Services } from "@lucent/core";

import { type KeyRing, keyRing, secretKeyFrom } from "./credential/key-ring.ts";
import type { AuthPluginOptions } from "./options.ts";

/** What a start knows of where it runs. */
export interface Environment extends Pick<Services, "environment" | "production" | "origin" | "logger"> {
  readonly config: Config;
}

/** What auth reads from the environment; an empty variable counts as unset. */
export function variable(
  { environment }: Pick<Environment, "environment">,
  name: string,
): string | undefined {
  const value = environment[name];
  return value === "" ? undefined : value;
}

const otherSecrets = ["SESSION_SECRET", "LUCENT_SECRETS_KEY"] as const;

/**
 * The keys that sign and verify access tokens; what is wrong is added to the problems. Outside production a process makes
 * a key of its own where there is none: its tokens end with it.
 */
export function signingRing(
  { tokens }: AuthPluginOptions,
  environment: Environment,
  problems: string[],
): KeyRing | undefined {
  try {
    if (tokens?.keys !== undefined) return keyRing(tokens.keys);
    const secret = variable(environment, "JWT_SECRET");
    const problem = secret === undefined ? missingSecret(environment) : secretFault(secret, environment);
    if (problem !== undefined) problems.push(problem);
    return problem === undefined
      ? keyRing([secretKeyFrom(secret ?? temporarySecret(environment))])
      : undefined;
  } catch (error) {
    if (!(error instanceof BootError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function missingSecret({ production }: Environment): string | undefined {
  return production
    ? "Set JWT_SECRET to at least 32 random bytes, as base64 or hex, or give auth({ tokens: { keys } })."
    : undefined;
}

function secretFault(secret: string, environment: Environment): string | undefined {
  const problem = secretProblem("JWT_SECRET", secret);
  if (problem !== undefined) return problem;
  const same = otherSecrets.find((name) => isSame(secret, otherSecret(environment, name)));
  return same === undefined ? undefined : `JWT_SECRET and ${same} must be two different secrets.`;
}

function otherSecret(environment: Environment, name: (typeof otherSecrets)[number]): string | undefined {
  const configured = name === "SESSION_SECRET" ? environment.config.secret : undefined;
  return configured === undefined || configured === "" ? variable(environment, name) : configured;
}

/** Whether two texts stand for the same bytes, however they are spelled. */
function isSame(secret: string, other: string | undefined): boolean {
  const bytes = decodeSecret(secret);
  const others = other === undefined ? undefined : decodeSecret(other);
  return bytes !== undefined && others !== undefined && Buffer.compare(bytes, others) === 0;
}

function temporarySecret({ logger }: Environment): string {
  logger.warn("JWT_SECRET is not set: access tokens are valid until this process ends.");
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
}

const anyOrigin = "http://localhost";

/** Who issues the tokens: tokens of one deployment must be worth nothing to another one with the same key. */
export function issuerOf(
  { tokens }: AuthPluginOptions,
  environment: Environment,
  problems: string[],
): string {
  const issuer = tokens?.issuer ?? environment.origin;
  if (issuer === undefined && environment.production) {
    problems.push("Set API_URL, or give auth({ tokens: { issuer } }): tokens name who issued them.");
  }
  return issuer ?? anyOrigin;
}

/** The origins whose scripts may act with a browser's cookies. */
export function trustedOriginsOf(
  { trustedOrigins }: AuthPluginOptions,
  { config }: Environment,
): readonly string[] {
  if (trustedOrigins !== undefined) return trustedOrigins;
  const { origin = [], credentials } = config.api?.cors ?? {};
  return credentials === true && origin !== "*" ? origin : [];
}

const loopbacks: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether an application is reached by a name of the machine itself. Unknown outside production: then it is. */
export function isLoopback(origin: string | undefined): boolean {
  return origin === undefined || loopbacks.has(new URL(origin).hostname);
}
