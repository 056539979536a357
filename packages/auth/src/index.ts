export { auditLog, type AuditLogOptions } from "./audit/log-sink.ts";
export { auditTable } from "./audit/postgres-sink.ts";
export type { AuthRoutes, ListedKeyBody, ListedSessionBody, Refreshed, SignedIn } from "./client.ts";
export {
  type BreachLookup,
  type BreachLookupFailure,
  pwnedPasswords,
  type PwnedPasswordsOptions,
} from "./credential/breached-passwords.ts";
export type { SigningAlgorithm, SigningKey } from "./credential/key-ring.ts";
export type { HashParameters } from "./credential/password-hasher.ts";
export type { PasswordOptions } from "./credential/password-policy.ts";
export { consoleMailer, type ConsoleMailerOptions } from "./mail/console.ts";
export { type Html, html, trustedHtml } from "./mail/html.ts";
export type { MailPaths } from "./mail/link.ts";
export { isMailFailure, type Mail, type Mailer, type MailerContext, MailFailure } from "./mail/mailer.ts";
export type {
  ChangeFacts,
  LinkFacts,
  MailUser,
  MessageFacts,
  MessageInput,
  MessageName,
  MessageOptions,
  MessageText,
  NoticeFacts,
} from "./mail/message.ts";
export { smtp } from "./mail/smtp.ts";
export type { SmtpOptions } from "./mail/smtp-settings.ts";
export type {
  ApiKeyOptions,
  AuthPluginOptions,
  CollectionAuthOptions,
  SessionOptions,
  TokenOptions,
} from "./options.ts";
export { auth } from "./plugin.ts";
export type { AccountName, AuthService } from "./service.ts";
export type { Recognised, Transport, Visitor } from "./sign-in.ts";
