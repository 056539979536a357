import { defineCollection } from "@lucent/core";

import type { Answered } from "./asker.ts";
import type { SignedIn } from "./auth-world.ts";
import type { Mailbox, ReceivedMail } from "./mailbox.ts";

/** Accounts that anyone can make, and whose address has to be verified before anything else. */
export const members = defineCollection({
  slug: "members",
  auth: { requireEmailVerification: true },
  fields: {},
  access: { create: true, read: ({ user }) => user !== null },
});

/** Where members are. */
interface Club {
  readonly mails: Mailbox;
  ask(method: string, path: string, asked: { readonly body: unknown }): Promise<Answered>;
  register(body: object, collection: string): Promise<SignedIn>;
}

/** The first mail to somebody that was not looked at yet. */
export function mailTo(
  { mails }: Pick<Club, "mails">,
  { email }: Pick<SignedIn, "email">,
): Promise<ReceivedMail> {
  return mails.next(({ recipients }) => recipients.includes(email));
}

/** The token of a mail's link. */
export function tokenOf({ links }: Pick<ReceivedMail, "links">): string {
  return new URL(String(links[0])).searchParams.get("token") ?? "";
}

/** A member who has not verified the address, and has a mail to do so. */
export async function unverified(club: Club): Promise<SignedIn> {
  const member = await club.register({}, "members");
  await mailTo(club, member);
  return member;
}

/** A member who has, and was welcomed. */
export async function verified(club: Club): Promise<SignedIn> {
  const member = await club.register({}, "members");
  const token = tokenOf(await mailTo(club, member));
  const { status } = await club.ask("POST", "/api/members/verify-email", { body: { token } });
  if (status !== 204) throw new TypeError("the address was not verified");
  await mailTo(club, member);
  return member;
}
