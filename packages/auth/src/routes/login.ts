import { LucentError, type Route } from "@lucent/core";

import type { FoundAccount } from "../account-store.ts";
import { canonicalEmail } from "../email.ts";
import { type Realm, type Runtime, takeFor } from "../runtime.ts";
import { signIn, type Transport } from "../sign-in.ts";
import { type BodyField, readTexts } from "./body.ts";
import { refuseForeign } from "./guard.ts";
import { endLockout, reportLockout } from "./lockout.ts";
import type { At, Place } from "./place.ts";
import { tooMany } from "./too-many.ts";

/** The body field that says how a client keeps its tokens. */
const transportField: BodyField = { optional: true, options: ["token", "cookie"] };

/** What `session` of a body says. */
export function transportOf(session: unknown): Transport {
  return session === "cookie" ? "cookie" : "token";
}

/** Signs in by e-mail and password. Every reason to refuse looks the same and takes the same time. */
export function loginRoute({ route }: Place): Route {
  const limit = { max: 20, window: 300 };
  return route("login", { method: "POST", path: "/login", ignoresCredentials: true, limit }, login);
}

async function login({ runtime, realm, call }: At): Promise<Response> {
  refuseForeign(runtime, call);
  const body = readTexts(await call.json(), {
    email: { maxLength: 1_024 },
    password: { maxLength: 1_024 },
    session: transportField,
  });
  const transport = transportOf(body.session);
  refuseForeign(runtime, call, transport);
  const password = body.password ?? "";
  const found = await checkPassword({ runtime, realm, call }, { email: body.email ?? "", password });
  const passwordHash = found.passwordHash;
  const who = { document: found.document, method: "password", passwordHash, transport };
  const answer = await signIn(runtime, realm, { visitor: call, who });
  renew(runtime, realm, { userId: found.id, password, passwordHash });
  return answer;
}

/** An account whose password was right. */
export interface Proven extends FoundAccount {
  readonly passwordHash: string;
}

/**
 * Finds the account of an address whose password is this one. Attempts are counted by the address that was sent, whether
 * it is known or not, and before the password is looked at.
 * @throws LucentError `RATE_LIMITED`, `INVALID_CREDENTIALS`, or `EMAIL_UNVERIFIED` where only that is missing.
 */
export async function checkPassword(
  { runtime, realm, call }: At,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<Proven> {
  const canonical = canonicalEmail(email);
  const counted = { what: "password", email: canonical ?? email };
  if (!(await takeFor(runtime, realm, { ...counted, limit: realm.settings.lockout }))) {
    await reportLockout({ runtime, realm, call }, counted.email, targetOf(runtime, counted.email));
    throw tooMany(realm.settings.lockout);
  }
  const found = canonical === undefined ? undefined : await realm.accounts.find(canonical);
  const proven = await provenBy(runtime, found, password);
  if (proven === undefined || proven.isDisabled) {
    fail({ runtime, realm, call }, counted.email, found);
    throw new LucentError("INVALID_CREDENTIALS");
  }
  await endLockout({ runtime, realm, call }, { id: proven.id, email: counted.email });
  if (realm.settings.requireEmailVerification && !proven.isVerified)
    throw new LucentError("EMAIL_UNVERIFIED");
  return proven;
}

async function provenBy(
  { hasher }: Runtime,
  found: FoundAccount | undefined,
  password: string,
): Promise<Proven | undefined> {
  const passwordHash = found?.passwordHash;
  if (found === undefined || passwordHash === undefined || passwordHash === null) {
    await hasher.verifyNothing(password);
    return undefined;
  }
  return (await hasher.verify(password, passwordHash)) ? { ...found, passwordHash } : undefined;
}

function fail({ runtime, realm, call }: At, email: string, found: FoundAccount | undefined): void {
  call.services.audit({
    event: "login",
    outcome: "fail",
    reason: found?.isDisabled === true ? "disabled" : found === undefined ? "unknown" : "password",
    target: found === undefined ? targetOf(runtime, email) : `${realm.slug}/${found.id}`,
  });
}

function targetOf({ addressKey }: Runtime, email: string): string {
  return `email:${addressKey(email)}`;
}

/** Makes an outdated hash anew, when the answer has been given: the next sign-in finds the one or the other. */
function renew(
  { hasher, services }: Runtime,
  { accounts }: Realm,
  {
    userId,
    password,
    passwordHash,
  }: { readonly userId: string; readonly password: string; readonly passwordHash: string },
): void {
  if (!hasher.needsRehash(passwordHash)) return;
  hasher
    .hash(password)
    .then((renewed) => accounts.rehash(userId, passwordHash, renewed))
    .catch((error: unknown) =>
      services.logger.warn("a password hash was not renewed", { error: nameOf(error) }),
    );
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}
