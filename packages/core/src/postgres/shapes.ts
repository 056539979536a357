/** Decides which statements are prepared on the server. */
export interface Shapes {
  /** Whether this statement text is worth a prepared statement, counting this use. */
  isPrepared(text: string): boolean;
}

/** Uses of a text before it is prepared: what a client makes up once never is. */
const usesToPrepare = 3;
/** The driver never forgets a prepared statement of a connection, so their number must end somewhere. */
const maxPrepared = 1_000;
const maxCandidates = 1_000;

/** A connection lives half an hour to an hour, and what was prepared on it goes with it. */
const memoryMilliseconds = 60 * 60 * 1_000;

/**
 * Counts statement texts. A text that came often enough is prepared from then on; candidates that do not come again
 * fall out, oldest first, so that a caller who varies a query for ever costs neither memory here nor on the server. All
 * is forgotten once an hour, so that nobody can fill the list for good. `now` gives milliseconds.
 */
export function shapes(now: () => number = () => performance.now()): Shapes {
  const prepared = new Set<string>();
  const candidates = new Map<string, number>();
  let since = now();
  return {
    isPrepared(text) {
      if (prepared.has(text)) return true;
      if (now() - since > memoryMilliseconds) {
        prepared.clear();
        since = now();
      }
      if (prepared.size >= maxPrepared) return false;
      const uses = (candidates.get(text) ?? 0) + 1;
      candidates.delete(text);
      if (uses >= usesToPrepare) {
        prepared.add(text);
        return true;
      }
      candidates.set(text, uses);
      const oldest = candidates.keys().next();
      if (candidates.size > maxCandidates && oldest.done !== true) candidates.delete(oldest.value);
      return false;
    },
  };
}
