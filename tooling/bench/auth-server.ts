import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

import { onOwnCore } from "./cores.ts";

/** What runs a server, with its arguments. */
export const runtimes = {
  bun: [new URL("../../node_modules/.bin/bun", import.meta.url).pathname, "--conditions=lucent-source"],
  node: [process.execPath, "--conditions=lucent-source"],
} as const;
export type Runtime = keyof typeof runtimes;

/** A server that answers. */
export interface Server {
  readonly url: string;
  readonly child: ChildProcess;
}

/** What is to be served. */
export interface Served {
  /** Name of its script in `servers`. */
  readonly script: "auth" | "hand-written-auth";
  readonly databaseUrl: string;
  /** Seconds of `session.cache`. Default 0. */
  readonly cache?: number;
  /** Whether its machine has one core, and that for itself. Default: all cores, with the others. */
  readonly hasOwnCore?: boolean;
}

let nextPort = 39_300;

/** Starts a server and waits until it answers; it ends with this process at the latest. */
export async function serve(runtime: Runtime, { script, databaseUrl, ...more }: Served): Promise<Server> {
  const path = new URL(`./servers/${script}.ts`, import.meta.url).pathname;
  const command = [...runtimes[runtime], path];
  const [program = "", ...args] = more.hasOwnCore === true ? onOwnCore(command) : command;
  nextPort += 1;
  const url = `http://127.0.0.1:${nextPort}`;
  const child = spawn(program, args, {
    env: {
      ...process.env,
      NODE_ENV: "production",
      BENCH_PORT: String(nextPort),
      BENCH_CACHE: String(more.cache ?? 0),
      DATABASE_URL: databaseUrl,
      API_URL: url,
      SESSION_SECRET: secret(7),
      JWT_SECRET: secret(11),
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  await once(child, "spawn");
  await isUp(url);
  return { url, child };
}

function secret(step: number): string {
  return Buffer.from(Array.from({ length: 32 }, (_, at) => (at * step + 3) % 256)).toString("base64");
}

async function isUp(url: string): Promise<void> {
  for (let left = 150; left > 0; left -= 1) {
    try {
      await fetch(`${url}/api/notes?perPage=1`);
      return;
    } catch {
      await wait(100);
    }
  }
  throw new TypeError("the server did not come up");
}
