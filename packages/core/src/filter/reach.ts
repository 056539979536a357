import type { CollectionModel } from "../contract/model.ts";

type Collections = ReadonlyMap<string, CollectionModel>;

/** What may name other collections in a request. */
export interface Reaching {
  readonly where?: unknown;
  readonly sort?: readonly string[];
  readonly populate?: readonly string[];
  /** How many relationships deep everything is populated. */
  readonly depth?: number;
}

/**
 * The collections that a request leads to, found before their rules are asked, so that parsing never waits. A name that
 * leads nowhere is left to the parser to refuse.
 */
export function reachedCollections(
  model: CollectionModel,
  collections: Collections,
  { where, sort, populate, depth }: Reaching,
): ReadonlySet<CollectionModel> {
  const found = new Set<CollectionModel>();
  const follow = (path: string): void => followPath(model, path, { collections, found });
  for (const name of dottedKeys(where)) follow(name);
  for (const key of sort ?? []) if (key.includes(".")) follow(key.startsWith("-") ? key.slice(1) : key);
  for (const path of populate ?? []) follow(`${path}.`);
  spread(model, depth ?? 0, { collections, found });
  return found;
}

interface Walk {
  readonly collections: Collections;
  readonly found: Set<CollectionModel>;
}

function followPath(from: CollectionModel, path: string, { collections, found }: Walk): void {
  let model = from;
  for (const segment of path.split(".").slice(0, -1)) {
    const next = collections.get(model.fields.get(segment)?.target ?? "");
    if (next === undefined) return;
    found.add(next);
    model = next;
  }
}

function spread(from: CollectionModel, levels: number, walk: Walk): void {
  if (levels <= 0) return;
  for (const { target } of from.fields.values()) {
    const next = target === undefined ? undefined : walk.collections.get(target);
    if (next === undefined) continue;
    walk.found.add(next);
    spread(next, levels - 1, walk);
  }
}

// Deeper than `where` may nest, each level being an array and an object: the rest is refused by the parser, unwalked.
const maxWalk = 12;

function* dottedKeys(where: unknown, depth = 0): Generator<string> {
  if (typeof where !== "object" || where === null || depth > maxWalk) return;
  if (Array.isArray(where)) {
    for (const branch of where) yield* dottedKeys(branch, depth + 1);
    return;
  }
  for (const [key, value] of Object.entries(where)) {
    if (key.includes(".")) yield key;
    else if (key === "and" || key === "or" || key === "not") yield* dottedKeys(value, depth + 1);
  }
}
