import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A TypeScript compiler, by the name that its package has here, and how it is called. */
export interface Compiler {
  readonly name: string;
  readonly package: string;
  readonly parameters: readonly string[];
}

/** What one check cost. */
export interface Cost {
  /** Wall time of the whole process. */
  readonly seconds: number;
  readonly instantiations: number;
}

const { resolve } = createRequire(import.meta.url);

/** Runs a compiler and answers what it printed. @throws TypeError when it found a mistake. */
export async function compile(name: string, parameters: readonly string[]): Promise<string> {
  const program = join(dirname(resolve(`${name}/package.json`)), "bin", "tsc");
  const child = spawn(process.execPath, [program, ...parameters], { stdio: ["ignore", "pipe", "inherit"] });
  const printed: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => void printed.push(bytes));
  const code = await new Promise((settle, fail) => {
    child.once("close", settle);
    child.once("error", fail);
  });
  const text = Buffer.concat(printed).toString();
  if (code !== 0) throw new TypeError(`${name} refuses what it should accept:\n${text}`);
  return text;
}

/** Checks a project: the median time of some runs, and the count of one more, because counting takes time too. */
export async function check(compiler: Compiler, project: string, runs: number): Promise<Cost> {
  const parameters = ["-p", project, ...compiler.parameters];
  const seconds: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const started = performance.now();
    await compile(compiler.package, parameters);
    seconds.push((performance.now() - started) / 1000);
  }
  const report = await compile(compiler.package, [...parameters, "--extendedDiagnostics"]);
  return { seconds: median(seconds), instantiations: numberIn(report, "Instantiations") };
}

function numberIn(report: string, name: string): number {
  const found = new RegExp(String.raw`^${name}:\s+([\d.]+)`, "m").exec(report)?.[1];
  if (found === undefined) throw new TypeError(`the compiler did not report "${name}"`);
  return Number(found);
}

/** The middle of an odd number of values. */
function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
