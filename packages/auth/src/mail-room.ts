import { type Environment, variable } from "./environment.ts";
import { type Compose, composer } from "./mail/composer.ts";
import { consoleMailer } from "./mail/console.ts";
import { defaultPaths, linkOf, type MailPaths } from "./mail/link.ts";
import type { Mailer } from "./mail/mailer.ts";
import { type Outbox, outbox } from "./mail/outbox.ts";
import { smtp } from "./mail/smtp.ts";
import type { AuthPluginOptions } from "./options.ts";

/** How an application sends mails. */
export interface MailRoom {
  readonly appName: string;
  readonly compose: Compose;
  readonly outbox: Outbox;
  /** The page of the application that a token is for. */
  readonly link: (page: keyof MailPaths, token: string) => string;
  /** The application's first page. */
  readonly home: string;
  close(): Promise<void>;
}

const closeMilliseconds = 5_000;
const developmentUrl = "http://localhost:3000";

/** The name of an application in its mails and among the words that no password is made of. */
export function appNameOf({ appName, appUrl }: AuthPluginOptions, url = appUrl ?? developmentUrl): string {
  return appName ?? (URL.canParse(url) ? new URL(url).hostname : "this application");
}

/**
 * Opens the way out for mails; what is missing is added to the problems.
 * @returns `undefined` where the application said that it sends none, or can't.
 */
export async function openMailRoom(
  options: AuthPluginOptions,
  environment: Environment,
  problems: string[],
): Promise<MailRoom | undefined> {
  const { mailer: given, messages, paths } = options;
  if (given === false) return undefined;
  const appUrl = options.appUrl ?? variable(environment, "APP_URL");
  if (appUrl === undefined && environment.production) {
    problems.push("Set APP_URL to where links in mails lead, or say auth({ mailer: false }).");
  }
  const mailer = given ?? defaultMailer(environment);
  if (mailer === undefined) {
    problems.push(
      "No mail can be sent: set SMTP_URL and MAIL_FROM, give auth({ mailer }), or say auth({ mailer: false }).",
    );
    return undefined;
  }
  await mailer.open?.(environment);
  const url = appUrl ?? environment.origin ?? developmentUrl;
  const pages: MailPaths = { ...defaultPaths, ...paths };
  const out = outbox(mailer, { logger: environment.logger });
  const appName = appNameOf(options, url);
  return {
    appName,
    compose: composer({ appName, messages }),
    outbox: out,
    link: (page, token) => linkOf(url, pages[page], token),
    home: linkOf(url, "/"),
    async close() {
      await out.close(closeMilliseconds);
      await mailer.close?.();
    },
  };
}

function defaultMailer(environment: Environment): Mailer | undefined {
  if (variable(environment, "SMTP_URL") !== undefined) return smtp();
  return environment.production ? undefined : consoleMailer();
}
