import type { Blueprint } from "../contract/blueprint.ts";
import type { CollectionModel } from "../contract/model.ts";
import type { Method, Route } from "../contract/route.ts";
import { LucentError } from "../errors.ts";

/** What a collection's path and method ask for. */
export type Action = "list" | "query" | "count" | "one" | "create" | "update" | "delete";

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

/** OPTIONS on a known path. */
export interface OptionsMatch {
  readonly kind: "options";
  readonly allow: string;
}

/** A request whose path and method are known. */
export type Matched = CollectionMatch | RouteMatch | OptionsMatch;

/** Finds what a path below the prefix means. @throws LucentError `NOT_FOUND` or `METHOD_NOT_ALLOWED`. */
export type Matcher = (method: string, path: string) => Matched;

type Handlers = Partial<Record<Method, CollectionMatch | RouteMatch>>;

/** Makes the matcher of an application. Declared routes win over collections of the same path. */
export function matcher({ collections, prefix }: Blueprint, routes: readonly Route[]): Matcher {
  const declared = routes
    .map((route) => ({ route, segments: route.path.slice(1).split("/") }))
    // What comes later wins, and a literal path is meant more exactly than a name in its place.
    .toSorted((left, right) => nameCount(right) - nameCount(left));
  return (method, path) => {
    const segments = segmentsOf(prefix, path);
    const handlers = handlersOf(declared, segments) ?? collectionHandlers(collections, segments);
    if (handlers === undefined) throw new LucentError("NOT_FOUND");
    return choose(handlers, method);
  };
}

function segmentsOf(prefix: string, path: string): readonly string[] {
  if (!path.startsWith(`${prefix}/`)) return [];
  const rest = path.slice(prefix.length + 1);
  return (rest.endsWith("/") ? rest.slice(0, -1) : rest).split("/");
}

interface Declared {
  readonly route: Route;
  readonly segments: readonly string[];
}

function nameCount({ segments }: Declared): number {
  return segments.filter((segment) => segment.startsWith("{")).length;
}

function handlersOf(declared: readonly Declared[], segments: readonly string[]): Handlers | undefined {
  let found: Handlers | undefined;
  for (const { route, segments: pattern } of declared) {
    const params = paramsOf(pattern, segments);
    if (params !== undefined) found = { ...found, [route.method]: { kind: "route", route, params } };
  }
  return found;
}

function paramsOf(pattern: readonly string[], segments: readonly string[]): Map<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params = new Map<string, string>();
  for (const [at, part] of pattern.entries()) {
    const segment = segments[at] ?? "";
    if (!part.startsWith("{")) {
      if (part !== segment) return undefined;
      continue;
    }
    const value = decoded(segment);
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

function collectionHandlers(
  collections: ReadonlyMap<string, CollectionModel>,
  [slug = "", name, ...more]: readonly string[],
): Handlers | undefined {
  const model = collections.get(slug);
  if (model === undefined || more.length > 0) return undefined;
  const match = (action: Action, id?: string): CollectionMatch => ({ kind: "collection", action, model, id });
  if (name === undefined) return { GET: match("list"), POST: match("create") };
  if (name === "query") return { POST: match("query") };
  if (name === "count") return { GET: match("count") };
  return { GET: match("one", name), PATCH: match("update", name), DELETE: match("delete", name) };
}

function choose(handlers: Handlers, method: string): Matched {
  const known = new Map(Object.entries(handlers));
  const found = known.get(method === "HEAD" ? "GET" : method);
  if (found !== undefined) return found;
  const allow = [...known.keys(), ...(known.has("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  if (method === "OPTIONS") return { kind: "options", allow };
  throw new LucentError("METHOD_NOT_ALLOWED", { headers: { allow } });
}
