import { type Blueprint, BootError } from "@lucent/core";

import type { SecurityRequirement } from "./openapi.ts";
import { type Admission, readsCallers } from "./view.ts";

/** How callers show who they are. */
export interface Security {
  /** The schemes of the plugins, by name. */
  readonly schemes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Whether anybody is ever known. */
  readonly hasCallers: boolean;
  /**
   * Whether a browser sends a credential by itself, so that requests of other sites are refused; a plugin that does not say
   * how callers show who they are may read a cookie too.
   */
  readonly hasCookies: boolean;
  /**
   * What an operation says.
   * @throws BootError where callers must be signed in, and no plugin says how.
   */
  requirements(admission: Admission): readonly SecurityRequirement[];
}

/** Reads how the callers of an application show who they are. */
export function securityOf(blueprint: Blueprint): Security {
  const schemes = Object.fromEntries(
    blueprint.plugins.flatMap(({ credentials }) => Object.entries(credentials ?? {})),
  );
  const each = Object.keys(schemes).map((name): SecurityRequirement => ({ [name]: [] }));
  return {
    schemes,
    hasCallers: readsCallers(blueprint),
    hasCookies:
      Object.values(schemes).some((scheme) => scheme["in"] === "cookie") ||
      blueprint.plugins.some((plugin) => plugin.facts !== undefined && plugin.credentials === undefined),
    requirements(admission) {
      if (admission === "none") return [];
      if (admission === "optional") return each.length === 0 ? [] : [{}, ...each];
      if (each.length === 0) throw new BootError([missingSchemes]);
      return each;
    },
  };
}

const missingSchemes =
  "Some operations need a signed-in caller, but no plugin says how one signs in: give the plugin that reads callers its `credentials`.";
