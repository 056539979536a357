import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";

import { accountFor } from "./account.ts";
import { installPackages, mayInstallPackages } from "./debian.ts";
import type { Command, Step } from "./household.ts";
import { temporaryDirectory } from "./places.ts";
import { fiveFreePorts } from "./ports.ts";
import { keep, untilReady } from "./process.ts";
import { findProgram } from "./programs.ts";
import { ServiceError } from "./service-error.ts";
import { type SwiftOptions, stores, writeSwiftFiles } from "./swift-files.ts";

/** A store that speaks S3, checks signatures, and is empty. */
export interface RunningS3 {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  stop(): Promise<void>;
}

const packages = ["swift-proxy", "swift-account", "swift-container", "swift-object", "memcached"] as const;
const programs = [
  "memcached",
  "swift-ring-builder",
  "swift-proxy-server",
  ...stores.map((store) => `swift-${store}-server`),
];

/** What to install where an S3 store can't be had on this machine; undefined where it can. */
export function missingS3(): string | undefined {
  const can = isSet("S3_ENDPOINT") || isInstalled() || mayInstallPackages();
  return can ? undefined : `install ${packages.join(" ")} on Debian, or set S3_ENDPOINT`;
}

/** Finds the store at S3_ENDPOINT, or starts OpenStack Swift, which ends with this process. */
export async function startS3(): Promise<RunningS3> {
  const missing = missingS3();
  if (missing !== undefined) throw new ServiceError(`There is no S3 store on this machine: ${missing}.`);
  if (isSet("S3_ENDPOINT")) return fromEnvironment();
  if (!isInstalled()) installPackages(packages);
  return startSwift();
}

function isSet(name: string): boolean {
  return (process.env[name] ?? "") !== "";
}

function isInstalled(): boolean {
  return programs.every((name) => findProgram(name) !== undefined);
}

async function fromEnvironment(): Promise<RunningS3> {
  const endpoint = process.env["S3_ENDPOINT"] ?? "";
  const accessKey = process.env["S3_ACCESS_KEY_ID"] ?? "";
  const secretKey = process.env["S3_SECRET_ACCESS_KEY"] ?? "";
  if (accessKey === "" || secretKey === "") {
    throw new ServiceError("S3_ENDPOINT needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY beside it.");
  }
  try {
    await fetch(endpoint, { signal: AbortSignal.timeout(5000) });
  } catch {
    throw new ServiceError("S3_ENDPOINT does not answer.");
  }
  const region = process.env["S3_REGION"] ?? "us-east-1";
  return { endpoint, accessKey, secretKey, region, stop: async () => undefined };
}

async function startSwift(): Promise<RunningS3> {
  const runAs = accountFor("swift");
  const directory = temporaryDirectory("swift", runAs);
  const [proxy, account, container, object, memcached] = await fiveFreePorts();
  const ports = { proxy, account, container, object, memcached };
  const secretKey = randomBytes(24).toString("hex");
  const user = runAs === undefined ? userInfo().username : "swift";
  const region = "us-east-1";
  // The form is tempauth's: an account and one of its users.
  const accessKey = "lucent:tests";
  const options: SwiftOptions = { directory, ports, region, accessKey, secretKey, runAs, user };
  writeSwiftFiles(options);
  const log = join(directory, "swift.log");
  writeFileSync(log, "");
  const kept = keep(
    { steps: ringSteps(options), services: services(options), remove: [directory], graceMs: 5000 },
    log,
  );
  const endpoint = `http://127.0.0.1:${ports.proxy}`;
  await untilReady(kept, { name: "Swift", log, timeoutMs: 60_000, probe: () => probe(options) });
  return { endpoint, accessKey, secretKey, region, stop: () => kept.stop() };
}

/** The front door answers before the stores do, so all four are asked. */
async function probe({ ports }: SwiftOptions): Promise<void> {
  for (const port of [ports.proxy, ports.account, ports.container, ports.object]) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthcheck`, { signal: AbortSignal.timeout(2000) });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error("One of the servers is not ready.");
  }
}

function ringSteps(options: SwiftOptions): Step[] {
  return stores.flatMap((store) => {
    const builder = `${store}.builder`;
    return [
      [builder, "create", "4", "1", "0"],
      [builder, "add", `r1z1-127.0.0.1:${options.ports[store]}/d1`, "1"],
      [builder, "rebalance"],
    ].map((args) => ({ run: command(options, "swift-ring-builder", args) }));
  });
}

function services(options: SwiftOptions): Command[] {
  const cache = ["-l", "127.0.0.1", "-p", String(options.ports.memcached), "-U", "0", "-m", "64"];
  return [
    command(options, "memcached", cache),
    ...["proxy", ...stores].map((name) =>
      command(options, `swift-${name}-server`, [join(options.directory, `${name}-server.conf`), "-v"]),
    ),
  ];
}

function command({ directory, runAs }: SwiftOptions, name: string, args: readonly string[]): Command {
  const file = findProgram(name);
  if (file === undefined) throw new ServiceError(`The packages of Swift brought no ${name}.`);
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: directory, PYTHONDONTWRITEBYTECODE: "1" };
  return { file, args, env, cwd: directory, ...runAs };
}
