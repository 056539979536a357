import type { ComponentStore } from "./components.ts";
import { pascalCase } from "./names.ts";
import type { Parameter, Reference } from "./openapi.ts";
import { listDescriptions, type ListParameter, parametersOf, sharedParameters } from "./query.ts";
import type { Shapes } from "./shapes.ts";
import { idSchema } from "./values.ts";
import type { CollectionView } from "./view.ts";

interface Parts {
  readonly store: ComponentStore;
  readonly shapes: Shapes;
}

/** The id in a path. */
export function idParameter(store: ComponentStore): Reference {
  return store.parameter("Id", () => ({
    name: "id",
    in: "path",
    description: "The id of the document.",
    required: true,
    schema: idSchema,
  }));
}

/** Refuses a write to another version than the one that is meant. */
export function ifMatch(store: ComponentStore): Reference {
  return store.parameter("IfMatch", () => ({
    name: "If-Match",
    in: "header",
    description: "The `ETag` of the version that is meant: another one is left as it is.",
    schema: { type: "string" },
  }));
}

/** Leaves out a document that the client has already. */
export function ifNoneMatch(store: ComponentStore): Reference {
  return store.parameter("IfNoneMatch", () => ({
    name: "If-None-Match",
    in: "header",
    description: "The `ETag` of a version that is known: it is not sent again.",
    schema: { type: "string" },
  }));
}

/**
 * The parameters of a list in the address.
 * @param only Those of them that are wanted. Default: all.
 */
export function listParametersOf(
  collection: CollectionView,
  parts: Parts,
  only?: readonly ListParameter[],
): readonly (Parameter | Reference)[] {
  return parametersOf(collection)
    .filter((name) => only === undefined || only.includes(name))
    .map((name) => parameterOf(name, collection, parts));
}

/** One of them. */
export function parameterOf(
  name: ListParameter,
  collection: CollectionView,
  { store, shapes }: Parts,
): Parameter | Reference {
  const place = { name, in: "query", description: listDescriptions[name] } as const;
  switch (name) {
    case "where":
      return { ...place, content: { "application/json": { schema: shapes.refer(collection, name) } } };
    case "sort":
    case "select":
    case "populate":
      return { ...place, style: "form", explode: false, schema: shapes.refer(collection, name) };
    case "perPage":
    case "page":
    case "cursor":
    case "count":
    case "depth":
    case "search":
    case "trashed":
      return store.parameter(pascalCase(name), () => ({ ...place, schema: sharedParameters[name] }));
  }
}
