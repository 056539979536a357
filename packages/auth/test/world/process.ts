import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** How a process ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** What a process is given. */
export interface ProcessOptions {
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Runs a script of this repository to its end, on the runtime of the test, with nothing of its environment. */
export async function processOf(
  script: string,
  { args = [], cwd, environment }: ProcessOptions,
): Promise<Ended> {
  const { PATH } = process.env;
  const env = { PATH, ...environment };
  const command = ["--conditions=lucent-source", script, ...args];
  const options = { timeout: 25_000, env, ...(cwd === undefined ? {} : { cwd }) };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command, options);
    return { code: 0, out: stdout, errors: stderr };
  } catch (error) {
    return endedOf(error);
  }
}

function endedOf(error: unknown): Ended {
  const { code, stdout, stderr } = error as {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
  };
  return { code, out: stdout, errors: stderr };
}

/** Where a script of the tests, or of another package, is. */
export function scriptAt(url: string): string {
  return fileURLToPath(new URL(url, import.meta.url));
}
