import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { repository } from "../../services/places.ts";

/** How a program ended. */
export interface Ended {
  readonly code: number;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Runs a program to its end, as a user would from a shell with this Node first on the path. */
export function runProgram(file: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, env: userEnvironment(), timeout: 120_000, maxBuffer: 16 * 1024 * 1024 };
    execFile(file, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}

// What a package runner and Vitest add to the environment would reach the package managers under test.
const added =
  /^(?:npm_(?:package|lifecycle|execpath|command|config_user_agent)|pnpm_config_verify|NODE_ENV$|INIT_CWD$|VITEST)/;

function userEnvironment(): Record<string, string | undefined> {
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !added.test(name)));
  // The Node of the machine may be older than the one that Lucent needs.
  return { ...kept, PATH: `${dirname(process.execPath)}:${kept["PATH"] ?? ""}` };
}

/** Builds `@lucent/core` and packs it as for a release; gives the path of the tarball. */
export async function packCore(destination: string): Promise<string> {
  const core = join(repository, "packages/core");
  for (const args of [
    ["run", "build"],
    ["pack", "--pack-destination", destination],
  ]) {
    const { code, output } = await runProgram("npx", ["-y", "pnpm@12", ...args], core);
    if (code !== 0) throw new Error(`pnpm ${args.join(" ")} failed.\n${output}`);
  }
  const tarball = (await readdir(destination)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("pnpm pack made no tarball.");
  const { output } = await runProgram("tar", ["-tzf", tarball], destination);
  if (!output.includes("package/dist/index.js"))
    throw new Error("Another build of core ran at the same time.");
  return join(destination, tarball);
}
