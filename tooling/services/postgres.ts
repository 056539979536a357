import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { type Account, accountFor, canReach } from "./account.ts";
import type { Command, Household } from "./household.ts";
import { lastingDirectory, repository } from "./places.ts";
import { freePort } from "./ports.ts";
import { type PostgresBinaries, type PostgresVersion, postgresBinaries } from "./postgres-binaries.ts";
import { askPostgres, maskUrl } from "./postgres-connection.ts";
import { temporaryDataDirectory } from "./postgres-directory.ts";
import { findRunning } from "./postgres-lock.ts";
import { keep, untilReady } from "./process.ts";
import { ServiceError } from "./service-error.ts";

/** How to start Postgres; with nothing said it is a fresh server for one test run. */
export interface PostgresOptions {
  /** Asks for this major version: a DATABASE_URL of another version is then left aside. */
  readonly version?: PostgresVersion;
  /** The data directory; a temporary one when absent. */
  readonly data?: string;
  readonly port?: number;
  /** Keeps the data when the server stops, and writes it to disk as production does. */
  readonly persistent?: boolean;
}

/** A server that answers. `stop` ends it only when it was started here. */
export interface RunningPostgres {
  readonly url: string;
  /** Whether it comes from DATABASE_URL, was running already, or was started for this run. */
  readonly origin: "environment" | "running" | "started";
  stop(): Promise<void>;
}

/** Finds Postgres at DATABASE_URL, or starts an embedded one that ends with this process. */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  return (await fromEnvironment(options.version)) ?? (await startEmbedded(options));
}

/** Where the development database of this checkout keeps its data. */
export function developmentData(): string {
  return join(lastingDirectory(accountFor("postgres")), "postgres");
}

async function fromEnvironment(version: PostgresVersion | undefined): Promise<RunningPostgres | undefined> {
  const url = process.env["DATABASE_URL"];
  if (url === undefined || url === "") return undefined;
  const facts = await askPostgres(url).catch((error: unknown) => {
    throw new ServiceError(`DATABASE_URL (${maskUrl(url)}) can't be used: ${reasonOf(error)}.`);
  });
  if (version !== undefined && facts.major !== version) return undefined;
  return { url, origin: "environment", stop: async () => undefined };
}

async function startEmbedded(options: PostgresOptions): Promise<RunningPostgres> {
  const version = options.version ?? 18;
  const persistent = options.persistent ?? false;
  const account = accountFor("postgres");
  const binaries = postgresBinaries(version, account);
  const base = options.data === undefined ? temporaryDataDirectory(account) : dirname(options.data);
  const data = options.data ?? join(base, "data");
  if (!canReach(base, account)) throw new ServiceError(`The account postgres can't reach ${base}.`);
  const password = passwordIn(base, account);
  const urlAt = (port: number): string => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;

  const found = await findRunning(data, urlAt);
  if (found !== undefined) return { url: found, origin: "running", stop: async () => undefined };
  const cluster: Cluster = { base, data, version, persistent, account, binaries };
  const temporary = options.data === undefined ? base : data;
  // Another program may take the free port between the moment it was found and the start.
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    try {
      return await start(cluster, { port, url: urlAt(port), remove: persistent ? [] : [temporary] });
    } catch (error) {
      const taken = error instanceof ServiceError && error.message.includes("Address already in use");
      if (!taken || options.port !== undefined || attempt === 3) throw error;
      mkdirSync(base, { recursive: true });
      passwordIn(base, account, password);
    }
  }
}

interface Cluster {
  readonly base: string;
  readonly data: string;
  readonly version: PostgresVersion;
  readonly persistent: boolean;
  readonly account: Account | undefined;
  readonly binaries: PostgresBinaries;
}

interface Launch {
  readonly port: number;
  readonly url: string;
  readonly remove: readonly string[];
}

async function start(cluster: Cluster, { port, url, remove }: Launch): Promise<RunningPostgres> {
  const { base, data, version, persistent } = cluster;
  const log = join(base, "postgres.log");
  rmSync(log, { force: true });
  const household: Household = {
    steps: clusterSteps(cluster),
    services: [
      command(cluster, cluster.binaries.postgres, [
        `-D${data}`,
        `-p${port}`,
        ...settings(persistent).flatMap((setting) => ["-c", setting]),
      ]),
    ],
    remove,
    graceMs: 10_000,
  };
  const kept = keep(household, log);
  await untilReady(kept, {
    name: `Postgres ${version}`,
    log,
    timeoutMs: 60_000,
    probe: async () => void (await askPostgres(url, 2000)),
  });
  return { url, origin: "started", stop: () => kept.stop() };
}

/** A new cluster is made beside its place and moved there when it is whole. */
function clusterSteps(cluster: Cluster): Household["steps"] {
  const { base, data, version, persistent, account, binaries } = cluster;
  const marker = join(data, "PG_VERSION");
  if (existsSync(marker)) {
    const found = readFileSync(marker, "utf8").trim();
    if (found === String(version)) return [];
    throw new ServiceError(
      `${data} holds the data of Postgres ${found}, not ${version}: move it away or delete it.`,
    );
  }
  const draft = `${data}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  if (account !== undefined) chownSync(draft, account.uid, account.gid);
  const locale =
    version === 18
      ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
      : ["--locale=C.UTF-8"];
  const flags = [
    "--username=postgres",
    ...authentication(version, persistent),
    `--pwfile=${passwordFile(base)}`,
    "--encoding=UTF8",
  ];
  const args = [`--pgdata=${draft}`, ...flags, ...locale, "--lc-messages=C", "--no-instructions"];
  if (!persistent) args.push("--no-sync");
  return [{ run: command(cluster, binaries.initdb, args) }, { rename: [draft, data] }];
}

/**
 * Tests connect thousands of times, and to check a password takes longer than all else that a server does for a new
 * connection: to be slow is what the usual scheme is for. A password of a run is random, and is gone with the run.
 */
function authentication(version: PostgresVersion, persistent: boolean): readonly string[] {
  if (persistent) return ["--auth=password"];
  return version === 18 ? ["--auth=password", "--set=scram_iterations=1"] : ["--auth=md5"];
}

function settings(persistent: boolean): readonly string[] {
  const always = ["listen_addresses=127.0.0.1", "unix_socket_directories="];
  if (persistent) return always;
  // A test server never has to survive a power cut, so it does not wait for the disk.
  return [...always, "max_connections=200", "fsync=off", "synchronous_commit=off", "full_page_writes=off"];
}

function command({ account }: Cluster, file: string, args: readonly string[]): Command {
  const env = { PATH: process.env["PATH"] ?? "", LC_ALL: "C" };
  // The server can't open a working directory that its account may not enter.
  return { file, args, env, cwd: "/", signal: "SIGINT", ...account };
}

function passwordFile(base: string): string {
  return join(base, "postgres.password");
}

/** The password of the superuser: random, because every account of the machine can reach the loopback. */
function passwordIn(
  base: string,
  account: Account | undefined,
  password = randomBytes(18).toString("hex"),
): string {
  const file = passwordFile(base);
  mkdirSync(base, { recursive: true });
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  writeFileSync(file, password, { mode: 0o600 });
  if (account !== undefined) chownSync(file, account.uid, account.gid);
  return password;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "it did not answer";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "ERR_INVALID_URL") return "it is not a valid URL";
  if (code === "ECONNREFUSED") return "nothing listens there";
  if (code === "ENOTFOUND") return "the host is not known";
  if (code === "CONNECT_TIMEOUT" || code === "ETIMEDOUT") return "it did not answer in time";
  if (code === "28P01" || code === "28000") return "it refuses this user or password";
  if (code === "3D000") return "it has no such database";
  return code === "" ? "it did not answer" : `it answered with ${code}`;
}

/** The path for a message: inside the checkout it is shown relative to its root. */
export function shownPath(path: string): string {
  return path.startsWith(`${repository}/`) ? path.slice(repository.length + 1) : path;
}
