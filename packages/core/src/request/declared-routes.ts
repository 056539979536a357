import type { Blueprint } from "../contract/blueprint.ts";
import type { Logger } from "../contract/logger.ts";
import type { Route } from "../contract/route.ts";
import { healthRoutes } from "./health.ts";

/** A route beside those of collections, and who declares it. */
export interface DeclaredRoute {
  /** The plugin's name; `lucent` for the engine's own. */
  readonly owner: string;
  readonly route: Route;
}

const silent: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * The routes that the engine and its plugins declare, in the order of the configuration.
 * @param logger Where a route that is called says what went wrong. Default: nowhere, for those who only read them.
 */
export function declaredRoutes(blueprint: Blueprint, logger: Logger = silent): readonly DeclaredRoute[] {
  const { plugins } = blueprint;
  return [
    ...healthRoutes(plugins, logger).map((route) => ({ owner: "lucent", route })),
    ...plugins.flatMap((plugin) =>
      (plugin.routes?.(blueprint) ?? []).map((route) => ({ owner: plugin.name, route })),
    ),
  ];
}
