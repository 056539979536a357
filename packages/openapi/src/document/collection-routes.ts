import type { ErrorCode, Operation } from "@lucent/core";

import { headersOf } from "./headers.ts";
import { type Calling, type Making, operationId, problemsOf, redirection } from "./making.ts";
import type {
  Operation as PathOperation,
  Parameter,
  PathItem,
  Reference,
  RequestBody,
  Response,
} from "./openapi.ts";
import { ifMatch, ifNoneMatch, idParameter, listParametersOf, parameterOf } from "./parameters.ts";
import type { Shape } from "./shapes.ts";
import type { Action, Admission, CollectionView } from "./view.ts";

/** What is said of an action, whatever the collection. */
interface ActionDocument {
  /** Whose rule is asked. */
  readonly operation: Operation;
  readonly path: "" | "/query" | "/count" | "/{id}" | "/{id}/restore";
  readonly method: "get" | "post" | "patch" | "delete";
  /** With the slug in the place of `%`. */
  readonly summary: string;
  readonly description?: string;
  readonly body?: Shape;
  /** Beside those of every route that is called like this one. */
  readonly problems: readonly ErrorCode[];
}

const written: readonly ErrorCode[] = ["FORBIDDEN", "CONFLICT", "VALIDATION"];

const documents: Readonly<Record<Action, ActionDocument>> = {
  list: {
    operation: "read",
    path: "",
    method: "get",
    summary: "List %",
    problems: ["UNKNOWN_FIELD", "BAD_CURSOR"],
  },
  query: {
    operation: "read",
    path: "/query",
    method: "post",
    summary: "List %, with the parameters in a body",
    description: "For filters that are too long for an address.",
    body: "query",
    problems: ["UNKNOWN_FIELD", "BAD_CURSOR"],
  },
  count: {
    operation: "read",
    path: "/count",
    method: "get",
    summary: "Count %",
    description: "The exact number of those that the caller may read.",
    problems: ["UNKNOWN_FIELD"],
  },
  one: {
    operation: "read",
    path: "/{id}",
    method: "get",
    summary: "Read one of %",
    problems: ["UNKNOWN_FIELD", "NOT_FOUND"],
  },
  create: {
    operation: "create",
    path: "",
    method: "post",
    summary: "Create one of %",
    description: "Answers the new document as its caller may read it; the `id` alone where that is nothing.",
    body: "create",
    problems: written,
  },
  update: {
    operation: "update",
    path: "/{id}",
    method: "patch",
    summary: "Update one of %",
    description: "Changes the members of the body and no others; null clears. Answers as a create does.",
    body: "update",
    problems: [...written, "NOT_FOUND", "PRECONDITION_FAILED"],
  },
  delete: {
    operation: "delete",
    path: "/{id}",
    method: "delete",
    summary: "Delete one of %",
    problems: ["FORBIDDEN", "NOT_FOUND", "CONFLICT", "PRECONDITION_FAILED"],
  },
  restore: {
    operation: "delete",
    path: "/{id}/restore",
    method: "post",
    summary: "Restore one of % that was deleted",
    description: "Answers the document as its caller may read it; one that was not deleted stays as it is.",
    problems: ["FORBIDDEN", "NOT_FOUND", "CONFLICT"],
  },
};

/** The paths of a collection. */
export function collectionPaths(
  making: Making,
  collection: CollectionView,
): Readonly<Record<string, PathItem>> {
  const paths: Record<string, PathItem> = {};
  for (const [action, admission] of collection.actions) {
    const { path, method } = documents[action];
    const full = `${making.blueprint.prefix}/${collection.model.slug}${path}`;
    if (making.isTaken(full)) continue;
    paths[full] = { ...paths[full], [method]: operationOf(making, collection, { action, admission }) };
  }
  return paths;
}

interface Acting {
  readonly action: Action;
  readonly admission: Admission;
}

function operationOf(
  making: Making,
  collection: CollectionView,
  { action, admission }: Acting,
): PathOperation {
  const { slug, definition } = collection.model;
  const { summary, description, body, method, problems } = documents[action];
  const parameters = parametersFor(making, collection, action);
  const isUnsafe = method !== "get";
  const calling: Calling = {
    admission,
    isUnsafe,
    hasBody: body !== undefined,
    isLimited: isLimited(making),
  };
  return {
    operationId: operationId(
      making,
      `${action === "one" ? "read" : action}-${making.shapes.nameOf(collection)}`,
    ),
    tags: [slug],
    summary: summary.replace("%", slug),
    ...(description === undefined ? {} : { description }),
    ...(definition.deprecated === true ? { deprecated: true } : {}),
    security: making.security.requirements(admission),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: jsonBody(making.shapes.refer(collection, body)) }),
    responses: {
      ...successOf(making, collection, action),
      ...redirection(making, isUnsafe),
      ...problemsOf(making, calling, [...problems, ...denials(making, collection, action)]),
    },
  };
}

/** Whoever is known may have a key that was not made for this; strangers are denied by a rule alone. */
function denials(
  { security }: Making,
  { model: { access }, hasTrash }: CollectionView,
  action: Action,
): readonly ErrorCode[] {
  const isOpen = access[documents[action].operation] === true && !hasTrash;
  return [
    ...(isOpen ? [] : (["UNAUTHENTICATED"] as const)),
    ...(security.hasCallers ? (["FORBIDDEN"] as const) : []),
  ];
}

/** Whether the collections' routes have a limit. */
export function isLimited({ blueprint: { config } }: Making): boolean {
  const { rateLimit = false } = config.api ?? {};
  return rateLimit !== false;
}

/** A body that is needed. */
export function jsonBody(schema: Reference): RequestBody {
  return { required: true, content: { "application/json": { schema } } };
}

function parametersFor(
  { store, shapes }: Making,
  collection: CollectionView,
  action: Action,
): readonly (Parameter | Reference)[] {
  switch (action) {
    case "list":
      return listParametersOf(collection, { store, shapes });
    case "count":
      return [parameterOf("where", collection, { store, shapes })];
    case "one":
      return [
        idParameter(store),
        ...listParametersOf(collection, { store, shapes }, oneParameters),
        ifNoneMatch(store),
      ];
    case "update":
    case "delete":
      return [idParameter(store), ifMatch(store)];
    case "restore":
      return [idParameter(store)];
    case "create":
    case "query":
      return [];
  }
}

const oneParameters = ["select", "depth", "populate"] as const;

function successOf(making: Making, collection: CollectionView, action: Action): PathOperation["responses"] {
  const { store, shapes } = making;
  const limited = isLimited(making);
  const plain = headersOf(store, limited);
  const tagged = (): NonNullable<Response["headers"]> => headersOf(store, limited, ["ETag"]);
  const answer = (description: string, shape: Shape, headers: Response["headers"] = plain): Response => ({
    description,
    headers,
    content: { "application/json": { schema: shapes.refer(collection, shape) } },
  });
  switch (action) {
    case "list":
    case "query":
      return { "200": answer("A page of documents.", "list") };
    case "count":
      return { "200": { description: "How many there are.", headers: plain, content: countContent(making) } };
    case "one":
      return {
        "200": answer("The document.", "document", tagged()),
        "304": { description: "The document is still the one in `If-None-Match`.", headers: tagged() },
      };
    case "create":
      return {
        "201": answer("The new document.", "document", headersOf(store, limited, ["Location", "ETag"])),
      };
    case "update":
    case "restore":
      return { "200": answer("The document as it is now.", "document", tagged()) };
    case "delete":
      return { "204": { description: "It is gone.", headers: plain } };
  }
}

function countContent({ store }: Making): NonNullable<Response["content"]> {
  const schema = store.schema("Count", () => ({
    type: "object",
    required: ["count"],
    properties: { count: { type: "integer", minimum: 0 } },
    examples: [{ count: 12 }],
  }));
  return { "application/json": { schema } };
}
