import { createTransport, type Transporter } from "nodemailer";

import { type Mail, type Mailer, MailFailure } from "./mailer.ts";
import { type SmtpOptions, type SmtpSettings, smtpSettings } from "./smtp-settings.ts";

// A server that takes longer is not well, and a place in the queue is worth more.
const connectMilliseconds = 10_000;
const silenceMilliseconds = 30_000;
// A burst of mails shares connections; between bursts there are none to be closed from the other side.
const maxConnections = 4;
const idleMilliseconds = 5_000;

/**
 * Sends mails through an SMTP server, with a few connections that are shared. Reads `SMTP_URL` and `MAIL_FROM` where
 * options don't say it. Certificates are always checked. It does not ask the server at start: an application works
 * without mails, and a mail that can't be sent is logged.
 */
export function smtp(options: SmtpOptions | string = {}): Mailer {
  const given = typeof options === "string" ? { url: options } : options;
  let connected: { readonly transport: Transporter; readonly from: SmtpSettings["from"] } | undefined;
  return {
    open(context): void {
      const settings = smtpSettings(given, context);
      connected = { transport: transportOf(settings), from: settings.from };
    },
    async send(mail, signal): Promise<void> {
      if (connected === undefined) throw new MailFailure("smtp() was not opened");
      await deliver(connected.transport, envelopeOf(mail, connected.from), signal);
    },
    close(): void {
      connected?.transport.close({ force: true });
      connected = undefined;
    },
  };
}

function transportOf({ host, port, secure, starttls, auth, ca }: SmtpSettings): Transporter {
  return createTransport({
    pool: true,
    host,
    port,
    secure,
    requireTLS: starttls === "required",
    ignoreTLS: starttls === "off",
    auth,
    tls: ca === undefined ? {} : { ca },
    maxConnections,
    idleTimeout: idleMilliseconds,
    // Whether a mail is tried again is decided in one place, the outbox.
    maxRequeues: 0,
    connectionTimeout: connectMilliseconds,
    greetingTimeout: connectMilliseconds,
    dnsTimeout: connectMilliseconds,
    socketTimeout: silenceMilliseconds,
    maxRecipients: 1,
    // A mail is the text that it was given: nothing in it is a path or an address to fetch from.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

type Envelope = Parameters<Transporter["sendMail"]>[0];

// Addresses as objects are taken as they are; as text they would be parsed, lists and groups included.
function envelopeOf({ to, subject, text, html }: Mail, from: SmtpSettings["from"]): Envelope {
  return {
    from,
    to: { name: "", address: to },
    subject,
    text,
    html,
    // RFC 3834: no out-of-office answers, please.
    headers: { "Auto-Submitted": "auto-generated" },
  };
}

async function deliver(
  transport: Transporter,
  envelope: Envelope,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await transport.sendMail({ ...envelope, ...(signal && { signal }) });
  } catch (error) {
    throw new MailFailure(reasonOf(error), { permanent: read(error, "permanent") === true });
  }
}

/** Codes alone: messages repeat what the server said, and servers repeat addresses. */
function reasonOf(error: unknown): string {
  const parts = ["code", "originalCode", "timeoutType", "responseCode"].map((name) => read(error, name));
  const codes = parts.filter((part) => typeof part === "string" || typeof part === "number");
  return codes.length > 0 ? codes.join(" ") : "unknown reason";
}

function read(error: unknown, name: string): unknown {
  return error instanceof Error ? Reflect.get(error, name) : undefined;
}
