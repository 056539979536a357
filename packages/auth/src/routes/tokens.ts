import { LucentError, type Route } from "@lucent/core";

import { bearerToken, shownBy } from "../credential/shown.ts";
import { cookiesOf } from "../facts.ts";
import type { Runtime } from "../runtime.ts";
import { forgotten, handOver, type Transport } from "../sign-in.ts";
import { nothing } from "./answer.ts";
import { readTexts } from "./body.ts";
import { refuseForeign } from "./guard.ts";
import type { At, Place } from "./place.ts";

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
  const cookie = cookiesOf(runtime, shownBy(call.request)?.cookie ?? null).refresh;
  const transport: Transport = sent === undefined ? "cookie" : "token";
  const token = sent ?? (cookie === undefined || cookie === "invalid" ? undefined : cookie.token);
  if (token === undefined)
    throw refused(runtime, "UNAUTHENTICATED", cookie === undefined ? "token" : "cookie");
  await limitFamily(runtime, token);
  const rotated = await realm.sessions.rotate(token);
  if (rotated === undefined) throw refused(runtime, "UNAUTHENTICATED", transport);
  const actor = { type: "user", id: rotated.userId, collection: realm.slug, session: rotated.id } as const;
  if (rotated.kind === "reused") {
    call.services.audit({ event: "refresh.reuse", outcome: "fail", reason: "TOKEN_REUSED", actor });
    throw refused(runtime, "TOKEN_REUSED", transport);
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
  throw new LucentError("RATE_LIMITED", {
    headers: { "retry-after": String(Math.max(1, Math.ceil(retryAfter))) },
  });
}

function refused(
  runtime: Runtime,
  code: "UNAUTHENTICATED" | "TOKEN_REUSED",
  transport: Transport,
): LucentError {
  const challenge = { "www-authenticate": "Bearer" };
  const headers = transport === "cookie" ? { ...challenge, "set-cookie": forgotten(runtime) } : challenge;
  return new LucentError(code, { headers });
}

/** Ends every session that the request shows a credential of, however it shows it. Whoever has none is logged out too. */
async function logout({ runtime, realm, call }: At): Promise<Response> {
  refuseForeign(runtime, call);
  const sessions = await shownSessions({ runtime, realm, call });
  for (const id of sessions) {
    const userId = await realm.sessions.end(id);
    if (userId === undefined) continue;
    const actor = { type: "user", id: userId, collection: realm.slug, session: id } as const;
    call.services.audit({ event: "logout", outcome: "ok", actor });
  }
  return nothing(forgotten(runtime));
}

async function shownSessions({ runtime, realm, call }: At): Promise<ReadonlySet<string>> {
  const shown = shownBy(call.request);
  const cookies = cookiesOf(runtime, shown?.cookie ?? null);
  const bearer = bearerToken(shown?.authorization ?? "");
  const access = [bearer, tokenIn(cookies.access)].filter((token) => token !== undefined);
  const refreshing = [await sentToken(call), tokenIn(cookies.refresh)].filter((token) => token !== undefined);
  const claims = await Promise.all(access.map((token) => runtime.tokens.verify(token)));
  return new Set([
    ...claims.flatMap((found) => (found?.col === realm.slug ? [found.sid] : [])),
    ...refreshing.flatMap((token) => runtime.refresh.read(token)?.sessionId ?? []),
  ]);
}

function tokenIn(cookie: ReturnType<typeof cookiesOf>["access"]): string | undefined {
  return cookie === undefined || cookie === "invalid" ? undefined : cookie.token;
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
