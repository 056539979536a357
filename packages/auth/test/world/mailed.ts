import type { AuthWorld } from "./auth-world.ts";
import type { Mailbox } from "./mailbox.ts";

/** The pages that links of mails lead to. */
export type MailedPage = "verify-email" | "reset-password" | "confirm-email";

/** The token in the link of the next mail to an address that leads to a page. */
export async function mailedToken(
  { mails }: { readonly mails: Mailbox },
  to: string,
  page: MailedPage,
): Promise<string> {
  const start = `https://www.example.com/${page}?token=`;
  const mail = await mails.next(
    ({ recipients, links }) => recipients.includes(to) && links.some((link) => link.startsWith(start)),
  );
  return mail.links.find((link) => link.startsWith(start))?.slice(start.length) ?? "";
}

/** Asks for another password and answers the token that is mailed for it. */
export async function resetToken(
  world: Pick<AuthWorld, "ask" | "mails">,
  email: string,
  collection = "users",
): Promise<string> {
  await world.ask("POST", `/api/${collection}/forgot-password`, { body: { email } });
  return mailedToken(world, email, "reset-password");
}

/** Resolves when whatever mail was asked for before has come, since one that is asked for now, for this address, has. */
export async function mailsHaveCome(world: Pick<AuthWorld, "ask" | "mails">, email: string): Promise<void> {
  await resetToken(world, email);
}
