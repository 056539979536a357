import { type Blueprint, type DeclaredRoute, declaredRoutes } from "@lucent/core";

import { batchPaths, batchTag } from "./document/batch.ts";
import { collectionPaths } from "./document/collection-routes.ts";
import { componentStore } from "./document/components.ts";
import { type HostRoute, hostPaths, hostTag } from "./document/host-routes.ts";
import type { Making } from "./document/making.ts";
import { uniqueNames } from "./document/names.ts";
import type { OpenApiDocument, PathItem, Tag } from "./document/openapi.ts";
import { declaredPath, fullPath, tagOf, takenPaths } from "./document/plugin-routes.ts";
import { securityOf } from "./document/security.ts";
import { collectionShapes } from "./document/shapes.ts";
import type { View } from "./document/view.ts";

/** What a document is to say beside what the blueprint says. */
export interface DocumentOptions {
  /** What the reader may know: `await publicView(blueprint)`, or that of one caller. */
  readonly view: View;
  /** Default `API`. */
  readonly title?: string;
  /** The version of the API, not of OpenAPI. Default `1.0.0`. */
  readonly version?: string;
  /** CommonMark. */
  readonly description?: string;
  /** The public origin, such as `https://api.example.com`. Default `/`, which is wherever the document came from. */
  readonly server?: string;
  /** The `routes` of the Elysia instance that the engine is mounted in. Default: none, and only the engine's are listed. */
  readonly hostRoutes?: readonly HostRoute[];
}

/**
 * Describes an application as OpenAPI 3.1 has it. Pure: the same blueprint, view and options make the same text.
 * @throws BootError where an operation needs a signed-in caller, and no plugin says how one signs in.
 */
export function buildDocument(blueprint: Blueprint, options: DocumentOptions): OpenApiDocument {
  const { view, title = "API", version = "1.0.0", description = conventions, server = "/" } = options;
  const declared = declaredRoutes(blueprint);
  const making = makingOf(blueprint, view, declared);
  const paths = pathsOf(making, declared, options.hostRoutes ?? []);
  const { schemes } = making.security;
  return {
    openapi: "3.1.1",
    info: { title, version, description },
    servers: [{ url: server }],
    tags: tagsOf(paths, view, declared),
    paths,
    components: { ...making.store.all(), securitySchemes: schemes },
  };
}

const conventions = [
  "JSON in and out. Ids are UUIDs, dates are ISO 8601 in UTC, exact decimals are strings.",
  "What goes wrong is answered as a problem (RFC 9457) whose `code` is one of a closed list.",
  "HEAD is answered wherever GET is.",
].join("\n\n");

// Names of components that do not come from collections.
const shared = ["Problem", "PageMeta", "Count", "Batch", "BatchResults"];
const conditions = ["Text", "Number", "Integer", "Boolean", "Decimal", "Date", "Id", "References"].concat(
  "Existence",
  "Json",
  "Related",
);

function makingOf(blueprint: Blueprint, view: View, declared: readonly DeclaredRoute[]): Making {
  const store = componentStore();
  const names = uniqueNames();
  for (const name of [...shared, ...conditions.map((each) => `${each}Condition`)]) names.take(name);
  const shapes = collectionShapes({ blueprint, store, view, names });
  return {
    blueprint,
    view,
    store,
    shapes,
    security: securityOf(blueprint),
    ids: uniqueNames(),
    isTaken: takenPaths(declared, blueprint.prefix),
  };
}

function pathsOf(
  making: Making,
  declared: readonly DeclaredRoute[],
  hostRoutes: readonly HostRoute[],
): OpenApiDocument["paths"] {
  const { blueprint, view } = making;
  const { prefix } = blueprint;
  const absolute = new Set(declared.map(({ route }) => fullPath(route, prefix)));
  const isOwn = (path: string): boolean =>
    path === prefix || path.startsWith(`${prefix}/`) || absolute.has(path);
  return merged([
    ...[...view.values()].flatMap((collection) => Object.entries(collectionPaths(making, collection))),
    ...Object.entries(batchPaths(making)),
    ...declared.map((each) => declaredPath(making, each)),
    ...hostPaths(making, hostRoutes, isOwn),
  ]);
}

/** What comes later wins, as it does where requests are matched. */
function merged(items: readonly (readonly [path: string, item: PathItem])[]): OpenApiDocument["paths"] {
  const paths: Record<string, PathItem> = {};
  for (const [path, item] of items) paths[path] = { ...paths[path], ...item };
  return paths;
}

/** The tags that operations have, each once, in the order in which they come. */
function tagsOf(
  paths: OpenApiDocument["paths"],
  view: View,
  declared: readonly DeclaredRoute[],
): readonly Tag[] {
  const owners = new Map(declared.map((each) => [tagOf(each), each.owner]));
  const used = Object.values(paths).flatMap((item) => Object.values(item).flatMap(({ tags }) => tags));
  return [...new Set(used)].map((name) => ({ name, description: tagDescription(name, view, owners) }));
}

function tagDescription(name: string, view: View, owners: ReadonlyMap<string, string>): string {
  const collection = view.get(name)?.model.definition;
  if (collection !== undefined) return collection.description ?? `The collection \`${name}\`.`;
  if (name === batchTag) return "Several writes at once.";
  if (name === hostTag) return "Routes of the application itself.";
  if (name === "health") return "Whether the application runs.";
  const owner = owners.get(name);
  return owner === undefined ? `Routes about ${name}.` : `Routes of the plugin \`${owner}\`.`;
}
