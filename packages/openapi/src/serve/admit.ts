import { LucentError, type RouteCall } from "@lucent/core";

import type { OpenApiAccess } from "../options.ts";

/**
 * Lets a caller pass whom the rule lets pass.
 * @throws LucentError `UNAUTHENTICATED` for an anonymous caller, `FORBIDDEN` for one who is signed in.
 */
export async function admit(access: OpenApiAccess | undefined, call: RouteCall): Promise<void> {
  if (access === undefined) return;
  const user = call.facts.user ?? null;
  if (await isAllowed(access, call)) return;
  if (user !== null) throw new LucentError("FORBIDDEN");
  throw new LucentError("UNAUTHENTICATED", { headers: { "www-authenticate": "Bearer" } });
}

async function isAllowed(access: OpenApiAccess, call: RouteCall): Promise<boolean> {
  try {
    const answer: unknown = await access({ user: call.facts.user ?? null });
    return answer === true;
  } catch (error) {
    const { requestId, services } = call;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    services.logger.error("the access rule of openapi failed", { requestId, error: reason });
    return false;
  }
}
