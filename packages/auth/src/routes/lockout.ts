import { clearFor, isSpentFor, type Realm, takeFor } from "../runtime.ts";
import type { At } from "./place.ts";

// Whoever is locked out decides how often they come back, and must not fill the trail: one report for each window.
const reportsOf = ({ settings }: Realm) => ({ max: 1, window: settings.lockout.window });

/**
 * Reports that no password is looked at for an address any more.
 * @param target What stands for the address.
 */
export async function reportLockout(
  { runtime, realm, call }: At,
  email: string,
  target: string,
): Promise<void> {
  if (!(await takeFor(runtime, realm, { what: "lockout", email, limit: reportsOf(realm) }))) return;
  call.services.audit({ event: "lockout.started", outcome: "fail", target });
}

/** Gives an account its whole allowance of attempts back. Reported where it was locked, and that was reported. */
export async function endLockout(
  { runtime, realm, call }: At,
  { id, email }: { readonly id: string; readonly email: string },
): Promise<void> {
  const lockout = { what: "lockout", email, limit: reportsOf(realm) };
  const [wasLocked] = await Promise.all([
    isSpentFor(runtime, realm, lockout),
    clearFor(runtime, realm, { what: "password", email }),
  ]);
  if (!wasLocked) return;
  await clearFor(runtime, realm, lockout);
  const actor = { type: "user", id, collection: realm.slug } as const;
  call.services.audit({ event: "lockout.ended", outcome: "ok", actor });
}
