import { exports } from "./exports.ts";
import { guards } from "./guards.ts";
import { packages } from "./packages.ts";
import { publish } from "./publish.ts";
import { regexes } from "./regexes.ts";
import type { Check, CheckOptions } from "./repository.ts";
import { source } from "./source.ts";

// node tooling/checks/index.ts [--update] [name…]: one line per check; every finding is listed, then exit code 1.
const all: readonly Check[] = [packages, source, guards, regexes, exports, publish];

async function main(words: readonly string[]): Promise<number> {
  const options: CheckOptions = { update: words.includes("--update") };
  const names = words.filter((word) => !word.startsWith("-"));
  const unknown = words.filter((word) => word !== "--update" && !all.some((check) => check.name === word));
  if (unknown.length > 0) {
    console.error(
      `Unknown: ${unknown.join(" ")}. Known: --update ${all.map((check) => check.name).join(" ")}`,
    );
    return 2;
  }
  let failed = false;
  for (const check of all.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const started = performance.now();
    const findings = await check.run(options);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${check.name}: ${findings.length === 0 ? "ok" : `${findings.length} found`} (${seconds} s)`);
    for (const finding of findings) console.log(`  ${finding}`);
    failed ||= findings.length > 0;
  }
  return failed ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
