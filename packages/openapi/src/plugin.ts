import { LucentError, type Plugin, type Route, type RouteCall } from "@lucent/core";

import { openApiCommand } from "./commands.ts";
import { buildDocument } from "./document.ts";
import { publicView } from "./document/view.ts";
import type { OpenApiOptions } from "./options.ts";
import { documentRoute } from "./serve/document-route.ts";
import { rememberedDocuments } from "./serve/documents.ts";
import { viewerRoutes } from "./viewer/routes.ts";

/**
 * Describes the application: `GET /openapi.json` as OpenAPI 3.1, `GET /docs` as a page for people, and the command
 * `lucent openapi`. In production nothing is served unless `enabled` says so. A start that would serve a document which
 * can't be made is refused.
 */
export function openapi(options: OpenApiOptions = {}): Plugin {
  const { enabled, app, docs = true } = options;
  const documents = rememberedDocuments(options);
  let isOff = enabled === false;
  return {
    name: "openapi",
    commands: [openApiCommand(options)],
    async start({ production, blueprint }) {
      isOff = !isServed(options, production);
      if (isOff) return;
      // What can't be described is found now, not by the first who asks.
      if (app === undefined) await documents(blueprint).ofStrangers();
      else buildDocument(blueprint, { view: await publicView(blueprint) });
    },
    // Core asks for them once the plugins run: what is off has no path at all, and answers no other method either.
    routes(model) {
      if (isOff) return [];
      const document = documentRoute(options, documents);
      return [document, ...(docs ? viewerRoutes(options, model) : [])].map((route) =>
        guarded(options, route),
      );
    },
  };
}

function isServed({ enabled }: OpenApiOptions, production: boolean): boolean {
  return enabled ?? !production;
}

/** The same configuration may have been started otherwise too. */
function guarded(options: OpenApiOptions, route: Route): Route {
  return {
    ...route,
    handle(call: RouteCall) {
      if (!isServed(options, call.services.production)) throw new LucentError("NOT_FOUND");
      return route.handle(call);
    },
  };
}
