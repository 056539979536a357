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
  if (admission === undefined) return {};
  const limited = isLimited(making);
  const calling = { admission, isUnsafe: true, hasBody: true, isLimited: limited };
  const problems = problemsOf(making, calling, [
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "NOT_FOUND",
    "CONFLICT",
    "VALIDATION",
  ]);
  const results = store.schema("BatchResults", () => resultsSchema);
  return {
    [`${blueprint.prefix}/batch`]: {
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

const resultsSchema: Schema = {
  type: "object",
  required: ["results"],
  properties: {
    results: {
      type: "array",
      items: {
        type: "object",
        description: "The document as a single write would answer it; after a delete its `id` alone.",
        required: ["id"],
        properties: { id: idSchema },
      },
    },
  },
};
