import { LucentError, type Route } from "@lucent/core";

import { shownBy } from "../credential/shown.ts";
import { cookiesOf } from "../facts.ts";
import { json, nothing } from "./answer.ts";
import { clearing } from "./clearing.ts";
import { signedIn } from "./guard.ts";
import type { Place } from "./place.ts";

/** What an account can see and do of its own sessions. */
export function sessionRoutes({ route }: Place): readonly Route[] {
  return [
    route("logoutAll", { method: "POST", path: "/logout-all" }, async ({ runtime, realm, call }) => {
      const { user } = signedIn(realm, call);
      const ended = await realm.sessions.endAll(user.id);
      call.services.audit({ event: "logout.all", outcome: "ok", reason: `sessions:${ended}` });
      const cookies = cookiesOf(runtime, shownBy(call.request)?.cookie ?? null);
      return nothing(await clearing({ runtime, realm }, cookies));
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
