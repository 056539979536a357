import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { installPackages, mayInstallPackages } from "./debian.ts";
import type { Command } from "./household.ts";
import { temporaryDirectory } from "./places.ts";
import { freePort } from "./ports.ts";
import { maskUrl } from "./postgres-connection.ts";
import { keep, untilReady } from "./process.ts";
import { findDocker, findProgram } from "./programs.ts";
import { pingRedis } from "./redis-connection.ts";
import { ServiceError } from "./service-error.ts";

/** A Redis that answers and forgets everything when it is stopped. */
export interface RunningRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** What to install where Redis can't be had on this machine; undefined where it can. */
export function missingRedis(): string | undefined {
  return findRedis() === undefined ? "install redis-server, or set REDIS_URL" : undefined;
}

/** Finds Redis at REDIS_URL, or starts one on a free port that ends with this process. */
export async function startRedis(): Promise<RunningRedis> {
  const source = findRedis();
  if (source === undefined) throw new ServiceError(`There is no Redis on this machine: ${missingRedis()}.`);
  if ("url" in source) return fromEnvironment(source.url);
  if ("packages" in source) installPackages(source.packages);
  const base = temporaryDirectory("redis", undefined);
  const port = await freePort();
  const log = join(base, "redis.log");
  writeFileSync(log, "");
  const service = serverCommand("docker" in source ? source.docker : undefined, base, port);
  const kept = keep({ steps: [], services: [service], remove: [base], graceMs: 10_000 }, log);
  const url = `redis://127.0.0.1:${port}`;
  const timeoutMs = "docker" in source ? 120_000 : 15_000;
  await untilReady(kept, { name: "Redis", log, timeoutMs, probe: () => pingRedis(url, 1000) });
  return { url, stop: () => kept.stop() };
}

type Source = { url: string } | { program: string } | { packages: readonly string[] } | { docker: string };

function findRedis(): Source | undefined {
  const url = process.env["REDIS_URL"];
  if (url !== undefined && url !== "") return { url };
  const program = findProgram("redis-server", "valkey-server");
  if (program !== undefined) return { program };
  if (mayInstallPackages()) return { packages: ["redis-server"] };
  const docker = findDocker();
  return docker === undefined ? undefined : { docker };
}

async function fromEnvironment(url: string): Promise<RunningRedis> {
  try {
    await pingRedis(url);
  } catch {
    throw new ServiceError(`REDIS_URL (${maskUrl(url)}) does not answer.`);
  }
  return { url, stop: async () => undefined };
}

function serverCommand(docker: string | undefined, cwd: string, port: number): Command {
  const env = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/" };
  const unsaved = ["--save", "", "--appendonly", "no"];
  if (docker !== undefined) {
    const publish = `127.0.0.1:${port}:6379`;
    return {
      file: docker,
      args: ["run", "--rm", "--publish", publish, "redis:8", "redis-server", ...unsaved],
      env,
    };
  }
  const file = findProgram("redis-server", "valkey-server");
  if (file === undefined) throw new ServiceError("The package redis-server brought no redis-server.");
  return { file, args: ["--bind", "127.0.0.1", "--port", String(port), "--dir", cwd, ...unsaved], env, cwd };
}
