import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Compiler, type Cost, check, compile } from "./compilers.ts";
import { generateProject } from "./generate.ts";

// What it costs to check the types of a large application: `node packages/core/bench/types/run.ts`. Exits with 1 when
// the budget is passed. The times are wall times of the whole compiler process and hold for two quiet cores; the
// instantiations hold anywhere.
const small = { collections: 1, used: 1 };
const large = { collections: 200, used: 5 };
const runs = 3;

interface Budget extends Compiler {
  readonly maxSeconds: number;
  readonly maxInstantiations: number;
}

const budgets: readonly Budget[] = [
  // By default it checks with four checkers, and each of them infers the collections for itself.
  {
    name: "TypeScript 7",
    package: "typescript",
    parameters: [],
    maxSeconds: 1,
    maxInstantiations: 270_000,
  },
  {
    name: "TypeScript 7, one checker",
    package: "typescript",
    parameters: ["--singleThreaded"],
    maxSeconds: 1,
    maxInstantiations: 130_000,
  },
  {
    name: "TypeScript 5.9",
    package: "typescript-5",
    parameters: [],
    maxSeconds: 6,
    maxInstantiations: 130_000,
  },
];

const core = fileURLToPath(new URL("../../", import.meta.url));
const work = join(core, ".lucent", "bench-types");

/** Puts the package beside the projects as it is installed: its declarations, without its sources. */
async function installCore(): Promise<void> {
  const folder = join(work, "node_modules", "@lucent", "core");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const declarations = ["--emitDeclarationOnly", "--declarationMap", "false", "--sourceMap", "false"];
  await compile("typescript", [
    "-p",
    join(core, "tsconfig.build.json"),
    ...declarations,
    "--outDir",
    join(folder, "dist"),
  ]);
  await writeFile(join(folder, "package.json"), await readFile(join(core, "package.json")));
  // Without a package of their own, the projects would be part of core and find its sources.
  await writeFile(
    join(work, "package.json"),
    JSON.stringify({ name: "bench-types", private: true, type: "module" }),
  );
}

function line(name: string, { seconds, instantiations }: Cost): string {
  return `  ${name.padEnd(16)} ${seconds.toFixed(2)} s, ${instantiations} instantiations\n`;
}

async function holds(budget: Budget): Promise<boolean> {
  const { name, maxSeconds, maxInstantiations } = budget;
  const base = await check(budget, join(work, "small"), runs);
  const cost = await check(budget, join(work, "large"), runs);
  const fits = cost.seconds < maxSeconds && cost.instantiations < maxInstantiations;
  process.stdout.write(
    `${name}: ${fits ? "within" : "OVER"} ${maxSeconds} s and ${maxInstantiations} instantiations (median of ${runs})\n` +
      line("1 collection", base) +
      line(`${large.collections} collections`, cost),
  );
  return fits;
}

await installCore();
await generateProject(join(work, "small"), small);
await generateProject(join(work, "large"), large);
const load = loadavg()[0] ?? 0;
process.stdout.write(`${availableParallelism()} cores, load ${load.toFixed(1)} before\n`);
for (const budget of budgets) if (!(await holds(budget))) process.exitCode = 1;
