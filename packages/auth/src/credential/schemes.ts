import type { SchemaDocument } from "@lucent/core";

import { type CookieNames, cookieNames } from "./cookies.ts";

/**
 * How callers show who they are, as security schemes of OpenAPI 3.1.
 * @param names Of the cookies. Default: those of an application that is reached by https.
 */
export function credentialSchemes(
  names: CookieNames = published,
): Readonly<Record<"bearer" | "apiKey" | "cookie", SchemaDocument>> {
  return {
    bearer: {
      type: "http",
      scheme: "bearer",
      bearerFormat: "JWT",
      description: "An access token, or an API key.",
    },
    apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
    cookie: { type: "apiKey", in: "cookie", name: names.access, description },
  };
}

const published = cookieNames({ production: true, loopback: false });
const local = cookieNames({ production: false, loopback: true });

// Where a document is made without a start, nobody knows yet which of them it will be.
const description = `Set by a sign-in: \`${published.access}\`, or \`${local.access}\` in development on a loopback host.`;
