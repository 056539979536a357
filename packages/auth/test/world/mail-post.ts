import type { SMTPServerOptions } from "smtp-server";

import { composer } from "../../src/mail/composer.ts";
import type { Mail, Mailer } from "../../src/mail/mailer.ts";
import { type Outbox, outbox, type OutboxOptions } from "../../src/mail/outbox.ts";
import { smtp } from "../../src/mail/smtp.ts";
import { type Mailbox, mailbox } from "./mailbox.ts";
import { type RecordingLogger, recordingLogger } from "./recording-logger.ts";

const compose = composer({ appName: "Places" });
const cleanups: (() => unknown)[] = [];

/** Closes everything that a test opened. */
export async function closeAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
}

/** What a test of the outbox works with. */
export interface Post {
  readonly box: Mailbox;
  readonly out: Outbox;
  readonly logger: RecordingLogger;
}

/** An outbox in front of a real mail server. */
export async function postOf(
  server: SMTPServerOptions = {},
  options: Partial<OutboxOptions> = {},
): Promise<Post> {
  const box = await mailbox(server);
  const mailer = smtp({ url: box.url, from: "no-reply@example.com" });
  await mailer.open?.({ environment: {}, production: true });
  const post = { box, ...outOf(mailer, options) };
  cleanups.push(() => box.close());
  cleanups.push(() => mailer.close?.());
  return post;
}

/** An outbox in front of a mailer. */
export function outOf(mailer: Mailer, options: Partial<OutboxOptions> = {}): Omit<Post, "box"> {
  const logger = recordingLogger();
  const out = outbox(mailer, { logger, backoff: () => 0, ...options });
  cleanups.push(() => out.close(0));
  return { out, logger };
}

/** A mail whose link carries a token. */
export function mailTo(to: string, token = "SECRET"): Mail {
  const url = `https://www.example.com/reset-password?token=${token}`;
  return compose("reset", to, { user: { id: "1", email: to }, url, expiresIn: 1_800 });
}

/** Work that makes a mail and counts how often it was asked to. */
export function counted(to = "ada@example.com"): {
  readonly work: () => Promise<Mail>;
  readonly calls: () => number;
} {
  let calls = 0;
  return {
    work: async () => {
      calls += 1;
      return mailTo(to, `SECRET-${calls}`);
    },
    calls: () => calls,
  };
}

/** Something that a test opens when it has seen enough. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** What a handler of the server refuses with. */
export function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
