import { isLucentError, LucentError, type Route } from "@lucent/core";

import { tokenGrammar } from "../credential/one-time-token.ts";
import { canonicalEmail } from "../email.ts";
import type { Mail } from "../mail/mailer.ts";
import { notice, tokenMail } from "../notices.ts";
import { takeFor } from "../runtime.ts";
import { unasked } from "../unasked.ts";
import { accepted, nothing } from "./answer.ts";
import { readTexts } from "./body.ts";
import { refuseForeign, signedIn } from "./guard.ts";
import { askForMail, mailsOfAddress, provenAgain } from "./password.ts";
import type { At, Place } from "./place.ts";
import { tooMany } from "./too-many.ts";

const longest = 1_024;
const changesOfAddress = { max: 3, window: 3_600 };

/** Showing that an address is one's own, and changing it. */
export function emailRoutes({ route }: Place): readonly Route[] {
  const used = { max: 10, window: 3_600 };
  const post = { method: "POST", ignoresCredentials: true } as const;
  return [
    route("verifyEmail", { ...post, path: "/verify-email", limit: used }, verifyEmail),
    route("resendVerification", { ...post, path: "/resend-verification", limit: mailsOfAddress }, resend),
    route("changeEmail", { method: "POST", path: "/change-email" }, changeEmail),
    route("confirmEmail", { ...post, path: "/confirm-email", limit: used }, confirmEmail),
  ];
}

async function sentToken({ runtime, call }: At): Promise<string> {
  refuseForeign(runtime, call);
  const { token = "" } = readTexts(await call.json(), { token: { maxLength: 64, pattern: tokenGrammar } });
  return token;
}

async function verifyEmail(at: At): Promise<Response> {
  const { runtime, realm, call } = at;
  const verified = await realm.accounts.verifyEmail(await sentToken(at));
  if (verified === undefined) throw new LucentError("INVALID_TOKEN");
  const { userId, email, wasVerified } = verified;
  const actor = { type: "user", id: userId, collection: realm.slug } as const;
  call.services.audit({ event: "email.verified", outcome: "ok", actor });
  if (!wasVerified) runtime.mail?.outbox.notify(notice(runtime.mail, "welcome", { id: userId, email }));
  return nothing();
}

/** Answers before anything is looked up. */
async function resend(at: At): Promise<Response> {
  refuseForeign(at.runtime, at.call);
  const { email = "" } = readTexts(await at.call.json(), { email: { maxLength: longest } });
  await askForMail(at, email, ({ isVerified }) => (isVerified ? undefined : "verify"));
  return accepted();
}

/** The account keeps its address until the new one is shown to be theirs. Nobody learns whether somebody has it. */
async function changeEmail(at: At): Promise<Response> {
  const { runtime, realm, call } = at;
  const { user } = signedIn(realm, call);
  const body = readTexts(await call.json(), {
    currentPassword: { optional: true, maxLength: longest },
    email: { maxLength: longest },
  });
  const pendingEmail = canonicalEmail(body.email ?? "");
  if (pendingEmail === undefined) {
    throw new LucentError("VALIDATION", { errors: [{ path: "email", rule: "format" }] });
  }
  const { mail } = runtime;
  if (mail === undefined) throw new LucentError("UNAVAILABLE");
  const proven = await provenAgain(at, user, body.currentPassword);
  if (!(await takeFor(runtime, realm, { what: "change", email: proven.email, limit: changesOfAddress }))) {
    throw tooMany(changesOfAddress);
  }
  const work = async (): Promise<Mail | undefined> => {
    const holder = await realm.accounts.find(pendingEmail);
    if (holder !== undefined) return notice(mail, "exists", holder)();
    return tokenMail(mail, realm, { purpose: "email", userId: user.id, pendingEmail })();
  };
  mail.outbox.post(unasked(at, pendingEmail, work));
  return accepted();
}

/** An address that somebody else has by now is no news for whoever holds the token. */
async function confirmed({ realm }: At, token: string): ReturnType<At["realm"]["accounts"]["confirmEmail"]> {
  try {
    return await realm.accounts.confirmEmail(token);
  } catch (error) {
    if (isLucentError(error) && error.code === "CONFLICT") return undefined;
    throw error;
  }
}

async function confirmEmail(at: At): Promise<Response> {
  const { runtime, realm, call } = at;
  const changed = await confirmed(at, await sentToken(at));
  if (changed === undefined) throw new LucentError("INVALID_TOKEN");
  const actor = { type: "user", id: changed.userId, collection: realm.slug } as const;
  call.services.audit({ event: "email.changed", outcome: "ok", actor });
  const user = { id: changed.userId, email: changed.previous };
  runtime.mail?.outbox.notify(notice(runtime.mail, "email", user));
  return nothing();
}
