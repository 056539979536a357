import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

import { type Account, canReach } from "./account.ts";

/** The root of this checkout. */
export const repository: string = resolve(import.meta.dirname, "../..");

/** Where root keeps what another account must read and the checkout's own folders hide from it. */
const system = "/var/lib/lucent";

/** A new directory for one run, in a place that the account can reach. */
export function temporaryDirectory(purpose: string, account: Account | undefined): string {
  const parent = [tmpdir(), "/tmp"].find((place) => canReach(place, account)) ?? system;
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, `lucent-${purpose}-`));
  if (account !== undefined) chmodSync(directory, 0o755);
  return directory;
}

/** The directory where this checkout keeps a service's data between runs. */
export function lastingDirectory(account: Account | undefined): string {
  const directory = canReach(repository, account)
    ? join(repository, ".lucent")
    : join(system, checkoutName());
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** A directory for programs that are the same for every checkout; only root may write to it. */
export function programDirectory(name: string): string {
  const directory = join(system, "programs", name);
  mkdirSync(dirname(directory), { recursive: true, mode: 0o755 });
  return directory;
}

/** Readable and different for two checkouts, the same for every run of one. */
function checkoutName(): string {
  return `${basename(repository)}-${createHash("sha256").update(repository).digest("hex").slice(0, 8)}`;
}
