/** What Lucent reads from the environment; `docs/environment.md` is checked against this list. */
export const variables = ["DATABASE_URL", "API_URL", "APP_URL", "SESSION_SECRET", "NODE_ENV"] as const;

/** The environment as core reads it. Read once, at start. */
export type Environment = Readonly<Partial<Record<(typeof variables)[number], string>>>;

/** Reads the variables that core knows; an empty one counts as unset. */
export function readEnvironment(source: Readonly<Record<string, string | undefined>>): Environment {
  const found: Partial<Record<(typeof variables)[number], string>> = {};
  for (const name of variables) {
    const value = source[name];
    if (value !== undefined && value !== "") found[name] = value;
  }
  return found;
}

/** Whether this is a production start: refusals instead of warnings. */
export function isProduction(environment: Environment): boolean {
  return environment.NODE_ENV === "production";
}
