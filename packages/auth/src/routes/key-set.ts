import type { Route } from "@lucent/core";

import { publicKeys } from "../credential/jwks.ts";
import type { Running } from "./place.ts";

/** The public keys of access tokens, for services that verify them (RFC 7517); an empty list with a secret key. */
export function keySetRoute(running: Running): Route {
  return {
    id: "auth.keys",
    method: "GET",
    path: "/.well-known/jwks.json",
    absolute: true,
    ignoresCredentials: true,
    document: {
      summary: "Public keys of access tokens",
      description:
        "For services that verify tokens themselves (RFC 7517); an empty list where tokens are signed with a secret.",
      credentials: "none",
      answers: {
        200: {
          description: "The keys.",
          schema: {
            type: "object",
            properties: { keys: { type: "array", items: { type: "object" } } },
            required: ["keys"],
            additionalProperties: false,
          },
        },
      },
    },
    handle: () =>
      Response.json(publicKeys(running().ring), { headers: { "cache-control": "public, max-age=300" } }),
  };
}
