import { BootError } from "@lucent/core";

import { canonicalEmail } from "../email.ts";
import type { MailerContext } from "./mailer.ts";

/** How to reach the server that takes mails, and who sends them. */
export interface SmtpOptions {
  /**
   * `smtps://user:password@host:465`, encrypted from the first byte, or `smtp://user:password@host:587`, encrypted by
   * STARTTLS. Reserved characters of user and password are percent-encoded. Default `SMTP_URL`.
   */
  readonly url?: string | undefined;
  /** Whom mails come from: `no-reply@example.com` or `Example <no-reply@example.com>`. Default `MAIL_FROM`. */
  readonly from?: string | undefined;
  /**
   * STARTTLS with an `smtp://` server. `required`: no mail and no password without it. `offered`: where the server has
   * it, which whoever sits between can prevent. `off`: never. Default: `off` for a server on this machine, else
   * `required` in production and `offered` in development.
   */
  readonly starttls?: "required" | "offered" | "off" | undefined;
  /** Certificates (PEM) to trust instead of the well-known authorities. */
  readonly ca?: string | undefined;
}

/** Settings that were checked. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly starttls: "required" | "offered" | "off";
  readonly auth: { readonly user: string; readonly pass: string } | undefined;
  readonly from: { readonly name: string; readonly address: string };
  readonly ca: string | undefined;
}

const variables = ["SMTP_URL", "MAIL_FROM"] as const;
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const controls = /\p{Cc}/u;

/**
 * Puts options and environment together.
 * @throws BootError that says all that is wrong, without the address or the password.
 */
export function smtpSettings(options: SmtpOptions, { environment, production }: MailerContext): SmtpSettings {
  const [urlText, fromText] = [
    options.url ?? environment[variables[0]],
    options.from ?? environment[variables[1]],
  ];
  const url = serverOf(urlText);
  const from = senderOf(fromText);
  if (typeof url === "string" || typeof from === "string") {
    throw new BootError([url, from].filter((problem) => typeof problem === "string"));
  }
  const secure = url.protocol === "smtps:";
  const usual = loopback.test(url.hostname) ? "off" : production ? "required" : "offered";
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    secure,
    starttls: options.starttls ?? usual,
    auth:
      url.username === ""
        ? undefined
        : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    from,
    ca: options.ca,
  };
}

/** The URL of a server, or what is wrong with it. */
function serverOf(text = ""): URL | string {
  const form = "a URL such as smtps://user:password@smtp.example.com:465";
  if (text === "") return `Set SMTP_URL (or the url of smtp) to ${form}.`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isServer =
    url !== undefined &&
    /^smtps?:$/.test(url.protocol) &&
    url.hostname !== "" &&
    isDecodable(url.username, url.password);
  if (!isServer) return `SMTP_URL is not ${form}, with user and password percent-encoded.`;
  // Other programs take settings there, down to not checking certificates.
  if (`${url.search}${url.hash}` !== "" || url.pathname.length > 1) {
    return "SMTP_URL has something behind the port: other settings are options of smtp.";
  }
  return url;
}

function isDecodable(...parts: readonly string[]): boolean {
  try {
    return parts.every((part) => !controls.test(decodeURIComponent(part)));
  } catch {
    return false;
  }
}

/** The sender taken apart, or what is wrong with it. */
function senderOf(text = ""): SmtpSettings["from"] | string {
  const form = "an address such as no-reply@example.com or Example <no-reply@example.com>";
  if (text === "") return `Set MAIL_FROM (or the from of smtp) to ${form}.`;
  const open = text.endsWith(">") ? text.lastIndexOf("<") : -1;
  const name = open < 0 ? "" : unquoted(text.slice(0, open).trim());
  const address = canonicalEmail(open < 0 ? text : text.slice(open + 1, -1));
  if (address === undefined || /[<>"]|\p{Cc}/u.test(name)) return `MAIL_FROM is not ${form}.`;
  return { name, address };
}

function unquoted(name: string): string {
  return name.length > 1 && name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1) : name;
}
