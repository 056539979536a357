import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";

import { type Logger, LucentError } from "@lucent/core";

import { attempt, type Failure, type Job, type Work } from "./attempt.ts";
import type { Mailer } from "./mailer.ts";
import { slots } from "./slots.ts";

/** How mails are sent. */
export interface OutboxOptions {
  readonly logger: Logger;
  /** How many may wait or be on their way. Default 1000. */
  readonly limit?: number;
  /** How many are made or sent at once. Default 4. */
  readonly parallel?: number;
  /** How often a mail is tried. Default 3. */
  readonly attempts?: number;
  /** Milliseconds until the next attempt, after so many. Default 2 s, then 20 s. */
  readonly backoff?: (attempts: number) => number;
  /** Milliseconds that an attempt may take. Default one minute. */
  readonly timeout?: number;
}

/**
 * Sends mails behind the back of requests, so that an answer takes as long for an account that exists as for one that
 * does not, and neither waits for a mail server. It lives in this process: what is not sent when that ends is lost, and
 * whoever waits for it asks again. A durable queue would be handed what the work looks up, never a mail or a token.
 */
export interface Outbox {
  /**
   * Takes work that its request exists for. To be called last: it begins when what is ready to run has run.
   * @throws LucentError `UNAVAILABLE` when too much is waiting, or the application stops.
   */
  post(work: Work): void;
  /** Takes a notice of what has happened already: where `post` would throw, it is dropped with a log line. */
  notify(work: Work): void;
  /** Resolves when nothing waits and nothing is on its way. */
  idle(): Promise<void>;
  /** Takes no more, tries what is left without pauses for so many milliseconds, and gives up the rest. */
  close(milliseconds: number): Promise<void>;
}

const defaults = {
  limit: 1_000,
  parallel: 4,
  attempts: 3,
  // Over the restart of a mail server, not over the patience of whoever waits for a link.
  backoff: (attempts: number): number => 200 * 10 ** attempts,
  timeout: 60_000,
};

/** Starts an outbox. The mailer stays its owner's to open and to close. */
export function outbox(mailer: Mailer, options: OutboxOptions): Outbox {
  const settings = { ...defaults, ...options };
  const running = new Set<Promise<void>>();
  const inTurn = slots(settings.parallel);
  const closing = new AbortController();
  const ended = new AbortController();

  const run = async (job: Job): Promise<void> => {
    for (let attempts = 1; ; attempts += 1) {
      const failure = await inTurn(async () => {
        await nextTurn();
        return attempt(job, { mailer, timeout: settings.timeout, ended: ended.signal });
      });
      if (failure === undefined || ended.signal.aborted) return;
      const isLast = failure.permanent || attempts >= settings.attempts;
      report(settings.logger, { job, failure, attempts, isLast });
      if (isLast) return;
      // Its turn is over: others are not kept waiting by a mail that waits.
      await pause(settings.backoff(attempts), closing.signal);
    }
  };
  const take = (work: Work): boolean => {
    if (closing.signal.aborted || running.size >= settings.limit) return false;
    // It throws where a logger does, and that shall not end the process.
    const done = run({ work })
      .catch(() => undefined)
      .finally(() => running.delete(done));
    running.add(done);
    return true;
  };
  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running);
  };
  return {
    post(work) {
      if (!take(work)) throw new LucentError("UNAVAILABLE", { headers: { "retry-after": "30" } });
    },
    notify(work) {
      if (!take(work))
        settings.logger.error("A notice was not mailed", { reason: "the outbox takes no more" });
    },
    idle,
    async close(milliseconds) {
      closing.abort();
      const waited = new AbortController();
      await Promise.race([idle(), pause(milliseconds, waited.signal)]);
      waited.abort();
      if (running.size > 0) settings.logger.error("Mails were given up at the end", { mails: running.size });
      ended.abort();
    },
  };
}

/** How an attempt ended. */
interface Report {
  readonly job: Job;
  readonly failure: Failure;
  readonly attempts: number;
  readonly isLast: boolean;
}

function report(logger: Logger, { job, failure, attempts, isLast }: Report): void {
  const facts = { mail: job.mail?.name ?? "not made", reason: failure.reason, attempts };
  if (isLast) logger.error("A mail was not sent", facts);
  else logger.warn("A mail was not sent yet", facts);
}

/** Resolves when the time is over, or at once when the signal aborts. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch {
    // It rejects for no other reason.
  }
}
