import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Runtime, runtimeProgram } from "../../run/tools.ts";
import { type Kept, keep, untilReady } from "../../services/process.ts";
import type { Ended } from "./pack.ts";
import type { Project } from "./project.ts";

/** Starts the application where it can't start, and waits for its end. */
export async function refusal(project: Project, runtime: Runtime, databaseUrl: string): Promise<Ended> {
  const { kept, log } = launch(project, runtime, databaseUrl);
  const late = setTimeout(() => void kept.stop(), 20_000);
  const code = await kept.ended;
  clearTimeout(late);
  return { code, output: readFileSync(log, "utf8") };
}

/** An application that answers. */
export interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the application and waits until it is ready. */
export async function serve(project: Project, runtime: Runtime, databaseUrl: string): Promise<Served> {
  const { kept, log } = launch(project, runtime, databaseUrl);
  const url = `http://127.0.0.1:${project.ports.get(runtime)}`;
  await untilReady(kept, {
    name: `The application of ${project.manager} on ${runtime}`,
    log,
    timeoutMs: 20_000,
    async probe() {
      const ready = await fetch(`${url}/api/health/ready`);
      if (!ready.ok) throw new Error(`It answered ${ready.status}.`);
    },
  });
  return { url, stop: () => kept.stop() };
}

interface Launched {
  readonly kept: Kept;
  readonly log: string;
}

function launch({ directory }: Project, runtime: Runtime, databaseUrl: string): Launched {
  const log = join(directory, `${runtime}.log`);
  writeFileSync(log, "");
  const command = {
    file: runtimeProgram(runtime),
    args: [`${runtime}.ts`],
    cwd: directory,
    env: { DATABASE_URL: databaseUrl },
  };
  // Elysia's adapter for Node waits for connections that are kept alive; nothing of them is of interest here.
  return { kept: keep({ steps: [], services: [command], remove: [], graceMs: 300 }, log), log };
}
