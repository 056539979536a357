import { chmodSync, mkdtempSync, statfsSync } from "node:fs";
import { join } from "node:path";

import { type Account, canReach } from "./account.ts";
import { temporaryDirectory } from "./places.ts";

const memory = "/dev/shm";
// What a whole run of the tests fills is about a gigabyte.
const neededBytes = 4 * 1024 ** 3;

/**
 * A new directory for the data of a server that lives as long as one run: in memory, where that has the room. Tests make
 * and drop hundreds of databases of hundreds of files, with which a disk's file system takes its time.
 */
export function temporaryDataDirectory(account: Account | undefined): string {
  if (!hasRoom() || !canReach(memory, account)) return temporaryDirectory("postgres", account);
  const directory = mkdtempSync(join(memory, "lucent-postgres-"));
  if (account !== undefined) chmodSync(directory, 0o755);
  return directory;
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= neededBytes;
  } catch {
    // Other systems than Linux have none.
    return false;
  }
}
