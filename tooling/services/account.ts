import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { dirname } from "node:path";

import { ServiceError } from "./service-error.ts";

/** The system account that a service runs as; absent where it runs as the one who starts it. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Whether this process may install packages and act as other accounts. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The account of this name, created when only root could run the service, which such servers refuse. */
export function accountFor(name: string): Account | undefined {
  if (!isRoot()) return undefined;
  try {
    if (!exists(name)) {
      execFileSync(
        "useradd",
        ["--system", "--user-group", "--no-create-home", "--shell", "/bin/false", name],
        {
          stdio: "ignore",
        },
      );
    }
    return { uid: identity("-u", name), gid: identity("-g", name) };
  } catch {
    throw new ServiceError(
      `This service does not run as root, and the account ${name} could not be created.`,
    );
  }
}

/** Whether the account can pass through every folder down to this path; what it finds there is not asked. */
export function canReach(path: string, account: Account | undefined): boolean {
  if (account === undefined) return true;
  for (let folder = path; ; folder = dirname(folder)) {
    const entry = statSync(folder, { throwIfNoEntry: false });
    if (entry !== undefined) {
      const owned = entry.uid === account.uid && (entry.mode & 0o100) !== 0;
      if (!owned && (entry.mode & 0o001) === 0) return false;
    }
    if (folder === dirname(folder)) return true;
  }
}

function exists(name: string): boolean {
  try {
    identity("-u", name);
    return true;
  } catch {
    return false;
  }
}

function identity(flag: "-u" | "-g", name: string): number {
  return Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
}
