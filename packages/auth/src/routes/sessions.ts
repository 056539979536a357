import { LucentError, type Route } from "@lucent/core";

import { forgotten } from "../sign-in.ts";
import { json, nothing } from "./answer.ts";
import { signedIn } from "./guard.ts";
import type { Place } from "./place.ts";

/** What an account can see and do of its own sessions. */
export function sessionRoutes({ route }: Place): readonly Route[] {
  return [
    route("logoutAll", { method: "POST", path: "/logout-all" }, async ({ runtime, realm, call }) => {
      const { user } = signedIn(realm, call);
      const ended = await realm.sessions.endAll(user.id);
      call.services.audit({ event: "logout.all", outcome: "ok", reason: `sessions:${ended}` });
      return nothing(forgotten(runtime));
    }),
    route("sessions", { method: "GET", path: "/sessions" }, async ({ realm, call }) => {
      const { user, session } = signedIn(realm, call);
      const listed = await realm.sessions.list(user.id, session);
      const data = listed.map(({ id, createdAt, lastUsedAt, address, agent, isCurrent }) => ({
        id,
        createdAt,
        lastUsedAt,
        ip: address,
        userAgent: agent,
        current: isCurrent,
      }));
      return json(200, { data });
    }),
    route("endSession", { method: "DELETE", path: "/sessions/{id}" }, async ({ realm, call }) => {
      const { user } = signedIn(realm, call);
      const isEnded = await realm.sessions.endListed(user.id, call.params.get("id") ?? "");
      if (!isEnded) throw new LucentError("NOT_FOUND");
      call.services.audit({ event: "logout", outcome: "ok", reason: "listed" });
      return nothing();
    }),
  ];
}
