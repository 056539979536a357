import type { Blueprint } from "../contract/blueprint.ts";
import type { CollectionModel } from "../contract/model.ts";
import type { Route } from "../contract/route.ts";
import { LucentError } from "../errors.ts";

/** What a collection's path and method ask for. */
export type Action = "list" | "query" | "count" | "one" | "create" | "update" | "delete" | "restore";

/** A request for a collection. */
export interface CollectionMatch {
  readonly kind: "collection";
  readonly action: Action;
  readonly model: CollectionModel;
  readonly id: string | undefined;
}

/** A request for a route that a plugin (or core itself) declared. */
export interface RouteMatch {
  readonly kind: "route";
  readonly route: Route;
  readonly params: ReadonlyMap<string, string>;
}

/** A request for several operations at once. */
export interface BatchMatch {
  readonly kind: "batch";
}

/** OPTIONS on a known path. */
export interface OptionsMatch {
  readonly kind: "options";
  readonly allow: string;
}

/** A request whose path and method are known. */
export type Matched = CollectionMatch | BatchMatch | RouteMatch | OptionsMatch;

/** Finds what a path below the prefix means. @throws LucentError `NOT_FOUND` or `METHOD_NOT_ALLOWED`. */
export type Matcher = (method: string, path: string) => Matched;

/** What a path can do, by method. */
type Handlers<T> = ReadonlyMap<string, T>;

/** Makes the matcher of an application. Declared routes win over collections of the same path. */
export function matcher({ collections, prefix }: Blueprint, routes: readonly Route[]): Matcher {
  const absolute = new Map<string, Map<string, RouteMatch>>();
  for (const route of routes.filter((each) => each.absolute === true)) {
    const handlers = absolute.get(route.path) ?? new Map<string, RouteMatch>();
    absolute.set(route.path, handlers.set(route.method, { kind: "route", route, params: new Map() }));
  }
  const declared = routes
    .filter((route) => route.absolute !== true)
    .map((route) => ({ route, segments: route.path.slice(1).split("/") }))
    // What comes later wins, and a literal path is meant more exactly than a name in its place.
    .toSorted((left, right) => nameCount(right) - nameCount(left));
  return (method, path) => {
    const segments = segmentsOf(prefix, path);
    const handlers = absolute.get(path) ?? handlersOf(declared, segments);
    if (handlers !== undefined) return choose(handlers, method, (match) => match);
    const [slug = "", name, ...more] = segments;
    if (slug === "batch" && name === undefined) return choose(batchActions, method, (match) => match);
    const model = collections.get(slug);
    const actions = model === undefined ? undefined : actionsOf(model, name, more);
    if (model === undefined || actions === undefined) throw new LucentError("NOT_FOUND");
    const id = actions === documentActions || actions === restoreActions ? name : undefined;
    return choose(actions, method, (action) => ({ kind: "collection", action, model, id }));
  };
}

function segmentsOf(prefix: string, path: string): readonly string[] {
  if (!path.startsWith(prefix) || path[prefix.length] !== "/") return [];
  const rest = path.slice(prefix.length + 1);
  return (rest.endsWith("/") ? rest.slice(0, -1) : rest).split("/");
}

interface Declared {
  readonly route: Route;
  readonly segments: readonly string[];
}

function nameCount({ segments }: Declared): number {
  return segments.filter(isName).length;
}

function isName(segment: string): boolean {
  return segment.startsWith("{");
}

function handlersOf(
  declared: readonly Declared[],
  segments: readonly string[],
): Handlers<RouteMatch> | undefined {
  let found: Map<string, RouteMatch> | undefined;
  for (const { route, segments: pattern } of declared) {
    if (!fits(pattern, segments)) continue;
    const params = paramsOf(pattern, segments);
    if (params === undefined) continue;
    found ??= new Map();
    found.set(route.method, { kind: "route", route, params });
  }
  return found;
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length && pattern.every((part, at) => isName(part) || part === segments[at])
  );
}

function paramsOf(pattern: readonly string[], segments: readonly string[]): Map<string, string> | undefined {
  const params = new Map<string, string>();
  for (const [at, part] of pattern.entries()) {
    if (!isName(part)) continue;
    const value = decoded(segments[at] ?? "");
    if (value === undefined || value === "") return undefined;
    params.set(part.slice(1, -1), value);
  }
  return params;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

const rootActions: Handlers<Action> = new Map([
  ["GET", "list"],
  ["POST", "create"],
]);
const queryActions: Handlers<Action> = new Map([["POST", "query"]]);
const countActions: Handlers<Action> = new Map([["GET", "count"]]);
const documentActions: Handlers<Action> = new Map([
  ["GET", "one"],
  ["PATCH", "update"],
  ["DELETE", "delete"],
]);

const restoreActions: Handlers<Action> = new Map([["POST", "restore"]]);
const batchActions: Handlers<BatchMatch> = new Map([["POST", { kind: "batch" }]]);

function actionsOf(
  { softDelete }: CollectionModel,
  name: string | undefined,
  more: readonly string[],
): Handlers<Action> | undefined {
  // Nothing between two slashes is no id.
  if (name === "") return undefined;
  if (more.length > 0) return softDelete && more.join("/") === "restore" ? restoreActions : undefined;
  if (name === undefined) return rootActions;
  if (name === "query") return queryActions;
  return name === "count" ? countActions : documentActions;
}

function choose<T>(handlers: Handlers<T>, method: string, toMatch: (found: T) => Matched): Matched {
  const found = handlers.get(method === "HEAD" ? "GET" : method);
  if (found !== undefined) return toMatch(found);
  const allow = [...handlers.keys(), ...(handlers.has("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  if (method === "OPTIONS") return { kind: "options", allow };
  throw new LucentError("METHOD_NOT_ALLOWED", { headers: { allow } });
}
