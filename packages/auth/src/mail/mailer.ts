import type { Services } from "@lucent/core";

import type { MessageName } from "./message.ts";

/** One mail to one address. Whoever gets it finds every part clean: one address, and a subject of one line. */
export interface Mail {
  /** Which message it is, such as for the tags of a provider. */
  readonly name: MessageName;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What a mailer may know of the application that it starts with. */
export type MailerContext = Pick<Services, "environment" | "production">;

/** Sends mails: `smtp()`, `consoleMailer()`, or a provider's API behind a few lines of your own. */
export interface Mailer {
  /**
   * Reads its settings. Called once, before anything is sent.
   * @throws BootError where they are missing or wrong: the application does not start.
   */
  open?(context: MailerContext): void | Promise<void>;
  /**
   * Resolves when the mail was taken over for delivery. The signal aborts when it takes too long: give up then.
   * @throws MailFailure with a reason for the log. Of anything else that is thrown only the name is logged.
   */
  send(mail: Mail, signal?: AbortSignal): Promise<void>;
  /** Releases what `open` and `send` opened, also what is being sent. */
  close?(): void | Promise<void>;
}

const brand = Symbol.for("lucent.mail-failure");

/** A mail was not sent. The message is logged: it never holds an address, a token or a part of the mail. */
export class MailFailure extends Error {
  override readonly name = "MailFailure";
  /** Whether it would fail the same way again, so that nobody tries. */
  readonly permanent: boolean;

  constructor(reason: string, options: { readonly permanent?: boolean } = {}) {
    super(reason);
    this.permanent = options.permanent ?? false;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Recognises a MailFailure by its brand, so that two copies of the package still understand each other. */
export function isMailFailure(value: unknown): value is MailFailure {
  return typeof value === "object" && value !== null && brand in value;
}
