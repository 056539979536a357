import { canonicalEmail } from "../email.ts";
import { markupOf } from "./html.ts";
import { laidOut } from "./layout.ts";
import { type Mail, MailFailure } from "./mailer.ts";
import type { MessageFacts, MessageInput, MessageName, MessageOptions, MessageText } from "./message.ts";
import { messages } from "./messages.ts";

/**
 * Makes a mail to the stored address of an account.
 * @throws MailFailure for anything but one plain address, and where the application's own message is not a message.
 */
export type Compose = <Name extends MessageName>(name: Name, to: string, facts: MessageFacts[Name]) => Mail;

/** What every mail of an application has in common. */
export interface ComposerOptions {
  /** What the application is called in its mails. */
  readonly appName: string;
  readonly messages?: MessageOptions | undefined;
}

/** Makes the one function that makes mails, so that none leaves with a second recipient or a header of its own. */
export function composer(options: ComposerOptions): Compose {
  return (name, to, facts) => {
    const input = { ...facts, appName: options.appName };
    const { subject, text, html } = {
      ...laidOut(messages[name](input)),
      ...own(options.messages, name, input),
    };
    const markup = markupOf(html);
    if (typeof subject !== "string" || typeof text !== "string" || markup === undefined) {
      throw new MailFailure(`messages.${name} needs a subject and a text, and html made by html\`…\``, {
        permanent: true,
      });
    }
    return { name, to: recipient(to), subject: oneLine(subject), text, html: markup };
  };
}

/** What is wrong with an application's own messages, one sentence each. */
export function messageProblems(options: MessageOptions): readonly string[] {
  return Object.entries(options).flatMap(([name, message]) => {
    if (!Object.hasOwn(messages, name)) {
      return [`messages.${name} does not exist: there are ${Object.keys(messages).join(", ")}.`];
    }
    return typeof message === "function" || message === undefined
      ? []
      : [`messages.${name} is not a function.`];
  });
}

function own<Name extends MessageName>(
  given: MessageOptions | undefined,
  name: Name,
  input: MessageInput<Name>,
): Partial<MessageText> {
  return given?.[name]?.(input) ?? {};
}

function recipient(address: string): string {
  const canonical = canonicalEmail(address);
  if (canonical === undefined) throw new MailFailure("not one plain address", { permanent: true });
  return canonical;
}

// Line breaks of every kind, other control characters, and what turns the direction of the text behind it.
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** A text for a header. */
function oneLine(text: string): string {
  return text.replaceAll(unprintable, " ").trim();
}
