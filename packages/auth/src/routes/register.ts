import { setTimeout as delay } from "node:timers/promises";

import { isLucentError, type Issue, LucentError, type Route } from "@lucent/core";

import type { FoundAccount } from "../account-store.ts";
import { canonicalEmail } from "../email.ts";
import type { MailRoom } from "../mail-room.ts";
import type { Work } from "../mail/attempt.ts";
import { notice, tokenMail } from "../notices.ts";
import type { Realm } from "../runtime.ts";
import { signIn } from "../sign-in.ts";
import { unasked } from "../unasked.ts";
import { accepted } from "./answer.ts";
import { membersOf } from "./body.ts";
import { refuseForeign } from "./guard.ts";
import { transportOf } from "./login.ts";
import type { At, Place } from "./place.ts";
import { refuseTaken } from "./taken.ts";

/**
 * Makes an account for whoever may create one without signing in, and signs it in; or, where addresses have to be
 * verified, answers the same whether the address was free or not and leaves the rest to a mail.
 */
export function registerRoute({ route }: Place): Route {
  const limit = { max: 10, window: 3_600 };
  return route("register", { method: "POST", path: "/register", ignoresCredentials: true, limit }, register);
}

async function register(at: At): Promise<Response> {
  const { runtime, realm, call } = at;
  refuseForeign(runtime, call);
  const { session, ...body } = Object.fromEntries(membersOf(await call.json()));
  const transport = transportOf(session);
  refuseForeign(runtime, call, transport);
  refuseIncomplete({ session, password: body["password"] });
  if (realm.settings.requireEmailVerification) return registerByMail(at, body);
  const account = await created(at, body);
  const { mail } = runtime;
  if (mail !== undefined) mail.outbox.notify(notice(mail, "welcome", account));
  const who = { document: account.document, method: "password", transport, ...hashOf(account) };
  return signIn(runtime, realm, { visitor: call, who, status: 201 });
}

/** What the collection does not ask for: an account can be without a password, but nobody registers one. */
function refuseIncomplete({
  session,
  password,
}: {
  readonly session: unknown;
  readonly password: unknown;
}): void {
  const errors: Issue[] = [];
  if (password === undefined || password === null) errors.push({ path: "password", rule: "required" });
  if (session !== undefined && session !== "token" && session !== "cookie") {
    errors.push({ path: "session", rule: typeof session === "string" ? "options" : "type" });
  }
  if (errors.length > 0) throw new LucentError("VALIDATION", { errors });
}

async function created({ realm, call }: At, body: object): Promise<FoundAccount> {
  const { id } = (await call.lucent.as(null)[realm.slug]?.create(body)) ?? {};
  // By its id: a hook may have written the address another way.
  const account = id === undefined ? undefined : await realm.accounts.get(id);
  if (account === undefined) throw new LucentError("INVALID_CREDENTIALS");
  call.services.audit({
    event: "register",
    outcome: "ok",
    actor: { type: "user", id: account.id, collection: realm.slug },
  });
  return account;
}

function hashOf({ passwordHash }: FoundAccount): { readonly passwordHash?: string } {
  return passwordHash === null ? {} : { passwordHash };
}

/**
 * Milliseconds from the hash to the answer. In between a row is stored, or found to be there, which takes times of their
 * own; neither takes as long as this.
 */
const settling = 50;

/**
 * The password is hashed and the row is tried in either case, and the answer comes at one moment after the hash; what
 * differs is done beside it.
 */
async function registerByMail(at: At, body: Readonly<Record<string, unknown>>): Promise<Response> {
  const { runtime, realm } = at;
  const { mail, hasher } = runtime;
  if (mail === undefined) throw new LucentError("UNAVAILABLE");
  let settled = Promise.resolve();
  const note = (): void => {
    settled = delay(settling);
  };
  try {
    const { id, email } = await hasher.noting(note, () => created(at, body));
    mail.outbox.post(unasked(at, email, tokenMail(mail, realm, { purpose: "verify", userId: id })));
  } catch (error) {
    if (!isLucentError(error) || error.code !== "CONFLICT") throw error;
    await refuseTaken(at, body);
    const known = await holderOf(realm, body);
    if (known === undefined) throw error;
    mail.outbox.post(unasked(at, known.email, registeredAgain(mail, realm, known)));
  }
  await settled;
  return accepted();
}

function holderOf(
  realm: Realm,
  { email }: Readonly<Record<string, unknown>>,
): Promise<FoundAccount | undefined> {
  const canonical = typeof email === "string" ? canonicalEmail(email) : undefined;
  return canonical === undefined ? Promise.resolve(undefined) : realm.accounts.find(canonical);
}

/**
 * Nobody has shown yet that an unverified address is theirs. So no password that anybody sent for it counts any more, neither
 * the one before nor this one: whoever reads its mail chooses one.
 */
function registeredAgain(room: MailRoom, realm: Realm, known: FoundAccount): Work {
  if (known.isVerified || known.isDisabled) return notice(room, "exists", known);
  return async () => {
    const isCleared = await realm.accounts.clearPassword(known.id);
    return isCleared ? tokenMail(room, realm, { purpose: "reset", userId: known.id })() : undefined;
  };
}
