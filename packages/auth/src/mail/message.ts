import type { Html } from "./html.ts";

/** The account that a mail is about, as far as its owner may know it. */
export interface MailUser {
  readonly id: string;
  readonly email: string;
  readonly [field: string]: unknown;
}

/** What a mail is made of whose link carries a token. */
export interface LinkFacts {
  readonly user: MailUser;
  /** The page of the application, token included. Whoever has it can use it. */
  readonly url: string;
  /** Seconds for which the link works. */
  readonly expiresIn: number;
}

/** What a mail is made of that only tells something. */
export interface NoticeFacts {
  readonly user: MailUser;
  /** The application's first page. */
  readonly url: string;
}

/** What a notice of a change is made of. */
export interface ChangeFacts extends NoticeFacts {
  /** What was changed. The notice of another address goes to the old one. */
  readonly changed: "password" | "email";
}

/** The messages that exist, and what each is made of. */
export interface MessageFacts {
  /** Asks whether the address of a new account belongs to whoever made it. */
  readonly verify: LinkFacts;
  /** Lets somebody who forgot the password choose another one. */
  readonly reset: LinkFacts;
  /** Asks, at the new address, whether an account may have it. */
  readonly confirmEmail: LinkFacts;
  /** Tells that the password or the address of an account is another one now. */
  readonly changed: ChangeFacts;
  /** Greets an account whose address is known to be right. */
  readonly welcome: NoticeFacts;
  /** Tells the owner of an account that somebody tried to make another one with the same address. */
  readonly exists: NoticeFacts;
}

/** The name of a message. */
export type MessageName = keyof MessageFacts;

/** What a function for a message is given. */
export type MessageInput<Name extends MessageName> = MessageFacts[Name] & { readonly appName: string };

/** What a message says. */
export interface MessageText {
  /** Line breaks and control characters in it become spaces. */
  readonly subject: string;
  readonly text: string;
  /** Made with `html`, which escapes every value in it. */
  readonly html: Html;
}

/**
 * An application's own messages, each a function. What it leaves out stays as it was; whoever writes another `text` will
 * want another `html` too.
 */
export type MessageOptions = {
  readonly [Name in MessageName]?: (input: MessageInput<Name>) => Partial<MessageText>;
};
