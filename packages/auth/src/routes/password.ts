import { type Issue, LucentError, type Route, type RouteLimit } from "@lucent/core";

import type { FoundAccount } from "../account-store.ts";
import { tokenGrammar } from "../credential/one-time-token.ts";
import { canonicalEmail } from "../email.ts";
import type { Account } from "../facts.ts";
import { passwordIssue } from "../fields.ts";
import { appNameOf } from "../mail-room.ts";
import { notice, tokenMail } from "../notices.ts";
import { takeFor } from "../runtime.ts";
import { accepted, nothing } from "./answer.ts";
import { readTexts } from "./body.ts";
import { refuseForeign, signedIn } from "./guard.ts";
import { endLockout } from "./lockout.ts";
import { checkPassword, type Proven } from "./login.ts";
import type { At, Place } from "./place.ts";
import { tooMany } from "./too-many.ts";

const longest = 1_024;
const mailsOfAccount = { max: 3, window: 3_600 };

/** How often a mail may be asked for from one address, whichever. */
export const mailsOfAddress: RouteLimit = { max: 20, window: 3_600, shared: "auth.mail" };

/** Changing a password, and getting another one by mail. */
export function passwordRoutes({ route }: Place, hasMail: boolean): readonly Route[] {
  const change = route("changePassword", { method: "POST", path: "/change-password" }, changePassword);
  if (!hasMail) return [change];
  const used = { max: 10, window: 3_600 };
  const post = { method: "POST", ignoresCredentials: true } as const;
  return [
    change,
    route("forgotPassword", { ...post, path: "/forgot-password", limit: mailsOfAddress }, forgotPassword),
    route("resetPassword", { ...post, path: "/reset-password", limit: used }, resetPassword),
  ];
}

async function changePassword(at: At): Promise<Response> {
  const { runtime, realm, call } = at;
  const { user, session } = signedIn(realm, call);
  const body = readTexts(await call.json(), {
    currentPassword: { optional: true, maxLength: longest },
    newPassword: { maxLength: longest },
  });
  const newPassword = body.newPassword ?? "";
  const proven = await provenAgain(at, user, body.currentPassword);
  await refuseWeak(at, newPassword, { email: proven.email, path: "newPassword" });
  const to = await runtime.hasher.hash(newPassword);
  const change = { userId: user.id, from: proven.passwordHash, to, keep: session };
  if (!(await realm.accounts.changePassword(change))) throw new LucentError("INVALID_CREDENTIALS");
  call.services.audit({ event: "password.changed", outcome: "ok" });
  runtime.mail?.outbox.notify(notice(runtime.mail, "password", proven));
  return nothing();
}

/**
 * The account of a signed-in caller, once its password was shown again.
 * @throws LucentError `INVALID_CREDENTIALS` also where there is none, or it was left out.
 */
export async function provenAgain(at: At, user: Account, password: string | undefined): Promise<Proven> {
  const email = user["email"];
  if (password === undefined || typeof email !== "string") throw new LucentError("INVALID_CREDENTIALS");
  const proven = await checkPassword(at, { email, password });
  if (proven.id !== user.id) throw new LucentError("INVALID_CREDENTIALS");
  return proven;
}

async function refuseWeak(
  { realm, runtime }: At,
  password: string,
  { email, path }: { readonly email: string; readonly path: string },
): Promise<void> {
  const rule = await passwordIssue(realm.settings, password, {
    appName: runtime.mail?.appName ?? appNameOf({}),
    slug: realm.slug,
    email,
  });
  const errors: Issue[] = rule === undefined ? [] : [{ path, rule }];
  if (errors.length > 0) throw new LucentError("VALIDATION", { errors });
}

/** Answers before anything is looked up. */
async function forgotPassword(at: At): Promise<Response> {
  const { runtime, realm, call } = at;
  refuseForeign(runtime, call);
  const { email = "" } = readTexts(await call.json(), { email: { maxLength: longest } });
  await askForMail(at, email, (account) => {
    call.services.audit({ event: "reset.requested", outcome: "ok", target: `${realm.slug}/${account.id}` });
    return "reset";
  });
  return accepted();
}

/**
 * Takes an address that a mail was asked for. How often is counted whether or not anybody has the address.
 * @param choose Which mail the account gets, if any.
 * @throws LucentError `RATE_LIMITED`, or `UNAVAILABLE` where too many mails wait.
 */
export async function askForMail(
  { runtime: { mail }, runtime, realm }: At,
  email: string,
  choose: (account: FoundAccount) => "reset" | "verify" | undefined,
): Promise<void> {
  if (mail === undefined) throw new LucentError("UNAVAILABLE");
  const canonical = canonicalEmail(email);
  const limit = { what: "mail", email: canonical ?? email, limit: mailsOfAccount };
  if (!(await takeFor(runtime, realm, limit))) {
    throw tooMany(mailsOfAccount);
  }
  mail.outbox.post(async () => {
    const account = canonical === undefined ? undefined : await realm.accounts.find(canonical);
    if (account === undefined || account.isDisabled) return undefined;
    const purpose = choose(account);
    return purpose === undefined ? undefined : tokenMail(mail, realm, { purpose, userId: account.id })();
  });
}

async function resetPassword(at: At): Promise<Response> {
  const { runtime, realm, call } = at;
  refuseForeign(runtime, call);
  const body = readTexts(await call.json(), {
    token: { maxLength: 64, pattern: tokenGrammar },
    password: { maxLength: longest },
  });
  const { token = "", password = "" } = body;
  const owner = await realm.mailed.read(token, "reset");
  if (owner === undefined) throw new LucentError("INVALID_TOKEN");
  // Before the token is used up: who chose a weak password may choose again.
  await refuseWeak(at, password, { email: owner.email, path: "password" });
  const reset = await realm.accounts.resetPassword(token, await runtime.hasher.hash(password));
  if (reset === undefined) throw new LucentError("INVALID_TOKEN");
  const actor = { type: "user", id: reset.userId, collection: realm.slug } as const;
  call.services.audit({ event: "reset.completed", outcome: "ok", actor });
  await endLockout(at, { id: reset.userId, email: reset.email });
  const user = { id: reset.userId, email: reset.email };
  runtime.mail?.outbox.notify(notice(runtime.mail, "password", user));
  return nothing();
}
