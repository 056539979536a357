import { join } from "node:path";

import { repository } from "../services/places.ts";
import { type Lifetime, type Program, main } from "./lifetime.ts";
import { vitestArguments, workspaceBinary } from "./tools.ts";

interface Check {
  readonly name: string;
  readonly kind: "static" | "test";
  readonly file: string;
  readonly args: readonly string[];
}

/** Only what is wrong is worth reading. */
const turboFlags: readonly string[] = ["--output-logs=errors-only"];

await main((lifetime) => runChecks(lifetime, process.argv.includes("--static")));

/** Runs every check, the cheap ones first, and stops at the first that fails. */
async function runChecks(lifetime: Lifetime, onlyStatic: boolean): Promise<number> {
  const started = performance.now();
  for (const { name, kind, file, args } of checks()) {
    if (onlyStatic && kind === "test") continue;
    const before = performance.now();
    console.log(`\n── ${name}`);
    const program: Program = { file, args, cwd: repository, env: { TURBO_TELEMETRY_DISABLED: "1" } };
    const code = await lifetime.run(program);
    if (code !== 0) {
      console.error(`\nThe check "${name}" failed.`);
      return code;
    }
    console.log(`   ${secondsSince(before)} s`);
  }
  console.log(`\nAll checks passed in ${secondsSince(started)} s.`);
  return 0;
}

function checks(): Check[] {
  const node = process.execPath;
  return [
    { name: "format", kind: "static", file: workspaceBinary("oxfmt"), args: ["--check"] },
    {
      name: "lint",
      kind: "static",
      file: workspaceBinary("oxlint"),
      args: ["--type-aware", "--deny-warnings"],
    },
    {
      name: "types",
      kind: "static",
      file: workspaceBinary("turbo"),
      args: ["run", "typecheck", ...turboFlags],
    },
    { name: "types of the tooling", kind: "static", file: workspaceBinary("tsc"), args: ["-p", "tooling"] },
    {
      // What names accounts says something of every file of its program, so it is one of its own.
      name: "types where accounts are named",
      kind: "static",
      file: workspaceBinary("tsc"),
      args: ["-p", "tooling/named-accounts"],
    },
    { name: "unit tests", kind: "test", file: node, args: vitestArguments(["unit"]) },
    { name: "build", kind: "static", file: workspaceBinary("turbo"), args: ["run", "build", ...turboFlags] },
    { name: "packages", kind: "static", file: node, args: [join(repository, "tooling/checks/index.ts")] },
    { name: "dead code", kind: "static", file: workspaceBinary("knip"), args: [] },
    { name: "live tests", kind: "test", file: node, args: vitestArguments(["live", "once"]) },
  ];
}

function secondsSince(before: number): string {
  return ((performance.now() - before) / 1000).toFixed(1);
}
