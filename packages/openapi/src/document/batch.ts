import { maxOperations } from "@lucent/core";

import { isLimited, jsonBody } from "./collection-routes.ts";
import { headersOf } from "./headers.ts";
import { type Making, operationId, problemsOf } from "./making.ts";
import type { PathItem, Schema } from "./openapi.ts";
import { idSchema } from "./values.ts";
import type { Admission, CollectionView } from "./view.ts";

const operations = ["create", "update", "delete"] as const;

/** What the tag of the batch is called. */
export const batchTag = "batch";

/** The path of batches; nothing where no collection can be written. */
export function batchPaths(making: Making): Readonly<Record<string, PathItem>> {
  const { view, store, security, blueprint } = making;
  const admission = admissionOf([...view.values()]);
  const path = `${blueprint.prefix}/batch`;
  if (admission === undefined || making.isTaken(path)) return {};
  const limited = isLimited(making);
  const calling = { admission, isUnsafe: true, hasBody: true, isLimited: limited };
  const problems = problemsOf(making, calling, [
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "NOT_FOUND",
    "CONFLICT",
    "VALIDATION",
  ]);
  const results = store.schema("BatchResults", () => resultsSchema(making));
  return {
    [path]: {
      post: {
        operationId: operationId(making, "batch"),
        tags: [batchTag],
        summary: "Write several documents: all of them or none",
        description: `Up to ${maxOperations} operations on any collections, in their order and in one transaction.`,
        security: security.requirements(admission),
        requestBody: jsonBody(store.schema("Batch", () => bodySchema(making))),
        responses: {
          "200": {
            description: "What each operation answers.",
            headers: headersOf(store, limited),
            content: { "application/json": { schema: results } },
          },
          ...problems,
        },
      },
    },
  };
}

/** Signing in is needed where it is for everything that could stand in a batch. */
function admissionOf(collections: readonly CollectionView[]): Admission | undefined {
  const all = collections.flatMap(({ actions }) => operations.flatMap((action) => actions.get(action) ?? []));
  if (all.length === 0) return undefined;
  return all.includes("optional") ? "optional" : "required";
}

function bodySchema({ view, shapes }: Making): Schema {
  const each = [...view.values()].flatMap((collection) =>
    operations
      .filter((action) => collection.actions.has(action))
      .map((op): Schema => {
        const data = op === "delete" ? {} : { data: shapes.refer(collection, op) };
        const id = op === "create" ? {} : { id: idSchema };
        const properties = {
          op: { const: op },
          collection: { const: collection.model.slug },
          ...id,
          ...data,
        };
        return { type: "object", required: Object.keys(properties), additionalProperties: false, properties };
      }),
  );
  return {
    type: "object",
    required: ["operations"],
    additionalProperties: false,
    properties: {
      operations: { type: "array", minItems: 1, maxItems: maxOperations, items: { anyOf: each } },
    },
  };
}

function resultsSchema({ view, shapes }: Making): Schema {
  const written = [...view.values()].filter(({ actions }) => actions.has("create") || actions.has("update"));
  const documents = written.map((collection): Schema => shapes.refer(collection, "document"));
  const deleted: Schema = { type: "object", required: ["id"], properties: { id: idSchema } };
  return {
    type: "object",
    required: ["results"],
    properties: {
      results: {
        type: "array",
        description: "The documents as single writes would answer them; after a delete its `id` alone.",
        items: { anyOf: [...documents, deleted] },
      },
    },
  };
}
