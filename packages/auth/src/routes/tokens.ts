import { LucentError, type Route } from "@lucent/core";

import { bearerToken, shownBy } from "../credential/shown.ts";
import { cookiesOf } from "../facts.ts";
import type { Runtime } from "../runtime.ts";
import { forgotten, handOver, type Transport } from "../sign-in.ts";
import { nothing } from "./answer.ts";
import { readTexts } from "./body.ts";
import { clearing, sessionsIn, sessionsOf, tokenIn } from "./clearing.ts";
import { refuseForeign } from "./guard.ts";
import type { At, Place } from "./place.ts";
import { tooMany } from "./too-many.ts";

const refreshLimit = { max: 30, window: 60 };

/** Going on with a session, and ending it. */
export function tokenRoutes({ route }: Place): readonly Route[] {
  return [
    route("refresh", { method: "POST", path: "/refresh", ignoresCredentials: true }, refresh),
    route("logout", { method: "POST", path: "/logout", ignoresCredentials: true }, logout),
  ];
}

/** The token of the body, or else of the cookie; the answer goes the way that the token came. */
async function refresh({ runtime, realm, call }: At): Promise<Response> {
  refuseForeign(runtime, call);
  const body = await call.json({ optional: true });
  const sent =
    body === undefined ? undefined : readTexts(body, { refreshToken: { optional: true } }).refreshToken;
  const cookies = cookiesOf(runtime, shownBy(call.request)?.cookie ?? null);
  const transport: Transport = sent === undefined ? "cookie" : "token";
  const token = sent ?? tokenIn(cookies.refresh);
  if (token === undefined) {
    const cleared = cookies.refresh === undefined ? [] : await clearing({ runtime, realm }, cookies);
    throw refused("UNAUTHENTICATED", cleared);
  }
  await limitFamily(runtime, token);
  const rotated = await realm.sessions.rotate(token);
  if (rotated === undefined) {
    const cleared = transport === "token" ? [] : await clearing({ runtime, realm }, cookies);
    throw refused("UNAUTHENTICATED", cleared);
  }
  const actor = { type: "user", id: rotated.userId, collection: realm.slug, session: rotated.id } as const;
  if (rotated.kind === "reused") {
    call.services.audit({ event: "refresh.reuse", outcome: "fail", reason: "TOKEN_REUSED", actor });
    throw refused("TOKEN_REUSED", transport === "cookie" ? forgotten(runtime) : []);
  }
  call.services.audit({ event: "refresh", outcome: "ok", reason: rotated.kind, actor });
  return handOver(runtime, realm, { tokens: rotated, transport, status: 200 });
}

/** Whoever holds a token of a session can't keep the database busy with it. */
async function limitFamily({ refresh: tokens, services }: Runtime, token: string): Promise<void> {
  const read = tokens.read(token);
  if (read === undefined) return;
  const { allowed, retryAfter } = await services.counter.take(`auth.refresh:${read.sessionId}`, refreshLimit);
  if (allowed) return;
  throw tooMany(refreshLimit, retryAfter);
}

function refused(code: "UNAUTHENTICATED" | "TOKEN_REUSED", cookies: readonly string[]): LucentError {
  const challenge = { "www-authenticate": "Bearer" };
  const headers = cookies.length === 0 ? challenge : { ...challenge, "set-cookie": cookies };
  return new LucentError(code, { headers });
}

/** Ends every session that the request shows a credential of, however it shows it. Whoever has none is logged out too. */
async function logout({ runtime, realm, call }: At): Promise<Response> {
  refuseForeign(runtime, call);
  const shown = shownBy(call.request);
  const cookies = cookiesOf(runtime, shown?.cookie ?? null);
  const bearer = bearerToken(shown?.authorization ?? "");
  const sessions = new Set([
    ...(await sessionsOf(runtime, { access: bearer, refresh: await sentToken(call) })),
    ...(await sessionsIn(runtime, cookies)),
  ]);
  for (const id of sessions) {
    const userId = await realm.sessions.end(id);
    if (userId === undefined) continue;
    const actor = { type: "user", id: userId, collection: realm.slug, session: id } as const;
    call.services.audit({ event: "logout", outcome: "ok", actor });
  }
  return nothing(await clearing({ runtime, realm }, cookies));
}

/** A body that is no body changes nothing about who wants to be logged out. */
async function sentToken(call: At["call"]): Promise<string | undefined> {
  try {
    const body = await call.json({ optional: true });
    return body === undefined
      ? undefined
      : readTexts(body, { refreshToken: { optional: true } }).refreshToken;
  } catch {
    return undefined;
  }
}
