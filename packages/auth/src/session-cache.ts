import type { ResolvedSession } from "./session.ts";

/** Finds who a session belongs to. */
export type ResolveSession = (id: string, userId: string) => Promise<ResolvedSession | undefined>;

// Beside a document of 1 KB each this is some 10 MB.
const mostSessions = 10_000;

/**
 * Remembers for a few seconds who a session belongs to. What is not there is not remembered, and several requests that
 * come at once ask once.
 * @param seconds 0 for no memory: then every request asks.
 */
export function rememberSessions(
  resolve: ResolveSession,
  seconds: number,
  now: () => number = Date.now,
): ResolveSession {
  if (seconds === 0) return resolve;
  const known = new Map<string, { readonly until: number; readonly found: ReturnType<ResolveSession> }>();
  return async (id, userId) => {
    const key = `${id} ${userId}`;
    const remembered = known.get(key);
    if (remembered !== undefined && remembered.until > now()) return remembered.found;
    known.delete(key);
    const found = resolve(id, userId);
    known.set(key, { until: now() + seconds * 1_000, found });
    if (known.size > mostSessions) forgetOldest(known);
    const isGood = await found.then(
      (session) => session !== undefined,
      () => false,
    );
    if (!isGood && known.get(key)?.found === found) known.delete(key);
    return found;
  };
}

/** A map keeps the order in which its entries came. */
function forgetOldest(known: Map<string, unknown>): void {
  const [oldest] = known.keys();
  if (oldest !== undefined) known.delete(oldest);
}
