import { BootError, LucentError, type Plugin, type Route, type RouteCall, type Services } from "@lucent/core";

import { openApiCommand } from "./commands.ts";
import { buildDocument } from "./document.ts";
import { publicView } from "./document/view.ts";
import type { OpenApiOptions } from "./options.ts";
import { documentRoute } from "./serve/document-route.ts";
import { rememberedDocuments } from "./serve/documents.ts";
import { installCommand } from "./viewer/missing.ts";
import { viewerRoutes } from "./viewer/routes.ts";
import { installedScript, type ScriptFinder, viewerPackage } from "./viewer/script.ts";

/**
 * Describes the application: `GET /openapi.json` as OpenAPI 3.1, `GET /docs` as a page for people, and the command
 * `lucent openapi`. In production nothing is served unless `enabled` says so. A start that would serve a document which
 * can't be made is refused, and so is one with `docs: true` where the package that draws the page is not installed.
 */
export function openapi(options: OpenApiOptions = {}): Plugin {
  return openapiDrawnBy(installedScript, options);
}

/**
 * The same with a script from elsewhere.
 * @param script Finds the file of the script that draws the page.
 */
export function openapiDrawnBy(script: ScriptFinder, options: OpenApiOptions): Plugin {
  const { enabled, docs = true } = options;
  const documents = rememberedDocuments(options);
  let isOff = enabled === false;
  let hasPage = docs;
  return {
    name: "openapi",
    commands: [openApiCommand(options)],
    async start(services) {
      const { production, blueprint } = services;
      isOff = !isServed(options, production);
      if (isOff) return;
      hasPage = docs && (script() !== undefined || mayBeMissing(options, services));
      // What can't be described is found now, not by the first who asks. It is not kept: a plugin that starts later may not
      // know yet what to say of itself, and the host's routes are not there.
      buildDocument(blueprint, { view: await publicView(blueprint) });
    },
    // Core asks for them once the plugins run: what is off has no path at all, and answers no other method either.
    routes(model) {
      if (isOff) return [];
      const routes = [
        documentRoute(options, documents),
        ...(hasPage ? viewerRoutes(script, options, model) : []),
      ];
      return routes.map((route) => guarded(options, route));
    },
  };
}

function isServed({ enabled }: OpenApiOptions, production: boolean): boolean {
  return enabled ?? !production;
}

/**
 * Where the package that draws the page is missing: says so, and answers whether the path of the page is to say it too.
 * @throws BootError where the page is asked for by name.
 */
function mayBeMissing({ docs }: OpenApiOptions, { production, logger }: Services): boolean {
  const problem = `The page of openapi() needs ${viewerPackage}, which is not installed: ${installCommand}`;
  if (docs === true) throw new BootError([`${problem}, or leave out docs: true.`]);
  logger.warn(`${problem}, or openapi({ docs: false }).`);
  return !production;
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
