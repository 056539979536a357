import { LucentError, type Plugin, type RouteCall, type Services } from "@lucent/core";
import { secretKey } from "@lucent/core/secrets";

import type { AuthService } from "../../src/service.ts";

/** The name of the one secret that it keeps. */
const stewardKey = secretKey({ scope: "app", owner: "main", provider: "stripe", name: "api-key" });

/** A plugin for what only the system does, by `POST /api/steward/<act>/<id>`. */
export function steward(secret: string): Plugin {
  const acts: Readonly<Record<string, (call: RouteCall, id: string) => Promise<unknown>>> = {
    disable: ({ services }, id) => promised(authOf(services)?.disable({ collection: "users", id })),
    enable: ({ services }, id) => promised(authOf(services)?.enable({ collection: "users", id })),
    promote: ({ lucent }, id) => promised(lucent.asSystem()["users"]?.update(id, { role: "editor" })),
    rename: ({ lucent }, id) => promised(lucent.asSystem()["users"]?.update(id, { name: "Ada" })),
    keep: ({ services }) => promised(services.secrets?.set(stewardKey, secret)),
    rotate: ({ services }) => promised(services.secrets?.rotate()),
    forget: ({ services }) => promised(services.secrets?.delete(stewardKey)),
  };
  return {
    name: "steward",
    after: ["auth"],
    routes: () => [
      {
        id: "steward.act",
        method: "POST",
        path: "/steward/{act}/{id}",
        ignoresCredentials: true,
        async handle(call) {
          const act = acts[call.params.get("act") ?? ""];
          if (act === undefined) throw new LucentError("NOT_FOUND");
          await act(call, call.params.get("id") ?? "");
          return new Response(null, { status: 204 });
        },
      },
    ],
  };
}

function authOf({ auth }: Services): AuthService | undefined {
  return auth;
}

async function promised<T>(work: Promise<T> | undefined): Promise<T> {
  if (work === undefined) throw new LucentError("UNAVAILABLE");
  return work;
}
