import { randomBytes } from "node:crypto";

import { LucentError, type Model, type Route } from "@lucent/core";

import type { OpenApiOptions } from "../options.ts";
import { admit } from "../serve/admit.ts";
import { documentPath } from "../serve/document-route.ts";
import { missingPage } from "./missing.ts";
import { pageOf } from "./page.ts";
import { policyOf } from "./policy.ts";
import { readScript, type ScriptFinder } from "./script.ts";

const pagePath = "/docs";
const tag = "openapi";

/** `GET /docs`, and the script that it needs. */
export function viewerRoutes(script: ScriptFinder, options: OpenApiOptions, model: Model): readonly Route[] {
  return [pageRoute(script, options, model), scriptRoute(script)];
}

function pageRoute(script: ScriptFinder, options: OpenApiOptions, { prefix }: Model): Route {
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
      const document = `${prefix}${documentPath}`;
      const file = script();
      const html =
        file === undefined
          ? missingPage({ title, document })
          : pageOf({ title, document, script: await scriptPath(prefix, file), nonce });
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

/** The name of the script is another one where its content is. */
async function scriptName(file: string): Promise<string> {
  return `reference.${(await readScript(file)).digest}.js`;
}

async function scriptPath(prefix: string, file: string): Promise<string> {
  return `${prefix}${pagePath}/${await scriptName(file)}`;
}

/** The same script for everybody: it is public software, and says nothing of the application. */
function scriptRoute(script: ScriptFinder): Route {
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
      const file = script();
      if (file === undefined || params.get("file") !== (await scriptName(file)))
        throw new LucentError("NOT_FOUND");
      const content = await readScript(file);
      return content.respond(request, { "cache-control": "public, max-age=31536000, immutable" });
    },
  };
}
