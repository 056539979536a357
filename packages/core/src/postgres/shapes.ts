/** What is known of statements by their texts: which are prepared on the server, and which of these are brief. */
export interface Shapes {
  /** Whether this statement text is worth a prepared statement, counting this use. */
  isPrepared(text: string): boolean;
  /** Whether this text is prepared and has been brief of late. */
  isBrief(text: string): boolean;
  /** Takes down how many milliseconds this text took Postgres. */
  took(text: string, milliseconds: number): void;
}

/** Uses of a text before it is prepared: what a client makes up once never is. */
const usesToPrepare = 3;
/** The driver never forgets a prepared statement of a connection, so their number must end somewhere. */
const maxPrepared = 1_000;
const maxCandidates = 1_000;

/**
 * A text is brief while it takes less than this on average, in milliseconds: a page over an index takes a tenth. The
 * average rather than the worst, since whoever shares a connection waits for the others as long as they take on average;
 * after one second-long execution it is over the limit for a hundred more.
 */
const briefAverage = 2;
/** What one execution counts in the average. A text starts at twice the limit, and so must be brief a dozen times. */
const weight = 1 / 16;

/** A connection lives half an hour to an hour, and what was prepared on it goes with it. */
const memoryMilliseconds = 60 * 60 * 1_000;

/**
 * Counts statement texts. A text that came often enough is prepared from then on; candidates that do not come again
 * fall out, oldest first, so that a caller who varies a query for ever costs neither memory here nor on the server. All
 * is forgotten once an hour, so that nobody can fill the list for good. `now` gives milliseconds.
 */
export function shapes(now: () => number = () => performance.now()): Shapes {
  const prepared = new Map<string, number>();
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
        prepared.set(text, 2 * briefAverage);
        return true;
      }
      candidates.set(text, uses);
      const oldest = candidates.keys().next();
      if (candidates.size > maxCandidates && oldest.done !== true) candidates.delete(oldest.value);
      return false;
    },
    isBrief: (text) => (prepared.get(text) ?? Infinity) < briefAverage,
    took(text, milliseconds) {
      const average = prepared.get(text);
      if (average !== undefined) prepared.set(text, average + (milliseconds - average) * weight);
    },
  };
}
