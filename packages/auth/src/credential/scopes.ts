import type { Issue, Operation } from "@lucent/core";

const actions = ["read", "create", "update", "delete"] as const satisfies readonly Operation[];

/** What the scopes that name no collection stand for, in every collection. */
const coarse: Readonly<Record<"read" | "write" | "admin" | "*", readonly Operation[]>> = {
  read: ["read"],
  write: ["create", "update", "delete"],
  admin: actions,
  "*": actions,
};

/** Every scope that a key of an application may have: `slug:action`, and the coarse ones. */
export function knownScopes(slugs: readonly string[]): ReadonlySet<string> {
  return new Set([
    ...Object.keys(coarse),
    ...slugs.flatMap((slug) => actions.map((action) => `${slug}:${action}`)),
  ]);
}

/**
 * What is wrong with the scopes that a body asks for, if anything. They are a list, and each is one of the known ones to the
 * letter; an empty list is a key without rights.
 */
export function scopeProblem(scopes: unknown, known: ReadonlySet<string>): Issue | undefined {
  if (scopes === undefined || scopes === null) return { path: "scopes", rule: "required" };
  if (!Array.isArray(scopes)) return { path: "scopes", rule: "type" };
  if (scopes.length > known.size) return { path: "scopes", rule: "maxLength" };
  const wrong = scopes.findIndex((scope) => typeof scope !== "string" || !known.has(scope));
  if (wrong !== -1) {
    return { path: `scopes.${wrong}`, rule: typeof scopes[wrong] === "string" ? "options" : "type" };
  }
  return new Set(scopes).size === scopes.length ? undefined : { path: "scopes", rule: "unique" };
}

/**
 * The rights that scopes stand for today, each `slug:action`. What they name and is gone, such as a collection that was
 * removed, is no right.
 */
export function expandScopes(scopes: readonly string[], slugs: readonly string[]): ReadonlySet<string> {
  const asked = new Set(scopes);
  const everywhere = new Set(
    Object.entries(coarse).flatMap(([scope, granted]) => (asked.has(scope) ? granted : [])),
  );
  const rights = slugs.flatMap((slug) => actions.map((action) => ({ action, right: `${slug}:${action}` })));
  return new Set(
    rights
      .filter(({ action, right }) => asked.has(right) || everywhere.has(action))
      .map(({ right }) => right),
  );
}
