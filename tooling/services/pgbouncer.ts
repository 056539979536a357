import { chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { accountFor } from "./account.ts";
import { installPackages, mayInstallPackages } from "./debian.ts";
import { temporaryDirectory } from "./places.ts";
import { freePort } from "./ports.ts";
import { askPostgres } from "./postgres-connection.ts";
import { keep, untilReady } from "./process.ts";
import { findProgram } from "./programs.ts";
import { ServiceError } from "./service-error.ts";

/** A pooler in front of a server, which gives each transaction whichever of its connections is free. */
export interface RunningPgbouncer {
  /** To the same database as the server's own URL. */
  readonly url: string;
  stop(): Promise<void>;
}

/** What to install where PgBouncer can't be had on this machine; undefined where it can. */
export function missingPgbouncer(): string | undefined {
  return findProgram("pgbouncer") === undefined && !mayInstallPackages() ? "install pgbouncer" : undefined;
}

// What clients of ours send at the start of a connection and PgBouncer does not keep track of.
const passedOver = [
  "extra_float_digits",
  "idle_in_transaction_session_timeout",
  "statement_timeout",
  "lock_timeout",
  "options",
  "search_path",
];

/** Starts PgBouncer in front of the server of a connection string, on a free port, until it is stopped or this process ends. */
export async function startPgbouncer(serverUrl: string): Promise<RunningPgbouncer> {
  const file = program();
  const account = accountFor("postgres");
  const base = temporaryDirectory("pgbouncer", account);
  const port = await freePort();
  const log = join(base, "pgbouncer.log");
  const settings = join(base, "pgbouncer.ini");
  writeFileSync(log, "");
  writeFileSync(settings, settingsFor(new URL(serverUrl), port), { mode: 0o600 });
  if (account !== undefined) chownSync(settings, account.uid, account.gid);
  const env = { PATH: process.env["PATH"] ?? "" };
  const service = { file, args: [settings], env, cwd: base, signal: "SIGINT" as const, ...account };
  const kept = keep({ steps: [], services: [service], remove: [base], graceMs: 10_000 }, log);
  const url = new URL(serverUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  await untilReady(kept, {
    name: "PgBouncer",
    log,
    timeoutMs: 15_000,
    probe: async () => void (await askPostgres(url.href, 1000)),
  });
  return { url: url.href, stop: () => kept.stop() };
}

function program(): string {
  if (findProgram("pgbouncer") === undefined && mayInstallPackages()) installPackages(["pgbouncer"]);
  const found = findProgram("pgbouncer");
  if (found === undefined) {
    throw new ServiceError(
      `There is no PgBouncer on this machine: ${missingPgbouncer() ?? "install pgbouncer"}.`,
    );
  }
  return found;
}

/** It listens on the loopback alone and signs in at the server by itself, so that it asks its own clients nothing. */
function settingsFor({ hostname, port, username, password }: URL, listenPort: number): string {
  const quoted = (text: string): string => `'${decodeURIComponent(text).replaceAll("'", "''")}'`;
  const server = `host=${hostname} port=${port === "" ? "5432" : port} user=${quoted(username)} password=${quoted(password)}`;
  return [
    "[databases]",
    `* = ${server}`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${listenPort}`,
    "unix_socket_dir =",
    "auth_type = any",
    "pool_mode = transaction",
    "default_pool_size = 5",
    `ignore_startup_parameters = ${passedOver.join(",")}`,
    "",
  ].join("\n");
}
