import { isLucentError } from "@lucent/core";

import { isMailFailure, type Mail, type Mailer, MailFailure } from "./mailer.ts";

/**
 * Makes the mail: looks the account up, makes a token, writes the message. `undefined` where there is none to send. Where
 * it throws it is called again; once there is a mail, only sending is tried again.
 */
export type Work = () => Promise<Mail | undefined>;

/** Work, and the mail that came of it. */
export interface Job {
  readonly work: Work;
  mail?: Mail | undefined;
}

/** Why a mail was not sent, in words that may be logged. */
export interface Failure {
  readonly reason: string;
  /** Whether trying again is in vain. */
  readonly permanent: boolean;
}

/** What an attempt needs beside its job. */
export interface AttemptOptions {
  readonly mailer: Mailer;
  /** Milliseconds. */
  readonly timeout: number;
  /** Aborts when there is no time left for anything. */
  readonly ended: AbortSignal;
}

const tooLong = "it took too long";

/** Makes the mail, unless that was done, and sends it. Never throws, and never takes longer than it may. */
export async function attempt(job: Job, options: AttemptOptions): Promise<Failure | undefined> {
  const { mailer, timeout, ended } = options;
  if (ended.aborted) return undefined;
  const limit = new AbortController();
  const giveUp = (): void => limit.abort();
  const timer = setTimeout(giveUp, timeout);
  ended.addEventListener("abort", giveUp, { once: true });
  try {
    // A mailer that does not look at the signal would keep its turn for ever.
    await Promise.race([makeAndSend(job, mailer, limit.signal), rejection(limit.signal)]);
    return undefined;
  } catch (error) {
    return limit.signal.aborted ? { reason: tooLong, permanent: false } : failureOf(error);
  } finally {
    clearTimeout(timer);
    ended.removeEventListener("abort", giveUp);
  }
}

async function makeAndSend(job: Job, mailer: Mailer, signal: AbortSignal): Promise<void> {
  job.mail ??= await job.work();
  if (job.mail !== undefined && !signal.aborted) await mailer.send(job.mail, signal);
}

async function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new MailFailure(tooLong)), { once: true });
  });
}

/** Other errors than ours may repeat what they were given: of them only the name is told. */
function failureOf(error: unknown): Failure {
  if (isMailFailure(error)) return { reason: error.message, permanent: error.permanent };
  if (isLucentError(error)) return { reason: error.code, permanent: false };
  return { reason: error instanceof Error ? error.name : "unknown reason", permanent: false };
}
