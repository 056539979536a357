import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { BootError, type Config, isBootError } from "@lucent/core";

const names = ["lucent.config.ts", "lucent.config.js", "lucent.config.mjs"];
const folders = [".", "src"];

/**
 * Loads the configuration of an application: the file given, or the first `lucent.config` here or in `src`. The runtime
 * itself imports it, TypeScript included.
 * @throws BootError in one line when there is none or it can't be loaded.
 */
export async function loadConfig(directory: string, file?: string): Promise<Config> {
  const path = file === undefined ? findConfig(directory) : resolve(directory, file);
  if (path === undefined) {
    throw new BootError([
      `There is no ${names.join(", ")} here or in src: go to the application or give --config FILE.`,
    ]);
  }
  const name = file ?? basename(path);
  if (!existsSync(path)) throw new BootError([`The file ${name} does not exist.`]);
  const exported = await importFile(path, name);
  const config = exported.get("default") ?? exported.get("config");
  if (!isConfig(config)) {
    throw new BootError([`${name} must export the result of defineConfig, by default or as "config".`]);
  }
  return config;
}

function findConfig(directory: string): string | undefined {
  return folders
    .flatMap((folder) => names.map((name) => resolve(directory, folder, name)))
    .find((path) => existsSync(path));
}

async function importFile(path: string, name: string): Promise<ReadonlyMap<string, unknown>> {
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    return new Map(typeof module === "object" && module !== null ? Object.entries(module) : []);
  } catch (cause) {
    if (isBootError(cause)) throw cause;
    throw new BootError([`${name} can't be loaded: ${reasonOf(cause)}`], { cause });
  }
}

/** The first line that says something. A syntax error comes with a drawing on Node, and as one of several on Bun. */
function reasonOf(cause: unknown): string {
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  if (!(first instanceof Error)) return "it threw something that is not an error";
  const line = first.message.split("\n").find((each) => each.trim() !== "");
  return line === undefined ? first.name : `${first.name}: ${line.trim()}`;
}

/** `describe` judges the rest. */
function isConfig(value: unknown): value is Config {
  return (
    typeof value === "object" && value !== null && "collections" in value && Array.isArray(value.collections)
  );
}
