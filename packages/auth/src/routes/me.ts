import type { Route } from "@lucent/core";

import { json } from "./answer.ts";
import { accountIn } from "./guard.ts";
import type { Place } from "./place.ts";

/** The caller's own document, whatever the rule of the rows says. An API key needs the scope to read it. */
export function meRoute({ route }: Place): Route {
  return route("me", { method: "GET", path: "/me" }, async ({ realm, call }) =>
    json(200, await call.lucent.own(accountIn(realm, call))),
  );
}
