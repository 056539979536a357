import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { repository } from "../services/places.ts";
import { ServiceError } from "../services/service-error.ts";

/** The JavaScript runtimes that Lucent supports. */
export type Runtime = "node" | "bun";

/** The program of a runtime: Node is the one that runs this script, Bun comes with the workspace. */
export function runtimeProgram(runtime: Runtime): string {
  if (runtime === "node") return process.execPath;
  try {
    const manifest = createRequire(import.meta.url).resolve("bun/package.json");
    const file = join(manifest, "../bin/bun.exe");
    // Without its install script the package is a stub that only says so.
    execFileSync(file, ["--version"], { stdio: "ignore" });
    return file;
  } catch {
    throw new ServiceError("Bun is not installed: run pnpm install.");
  }
}

/** The path of a command that the workspace installed. */
export function workspaceBinary(name: string): string {
  const file = join(repository, "node_modules/.bin", name);
  if (!existsSync(file)) throw new ServiceError(`${name} is not installed: run pnpm install.`);
  return file;
}

/** The arguments that run Vitest on the projects named, under either runtime. */
export function vitestArguments(projects: readonly string[]): string[] {
  const program = join(repository, "node_modules/vitest/vitest.mjs");
  const config = ["--root", repository, "--config", "tooling/vitest.config.ts"];
  return [program, "run", ...config, ...projects.flatMap((project) => ["--project", project])];
}
