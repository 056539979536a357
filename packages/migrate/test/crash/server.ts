import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A server that a test may stop hard: it has its data, and writes it to disk as in production. */
export interface OwnServer {
  readonly url: string;
  /**
   * Stops it: `immediate` as `pg_ctl stop -m immediate` does, `kill` with SIGKILL for all of its processes. Nothing is
   * written any more.
   */
  crash(how: "immediate" | "kill"): void;
  /** Starts it again on its data, at the same address. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

const services = (name: string): string =>
  JSON.stringify(fileURLToPath(new URL(`../../../../tooling/services/${name}.ts`, import.meta.url)));

// Lives until its input ends, and takes the server and its data with it.
const host = (version: number): string => `
  import { readFileSync, rmSync } from "node:fs";
  import { join } from "node:path";
  import { createInterface } from "node:readline";
  const { startPostgres } = await import(${services("postgres")});
  const { accountFor } = await import(${services("account")});
  const { temporaryDirectory } = await import(${services("places")});
  const { freePort } = await import(${services("ports")});
  const base = temporaryDirectory("crash", accountFor("postgres"));
  const data = join(base, "data");
  const port = await freePort();
  let server;
  const start = async () => {
    await server?.stop();
    server = await startPostgres({ data, port, version: ${version}, persistent: true });
    const [pid] = readFileSync(join(data, "postmaster.pid"), "utf8").split("\\n");
    console.log(JSON.stringify({ url: server.url, pid: Number(pid) }));
  };
  await start();
  for await (const line of createInterface({ input: process.stdin })) await start();
  await server.stop();
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
`;

/** Starts one of this major version. */
export async function ownServer(version: number): Promise<OwnServer> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", host(version)], {
    env: { PATH: process.env["PATH"] },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let running = await started(lines);
  return {
    url: running.url,
    crash: (how) => crash(running.pid, how),
    async restart() {
      child.stdin.write("again\n");
      running = await started(lines);
    },
    async end() {
      child.stdin.end();
      await once(child, "close");
    },
  };
}

interface Running {
  readonly url: string;
  readonly pid: number;
}

async function started(lines: AsyncIterator<string>): Promise<Running> {
  const { value, done } = await lines.next();
  if (done === true) throw new TypeError("the server did not start");
  const running: Running = JSON.parse(value);
  return running;
}

function crash(pid: number, how: "immediate" | "kill"): void {
  if (how === "immediate") {
    process.kill(pid, "SIGQUIT");
    return;
  }
  // Each of them leads a group of its own. The first one goes first, so that it tells no other one to end.
  for (const each of [pid, ...childrenOf(pid)]) {
    try {
      process.kill(each, "SIGKILL");
    } catch {
      // It ended meanwhile.
    }
  }
}

function childrenOf(pid: number): readonly number[] {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}
