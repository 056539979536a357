import type { RateLimit, User } from "@lucent/core";

import type { SigningKey } from "./credential/key-ring.ts";
import type { HashParameters } from "./credential/password-hasher.ts";
import type { PasswordOptions } from "./credential/password-policy.ts";
import type { MailPaths } from "./mail/link.ts";
import type { Mailer } from "./mail/mailer.ts";
import type { MessageOptions } from "./mail/message.ts";

/** How long sessions live. All times are in seconds. */
export interface SessionOptions {
  /** Without a refresh, from 60. Default 604,800 (7 days). */
  readonly idle?: number;
  /** Whatever happens, at least `idle`. Default 2,592,000 (30 days, the ceiling of NIST SP 800-63B for one factor). */
  readonly absolute?: number;
  /** For how long the refresh token before the current one still answers the current one, 0–30. Default 10. */
  readonly grace?: number;
  /**
   * For how long a process may go on believing what it read of a session, 0–5: a sign-out, a new role or a disabled
   * account takes effect that much later there. Default 0.
   */
  readonly cache?: number;
  /** Sessions of one account; the one that was idle longest makes room. 1–1,000, default 50. */
  readonly limit?: number;
}

/** API keys of an account. */
export interface ApiKeyOptions {
  /** Keys of one account, 1–1,000. Default 50. */
  readonly limit?: number;
  /** Longest life of a key in days, 1–3,650; also the life of one that does not say. Default 365. */
  readonly days?: number;
  /** Who may make a key with the scope `admin`. Its parameter's type has to be written: `(user: User)`. Default: nobody. */
  readonly admin?: (user: User) => boolean;
}

/** What `auth` of a collection takes. */
export interface CollectionAuthOptions {
  /** No session and no key before the address is verified; registering answers 202 whoever asks. Default `false`. */
  readonly requireEmailVerification?: boolean;
  /** What a password must be. */
  readonly password?: PasswordOptions;
  /** Failed sign-ins of one account, after which attempts are let through evenly again. Default 10 in 900 s. */
  readonly lockout?: RateLimit;
  readonly session?: SessionOptions;
  /** `false` for no API keys. */
  readonly apiKeys?: ApiKeyOptions | false;
  /**
   * Fields that say what an account may do, of the kinds `select`, `multiselect` and `boolean`: each change of one is
   * reported to the audit trail as `role.changed`. Default: none.
   */
  readonly roleFields?: readonly string[];
  /** Whether a password reset ends API keys too. Default `false`. */
  readonly revokeApiKeysOnReset?: boolean;
}

/** The tokens that say who is calling. */
export interface TokenOptions {
  /** Keys, one of which signs. Default: `JWT_SECRET` (HS256). */
  readonly keys?: readonly SigningKey[];
  /** Default: the origin of the API, `API_URL`. */
  readonly issuer?: string;
  /** Default: the issuer. */
  readonly audience?: string;
  /** Life of an access token in seconds, 60–3,600. Default 900. */
  readonly lifetime?: number;
}

/** What `auth()` takes. */
export interface AuthPluginOptions {
  /** The application's name in mails. Default: the host of `appUrl`. */
  readonly appName?: string;
  /** Where links in mails lead, such as `https://www.example.com`. Default `APP_URL`. */
  readonly appUrl?: string | undefined;
  readonly tokens?: TokenOptions;
  /**
   * Origins beside the API's own whose scripts may act with the browser's cookies: full ones, or with one leading label
   * left open, `https://*.example.com`. Default: those of `api.cors` where it allows credentials.
   */
  readonly trustedOrigins?: readonly string[];
  /** What a password hash costs. Default: 19 MiB, 2 passes, 1 lane (OWASP). */
  readonly hash?: HashParameters;
  /**
   * Sends mails; `false` for an application that sends none, where nobody can reset a password. Default: by SMTP where
   * `SMTP_URL` is set; else, outside production, to the console.
   */
  readonly mailer?: Mailer | false;
  /** Mails of your own, in place of single ones. */
  readonly messages?: MessageOptions;
  /** Pages below `appUrl` that the links of mails lead to. */
  readonly paths?: Partial<MailPaths>;
}

declare module "@lucent/core" {
  interface AuthOptions extends CollectionAuthOptions {}
}
