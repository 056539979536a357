import type { Route } from "@lucent/core";

import type { OpenApiOptions } from "../options.ts";
import { admit } from "./admit.ts";
import type { DocumentsOf } from "./documents.ts";

/** Where the document is, below the prefix. */
export const documentPath = "/openapi.json";

/** `GET /openapi.json`. */
export function documentRoute(options: OpenApiOptions, documents: DocumentsOf): Route {
  const { access, view = "public" } = options;
  const isSame = view === "public" && access === undefined;
  return {
    id: "openapi.document",
    method: "GET",
    path: documentPath,
    parameters: [],
    // Credentials make no difference, so that whoever sends some gets an answer that may be kept too.
    ...(isSame ? { ignoresCredentials: true } : {}),
    // Every rule is asked for each of these.
    ...(view === "caller" ? { limit: { max: 60, window: 60, by: "principal" as const } } : {}),
    document: {
      summary: "This description",
      description: "The API as OpenAPI 3.1 has it.",
      credentials: isSame ? "none" : "optional",
      problems: access === undefined ? [] : ["UNAUTHENTICATED", "FORBIDDEN"],
      answers: {
        200: {
          description: "The document.",
          schema: {
            type: "object",
            required: ["openapi", "info", "paths"],
            properties: {
              openapi: { type: "string" },
              info: { type: "object" },
              servers: { type: "array", items: { type: "object" } },
              tags: { type: "array", items: { type: "object" } },
              paths: { type: "object" },
              components: { type: "object" },
            },
          },
          headers: { ETag: "The version of the document, for `If-None-Match`." },
        },
        304: {
          description: "The document is still the one in `If-None-Match`.",
          headers: { ETag: "The version of the document." },
        },
      },
    },
    async handle(call) {
      await admit(access, call);
      const { ofStrangers, ofCaller } = documents(call.services.blueprint);
      const content = await (view === "caller" ? ofCaller(call.facts.user ?? null) : ofStrangers());
      return content.respond(call.request, { "cache-control": isSame ? "no-cache" : "no-store" });
    },
  };
}
