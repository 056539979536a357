import { BootError, type Collection, type Fields, type RateLimit } from "@lucent/core";

import { type PasswordOptions, passwordOptionProblems } from "./credential/password-policy.ts";
import type { ApiKeyOptions, CollectionAuthOptions, SessionOptions } from "./options.ts";

/** How one collection of accounts works: its options, checked and complete. */
export interface RealmSettings {
  readonly requireEmailVerification: boolean;
  readonly password: PasswordOptions;
  readonly lockout: RateLimit;
  readonly session: Required<SessionOptions>;
  /** `undefined` where there are no API keys. */
  readonly apiKeys: Required<ApiKeyOptions> | undefined;
  readonly revokeApiKeysOnReset: boolean;
  readonly roleFields: readonly string[];
}

const keys = [
  "requireEmailVerification",
  "password",
  "lockout",
  "session",
  "apiKeys",
  "revokeApiKeysOnReset",
  "roleFields",
] as const satisfies readonly (keyof CollectionAuthOptions)[];

const defaultSession: Required<SessionOptions> = {
  idle: 604_800,
  absolute: 2_592_000,
  grace: 10,
  cache: 0,
  limit: 50,
};

const defaultApiKeys: Required<ApiKeyOptions> = { limit: 50, days: 365, admin: () => false };

/** Fields that an account can't have, and why. */
const reservedFields = {
  session: "a sign-in has such a key",
  collection: "rules read there where the account of a caller lies",
  scopes: "rules read there what the API key of a caller may do",
} as const;

/** Whether the documents of a collection are accounts. */
export function isAuthCollection({ auth }: Collection): boolean {
  return auth !== undefined && auth !== false;
}

/**
 * Reads `auth` of a collection. It comes from a configuration that may have no types.
 * @throws BootError naming every option that can't be meant.
 */
export function realmSettings({ slug, auth, clientId, fields }: Collection): RealmSettings {
  if (auth !== true && (typeof auth !== "object" || auth === null)) {
    throw new BootError([`Collection "${slug}": auth must be true, false or an object of options.`]);
  }
  const options: CollectionAuthOptions = auth === true ? {} : auth;
  const problems = [
    ...optionProblems(options),
    ...roleProblems(options.roleFields, fields),
    // A client could take the id of an account that is gone, and with it what still lies there.
    ...(clientId === true ? ["accounts get their id from the server: remove clientId"] : []),
    ...Object.entries(reservedFields)
      .filter(([name]) => Object.hasOwn(fields, name))
      .map(([name, reason]) => `the field name "${name}" is reserved: ${reason}`),
  ].map((problem) => `Collection "${slug}": ${problem}.`);
  if (problems.length > 0) throw new BootError(problems);
  return {
    requireEmailVerification: options.requireEmailVerification ?? false,
    password: options.password ?? {},
    lockout: options.lockout ?? { max: 10, window: 900 },
    session: { ...defaultSession, ...options.session },
    apiKeys: options.apiKeys === false ? undefined : { ...defaultApiKeys, ...options.apiKeys },
    revokeApiKeysOnReset: options.revokeApiKeysOnReset ?? false,
    roleFields: options.roleFields ?? [],
  };
}

function optionProblems(options: CollectionAuthOptions): readonly string[] {
  const { session = {}, apiKeys = {}, lockout, password = {} } = options;
  const { idle = defaultSession.idle, absolute = Math.max(defaultSession.absolute, idle) } = session;
  return [
    ...unknown("auth", options, keys),
    ...unknown("auth.session", session, Object.keys(defaultSession)),
    ...range("auth.session.idle", idle, [60, 31_536_000]),
    ...range("auth.session.absolute", absolute, [idle, 31_536_000]),
    ...range("auth.session.grace", session.grace, [0, 30]),
    ...range("auth.session.cache", session.cache, [0, 5]),
    ...range("auth.session.limit", session.limit, [1, 1_000]),
    ...(apiKeys === false ? [] : apiKeyProblems(apiKeys)),
    ...(lockout === undefined ? [] : lockoutProblems(lockout)),
    ...passwordOptionProblems(password).map((problem) => `auth.password ${problem}`),
    ...flag("auth.requireEmailVerification", options.requireEmailVerification),
    ...flag("auth.revokeApiKeysOnReset", options.revokeApiKeysOnReset),
  ];
}

const roleKinds: ReadonlySet<string> = new Set(["select", "multiselect", "boolean"]);

/** Their values get into the audit trail, so they are none that anybody could choose freely. */
function roleProblems(names: unknown, fields: Fields): readonly string[] {
  if (names === undefined) return [];
  const given: readonly unknown[] = Array.isArray(names) ? names : [names];
  const known = new Map(Object.entries(fields));
  return given.every((name) => typeof name === "string" && roleKinds.has(known.get(name)?.type ?? ""))
    ? []
    : ["auth.roleFields is a list of its fields of the kinds select, multiselect or boolean"];
}

function apiKeyProblems(options: ApiKeyOptions): readonly string[] {
  return [
    ...unknown("auth.apiKeys", options, Object.keys(defaultApiKeys)),
    ...range("auth.apiKeys.limit", options.limit, [1, 1_000]),
    ...range("auth.apiKeys.days", options.days, [1, 3_650]),
    ...(options.admin === undefined || typeof options.admin === "function"
      ? []
      : ["auth.apiKeys.admin must be a function"]),
  ];
}

function lockoutProblems(lockout: unknown): readonly string[] {
  if (typeof lockout !== "object" || lockout === null) return ["auth.lockout must be { max, window }"];
  const { max, window }: Partial<RateLimit> = lockout;
  return [
    ...unknown("auth.lockout", lockout, ["max", "window"]),
    // NIST SP 800-63B allows at most 100 failures in a row.
    ...range("auth.lockout.max", max ?? Number.NaN, [1, 100]),
    // Nobody can keep an owner out for longer than this.
    ...range("auth.lockout.window", window ?? Number.NaN, [1, 900]),
  ];
}

/** Says which keys an object has that nobody reads. */
export function unknown(place: string, value: object, known: readonly string[]): readonly string[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => `${place} has the unknown key "${key}"; it takes ${known.join(", ")}`);
}

/** Says that a number is missing its bounds, inclusive. What is not there is fine. */
export function range(
  place: string,
  value: number | undefined,
  [min, max]: readonly [number, number],
): readonly string[] {
  const isFine = value === undefined || (Number.isInteger(value) && value >= min && value <= max);
  return isFine ? [] : [`${place} must be a whole number from ${min} to ${max}`];
}

function flag(place: string, value: boolean | undefined): readonly string[] {
  return value === undefined || typeof value === "boolean" ? [] : [`${place} must be true or false`];
}
