import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";

/** One rule set that a linter can't say: resolves to its findings, none when all is well. */
export interface Check {
  readonly name: string;
  run(options: CheckOptions): Promise<readonly string[]>;
}

/** How the checks were called. */
export interface CheckOptions {
  /** Rewrite committed reports instead of comparing with them. */
  readonly update: boolean;
}

/** What a finished child process said. */
export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** Folder of the repository, with a slash at the end. */
export const root: string = resolve(import.meta.dirname, "../..") + "/";

const execute = promisify(execFile);

/** Runs a program in `cwd` and never throws for its exit code: the caller turns the output into a finding. */
export async function run(
  command: readonly string[],
  cwd: string = root,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const [file = "", ...rest] = command;
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
  try {
    const { stdout, stderr } = await execute(file, rest, options);
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    const parts = error instanceof Error ? [field(error, "stdout"), field(error, "stderr")] : [];
    return { ok: false, output: parts.join("").trim() || String(error) };
  }
}

function field(value: object, name: string): string {
  const found: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof found === "string" ? found : "";
}

/** Path of a program that the root's devDependencies install. */
export function program(name: string): string {
  return `${root}node_modules/.bin/${name}`;
}

/** Every file that is tracked, or would be with the next `git add`: relative to the root, sorted, existing. */
export async function listFiles(): Promise<readonly string[]> {
  const listed = await run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  if (!listed.ok) throw new Error(`git ls-files failed: ${listed.output}`);
  return [...new Set(listed.output.split("\0"))]
    .filter((file) => file !== "" && statSync(root + file, { throwIfNoEntry: false })?.isFile() === true)
    .toSorted();
}

/** Text of a file, given relative to the root. */
export function readText(file: string): Promise<string> {
  return readFile(root + file, "utf8");
}

/** A parsed JSON object, or `undefined` where the text is something else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value: unknown = JSON.parse(text);
  return isRecord(value) ? value : undefined;
}

/** Whether a value is an object with string keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The names of the folders in `packages/`. */
export function packageNames(files: readonly string[]): readonly string[] {
  return [...new Set(files.flatMap((file) => /^packages\/([^/]+)\//.exec(file)?.[1] ?? []))];
}
