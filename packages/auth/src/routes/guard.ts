import { LucentError, type RouteCall } from "@lucent/core";

import { shownBy } from "../credential/shown.ts";
import { type Account, accountOf, cookiesOf } from "../facts.ts";
import type { Realm, Runtime } from "../runtime.ts";
import type { Transport } from "../sign-in.ts";

/**
 * Refuses what another site made a browser send: strictly where cookies vouch for the request or are asked for, else only
 * where it is known to come from elsewhere.
 * @throws LucentError `CSRF`.
 */
export function refuseForeign(
  runtime: Runtime,
  { request }: RouteCall,
  transport: Transport = "token",
): void {
  const { access, refresh } = cookiesOf(runtime, shownBy(request)?.cookie ?? null);
  const isByCookie = access !== undefined || refresh !== undefined || transport === "cookie";
  const refuses = isByCookie ? runtime.csrf.refuses(request) : runtime.csrf.refusesCrossSite(request);
  if (refuses) throw new LucentError("CSRF");
}

/**
 * The account of a collection that the caller is.
 * @throws LucentError `UNAUTHENTICATED` for an anonymous caller, `FORBIDDEN` for an account of another collection.
 */
export function accountIn({ slug }: Realm, { facts: { user } }: RouteCall): Account {
  if (user === undefined || user === null) throw unauthenticated();
  if (user.collection !== slug) throw new LucentError("FORBIDDEN");
  return accountOf({ ...user, collection: slug });
}

/** An account that acts by a session of its own. */
export interface SignedIn {
  readonly user: Account;
  /** Id of the session. */
  readonly session: string;
}

/** The same for what an API key can't do, whatever its scopes are. @throws LucentError as `accountIn`. */
export function signedIn(realm: Realm, call: RouteCall): SignedIn {
  const user = accountIn(realm, call);
  const { credential } = call.facts;
  if (credential?.kind !== "session") throw new LucentError("FORBIDDEN");
  return { user, session: credential.id };
}

/** The answer to whoever is not signed in, or not any more. */
export function unauthenticated(): LucentError {
  return new LucentError("UNAUTHENTICATED", { headers: { "www-authenticate": "Bearer" } });
}
