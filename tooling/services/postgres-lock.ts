import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { askPostgres } from "./postgres-connection.ts";
import { ServiceError } from "./service-error.ts";

/**
 * The URL of the server that already runs on this data directory, if one does.
 *
 * A lock file that a crash left behind is removed: Postgres itself refuses to start when the number in it has
 * meanwhile gone to another process. A server that is still starting or stopping is waited for.
 */
export async function findRunning(
  data: string,
  urlAt: (port: number) => string,
  timeoutMs = 15_000,
): Promise<string | undefined> {
  const file = join(data, "postmaster.pid");
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const lock = readLock(file);
    if (lock === undefined) return undefined;
    if (!isPostgres(lock.pid)) {
      rmSync(file, { force: true });
      return undefined;
    }
    if (lock.port !== undefined && (await answersFor(data, urlAt(lock.port)))) return urlAt(lock.port);
    if (Date.now() > deadline) {
      throw new ServiceError(`A Postgres server (process ${lock.pid}) holds ${data} and does not answer.`);
    }
    await pause(100);
  }
}

interface Lock {
  readonly pid: number;
  readonly port: number | undefined;
}

function readLock(file: string): Lock | undefined {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    const port = Number(lines[3]);
    return { pid: Number(lines[0]), port: Number.isInteger(port) && port > 0 ? port : undefined };
  } catch {
    return undefined;
  }
}

function isPostgres(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    const name = execFileSync("ps", ["-p", String(pid), "-o", "comm="], { encoding: "utf8" });
    return name.includes("postgres");
  } catch {
    return false;
  }
}

async function answersFor(data: string, url: string): Promise<boolean> {
  try {
    const { dataDirectory } = await askPostgres(url, 1000);
    return dataDirectory !== undefined && realpathSync(dataDirectory) === realpathSync(data);
  } catch {
    return false;
  }
}
