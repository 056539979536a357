import { randomBytes } from "node:crypto";

import { LucentError, type Model, type Route } from "@lucent/core";

import type { OpenApiOptions } from "../options.ts";
import { admit } from "../serve/admit.ts";
import { documentPath } from "../serve/document-route.ts";
import { bundle } from "./bundle.ts";
import { pageOf } from "./page.ts";
import { policyOf } from "./policy.ts";

const pagePath = "/docs";
const tag = "openapi";

/** `GET /docs`, and the script that it needs. */
export function viewerRoutes(options: OpenApiOptions, model: Model): readonly Route[] {
  return [pageRoute(options, model), scriptRoute()];
}

function pageRoute(options: OpenApiOptions, { prefix }: Model): Route {
  const { access, title = "API", server } = options;
  return {
    id: "openapi.page",
    method: "GET",
    path: pagePath,
    // What the reader opens is kept in the address by the page itself, behind the question mark too.
    ...(access === undefined ? { ignoresCredentials: true } : {}),
    document: {
      summary: "This description as a page",
      tag,
      credentials: access === undefined ? "none" : "optional",
      problems: access === undefined ? [] : ["UNAUTHENTICATED", "FORBIDDEN"],
      answers: { 200: { description: "The page.", type: "text/html", schema: { type: "string" } } },
    },
    async handle(call) {
      await admit(access, call);
      const nonce = randomBytes(16).toString("base64url");
      const script = `${prefix}${pagePath}/${scriptName((await bundle()).digest)}`;
      const html = pageOf({ title, document: `${prefix}${documentPath}`, script, nonce });
      return new Response(html, {
        headers: {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": policyOf(nonce, originOf(server)),
          // The nonce is good for one answer.
          "cache-control": "no-store",
        },
      });
    },
  };
}

function originOf(server: string | undefined): string | undefined {
  return server !== undefined && URL.canParse(server) ? new URL(server).origin : undefined;
}

function scriptName(digest: string): string {
  return `reference.${digest}.js`;
}

/** The same script for everybody: it is public software, and says nothing of the application. */
function scriptRoute(): Route {
  return {
    id: "openapi.script",
    method: "GET",
    path: `${pagePath}/{file}`,
    parameters: [],
    ignoresCredentials: true,
    document: {
      summary: "The script of the page",
      tag,
      credentials: "none",
      params: { file: { description: "Its name, as the page has it.", schema: { type: "string" } } },
      problems: ["NOT_FOUND"],
      answers: {
        200: { description: "The script.", type: "text/javascript", schema: { type: "string" } },
        304: { description: "The script is still the one in `If-None-Match`." },
      },
    },
    async handle({ request, params }) {
      const content = await bundle();
      if (params.get("file") !== scriptName(content.digest)) throw new LucentError("NOT_FOUND");
      // Another script has another name.
      return content.respond(request, { "cache-control": "public, max-age=31536000, immutable" });
    },
  };
}
