import type { MailRoom } from "./mail-room.ts";
import type { Work } from "./mail/attempt.ts";
import type { MailUser, NoticeFacts } from "./mail/message.ts";
import type { Realm } from "./runtime.ts";
import type { TokenPurpose } from "./sql/tokens.ts";

// Seconds: a day for an address that nobody is in a hurry about, less where a token is as good as a password.
const lifetimes: Readonly<Record<TokenPurpose, number>> = { verify: 86_400, reset: 1_800, email: 3_600 };

const messageOf = { verify: "verify", reset: "reset", email: "confirmEmail" } as const;

/** A mail with a token, for the account of an address, looked up when the answer has been given. */
export function tokenMail(
  room: MailRoom,
  realm: Realm,
  {
    purpose,
    userId,
    pendingEmail,
  }: {
    readonly purpose: TokenPurpose;
    readonly userId: string;
    /** With the purpose `email`: where the mail goes. */
    readonly pendingEmail?: string;
  },
): Work {
  return async () => {
    const lifetime = lifetimes[purpose];
    const request = { purpose, userId, lifetime, ...(pendingEmail === undefined ? {} : { pendingEmail }) };
    const issued = await realm.mailed.issue(request);
    if (issued === undefined) return undefined;
    const name = messageOf[purpose];
    const user: MailUser = { id: userId, email: issued.email };
    const facts = { user, url: room.link(name, issued.token), expiresIn: lifetime };
    return room.compose(name, pendingEmail ?? issued.email, facts);
  };
}

/** A mail that tells that something was done. */
export function notice(
  room: MailRoom,
  what: "welcome" | "exists" | "password" | "email",
  { id, email }: { readonly id: string; readonly email: string },
): Work {
  const user: MailUser = { id, email };
  const facts: NoticeFacts = { user, url: room.home };
  return async () =>
    what === "welcome" || what === "exists"
      ? room.compose(what, user.email, facts)
      : room.compose("changed", user.email, { ...facts, changed: what });
}
