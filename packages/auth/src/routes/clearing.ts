import type { CredentialCookies } from "../credential/cookies.ts";
import type { Runtime } from "../runtime.ts";
import { forgotten } from "../sign-in.ts";
import type { At } from "./place.ts";

/**
 * What makes a browser forget its cookies; nothing where they are those of another collection's account. To this one they
 * mean nothing, and without them that session would live on with nobody to end it.
 */
export async function clearing(
  { runtime, realm }: Pick<At, "runtime" | "realm">,
  cookies: CredentialCookies,
): Promise<readonly string[]> {
  const sessions = runtime.realms.size === 1 ? [] : await sessionsIn(runtime, cookies);
  for (const id of sessions) if (await realm.sessions.isElsewhere(id)) return [];
  return forgotten(runtime);
}

/** Ids of the sessions that cookies are of. */
export function sessionsIn(
  runtime: Runtime,
  { access, refresh: refreshing }: CredentialCookies,
): Promise<ReadonlySet<string>> {
  return sessionsOf(runtime, { access: tokenIn(access), refresh: tokenIn(refreshing) });
}

/** Ids of the sessions that tokens are of, whatever the collection and whether or not they live. */
export async function sessionsOf(
  runtime: Runtime,
  tokens: { readonly access: string | undefined; readonly refresh: string | undefined },
): Promise<ReadonlySet<string>> {
  const claims = tokens.access === undefined ? undefined : await runtime.tokens.verify(tokens.access);
  const read = tokens.refresh === undefined ? undefined : runtime.refresh.read(tokens.refresh);
  return new Set([claims?.sid, read?.sessionId].filter((id) => id !== undefined));
}

/** The token of a cookie that may hold one. */
export function tokenIn(cookie: CredentialCookies["access"]): string | undefined {
  return cookie === undefined || cookie === "invalid" ? undefined : cookie.token;
}
