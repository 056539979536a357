import { isBootError } from "@lucent/core";

import { type Environment, variable } from "./environment.ts";
import { type Compose, composer } from "./mail/composer.ts";
import { consoleMailer } from "./mail/console.ts";
import { defaultPaths, linkOf, type MailPaths } from "./mail/link.ts";
import type { Mailer } from "./mail/mailer.ts";
import { type Outbox, outbox } from "./mail/outbox.ts";
import { smtp } from "./mail/smtp.ts";
import type { AuthPluginOptions } from "./options.ts";
import { isAuthCollection, realmSettings } from "./settings.ts";

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
export function appNameOf(
  { appName, appUrl }: AuthPluginOptions,
  url: string = appUrl ?? developmentUrl,
): string {
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
  if (given === false) {
    problems.push(...unverifiable(environment));
    return undefined;
  }
  const appUrl = options.appUrl ?? variable(environment, "APP_URL");
  if (appUrl === undefined && environment.production) {
    problems.push("Set APP_URL to where links in mails lead, or say auth({ mailer: false }).");
  }
  if (appUrl !== undefined && !isWebOrigin(appUrl)) {
    problems.push("APP_URL (auth({ appUrl })) must be an origin such as https://www.example.com.");
    return undefined;
  }
  const mailer = given ?? defaultMailer(environment);
  if (mailer === undefined) {
    problems.push(
      "No mail can be sent: set SMTP_URL and MAIL_FROM, give auth({ mailer }), or say auth({ mailer: false }).",
    );
    return undefined;
  }
  if (!(await isOpened(mailer, environment, problems))) return undefined;
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

/** What a mailer lacks stands beside what else is wrong. */
async function isOpened(mailer: Mailer, environment: Environment, problems: string[]): Promise<boolean> {
  try {
    await mailer.open?.(environment);
    return true;
  } catch (error) {
    if (!isBootError(error)) throw error;
    problems.push(...error.problems);
    return false;
  }
}

/** Where an address has to be verified and no mail is sent, nobody could ever sign in. */
function unverifiable({ config }: Environment): readonly string[] {
  return config.collections
    .filter((each) => isAuthCollection(each) && realmSettings(each).requireEmailVerification)
    .map(
      ({ slug }) =>
        `Collection "${slug}": auth.requireEmailVerification needs mails, and auth({ mailer: false }) sends none.`,
    );
}

/** Nothing beside an origin: a path would be missing in every link. */
function isWebOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username, password } = new URL(text);
  return (
    ["http:", "https:"].includes(protocol) && [pathname, search, hash, username, password].join("") === "/"
  );
}

function defaultMailer(environment: Environment): Mailer | undefined {
  if (variable(environment, "SMTP_URL") !== undefined) return smtp();
  return environment.production ? undefined : consoleMailer();
}
