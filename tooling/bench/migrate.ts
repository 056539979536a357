import { spawnSync } from "node:child_process";

import { startPostgres } from "../services/postgres.ts";
import { median, print, spread, timed } from "./measure.ts";
import { addOneColumn, planFarAway, planOneWideTable } from "./migrate-cases.ts";
import { analyze, freshDatabase } from "./migrate-database.ts";
import { readFloor } from "./migrate-floor.ts";
import { migrator } from "./migrate-lucent.ts";
import { benchTables } from "./migrate-tables.ts";

const sizes = numbers("BENCH_TABLES", "100,1000,10000");
const drizzleSizes = numbers("BENCH_DRIZZLE_TABLES", "100,1000");
const runs = Number(process.env["BENCH_RUNS"] ?? 10);
const drizzleRuns = Number(process.env["BENCH_DRIZZLE_RUNS"] ?? 3);
const drizzles = ["drizzle-031", "drizzle-rc"] as const;

function numbers(variable: string, fallback: string): readonly number[] {
  return (process.env[variable] ?? fallback).split(",").filter(Boolean).map(Number);
}

/** R01: plans a schema that is as it should be, beside a bare read of the same facts and beside others' tools. */
async function compare(server: string, tables: number): Promise<number> {
  const url = await freshDatabase(server, `bench_migrate_${tables}`);
  const lucent = migrator(url, benchTables(tables));
  try {
    print(`${tables} tables: created in ${(await lucent.create()).toFixed(1)} s`);
    await analyze(url);
    const statements = await lucent.plan();
    await readFloor(url);
    const before = process.memoryUsage().rss;
    const planned: number[] = [];
    const floor: number[] = [];
    // In turn, so that a noisy moment hits both.
    for (let run = 0; run < runs; run += 1) {
      planned.push(await timed(() => lucent.plan()));
      floor.push(await timed(() => readFloor(url)));
    }
    const ratio = (median(planned) / median(floor)).toFixed(2);
    const grown = Math.max(0, (process.memoryUsage().rss - before) / 1e6).toFixed(0);
    print(`  plan ${spread(planned)}, ${statements} statements, memory +${grown} MB`);
    print(`  bare catalogue read ${spread(floor)}: a plan takes ${ratio}x`);
    for (const drizzle of drizzleSizes.includes(tables) ? drizzles : [])
      report(drizzle, push(drizzle, url, tables), median(planned));
    return median(planned);
  } finally {
    await lucent.close();
  }
}

interface Pushed {
  readonly milliseconds: readonly number[];
  /** What it would do, although there is nothing to do. */
  readonly statements: number;
  readonly version: string;
}

/** In a process of its own: it may end its host. */
function push(drizzle: (typeof drizzles)[number], url: string, tables: number): Pushed | undefined {
  const script = new URL(`./${drizzle}/push.ts`, import.meta.url).pathname;
  const { stdout } = spawnSync(process.execPath, [script, url, String(tables), String(drizzleRuns)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  // It writes to standard output itself.
  const line = stdout.split("\n").find((each) => each.startsWith("pushed "));
  if (line === undefined) return undefined;
  const [, version = "", statements, ...times] = line.split(" ");
  return { version, statements: Number(statements), milliseconds: times.map(Number) };
}

function report(drizzle: string, pushed: Pushed | undefined, planned: number): void {
  if (pushed === undefined) {
    print(`  ${drizzle}: no answer`);
    return;
  }
  const { milliseconds, statements, version } = pushed;
  const ratio = (median(milliseconds) / planned).toFixed(0);
  const odd = statements === 0 ? "" : ` (it would run ${statements} statements)`;
  print(`  drizzle-kit ${version} pushSchema ${spread(milliseconds)}: ${ratio}x a plan${odd}`);
}

const server = await startPostgres();
try {
  const found = new Map<number, number>();
  for (const size of sizes) found.set(size, await compare(server.url, size));
  const [small, large] = [found.get(1_000), found.get(10_000)];
  if (small !== undefined && large !== undefined)
    print(`R05 from 1,000 to 10,000 tables: ${(large / small).toFixed(1)}x the time`);
  await planFarAway(server.url, runs);
  await addOneColumn(server.url, runs);
  await planOneWideTable(server.url, runs);
} finally {
  await server.stop();
}
