import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { missingChromium } from "../services/chromium.ts";
import { isContinuousIntegration } from "../services/debian.ts";
import { missingPgbouncer } from "../services/pgbouncer.ts";
import { repository } from "../services/places.ts";
import type { PostgresVersion } from "../services/postgres-binaries.ts";
import { startPostgres } from "../services/postgres.ts";
import { missingRedis } from "../services/redis.ts";
import { missingS3 } from "../services/s3.ts";
import type { Lifetime } from "./lifetime.ts";
import { type Report, readReport } from "./report.ts";
import { type Runtime, runtimeProgram, vitestArguments } from "./tools.ts";

/** One run of tests: on a runtime, against a server. */
export type LegName = "node" | "bun" | "pg15" | "services";

/** What to run. */
export interface Suite {
  readonly legs: readonly LegName[];
  /** Arguments for Vitest: names of files, or flags such as -t. */
  readonly filters: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

interface Leg {
  readonly runtime: Runtime;
  readonly projects: readonly string[];
  readonly postgres: PostgresVersion | undefined;
}

const legs: Readonly<Record<LegName, Leg>> = {
  node: { runtime: "node", projects: ["unit", "live", "once"], postgres: 18 },
  bun: { runtime: "bun", projects: ["unit", "live"], postgres: 18 },
  pg15: { runtime: "node", projects: ["live"], postgres: 15 },
  services: { runtime: "node", projects: ["services"], postgres: undefined },
};

/** The names of all legs, in the order in which they run. */
export const legNames: readonly LegName[] = ["node", "bun", "pg15", "services"];

interface Outcome extends Report {
  readonly leg: LegName;
  readonly seconds: number;
}

/** Runs the legs one after the other, prints a table, and ends with the line `N passed, N failed`. */
export async function runSuite(lifetime: Lifetime, suite: Suite): Promise<number> {
  const reports = mkdtempSync(join(tmpdir(), "lucent-reports-"));
  lifetime.onEnd(async () => rmSync(reports, { recursive: true, force: true }));
  const servers = new Map<PostgresVersion, string>();
  const outcomes: Outcome[] = [];
  for (const leg of suite.legs) {
    const started = performance.now();
    const file = join(reports, `${leg}.json`);
    const env = {
      ...suite.env,
      LUCENT_TEST_LEG: leg,
      ...(await serverFor(lifetime, legs[leg].postgres, servers)),
    };
    console.log(`\n── ${titleOf(leg)}`);
    const exitCode = await lifetime.run({
      file: runtimeProgram(legs[leg].runtime),
      args: [...(leg === "bun" ? ["--bun"] : []), ...vitestFor(leg, suite, file)],
      cwd: repository,
      env,
    });
    const seconds = (performance.now() - started) / 1000;
    outcomes.push({ leg, seconds, ...readReport(file, exitCode) });
  }
  return summarise(outcomes, suite);
}

function vitestFor(leg: LegName, suite: Suite, report: string): string[] {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const narrowed = suite.filters.length > 0 ? ["--passWithNoTests"] : [];
  return [...vitestArguments(legs[leg].projects), ...reporters, ...narrowed, ...suite.filters];
}

/** The variable that hands a server to the tests; every version is started once. */
async function serverFor(
  lifetime: Lifetime,
  version: PostgresVersion | undefined,
  servers: Map<PostgresVersion, string>,
): Promise<Record<string, string>> {
  if (version === undefined) return {};
  let url = servers.get(version);
  if (url === undefined) {
    // Without a version DATABASE_URL serves, whatever its version; the leg for 15 is about 15 and nothing else.
    const server = await startPostgres(version === 18 ? {} : { version });
    lifetime.onEnd(() => server.stop());
    url = server.url;
    servers.set(version, url);
  }
  return { LUCENT_TEST_DATABASE_URL: url };
}

function titleOf(leg: LegName): string {
  const { runtime, projects, postgres } = legs[leg];
  const server = postgres === undefined ? "" : `, Postgres ${postgres}`;
  return `${leg}: ${projects.join(", ")} on ${runtime === "bun" ? "Bun" : "Node"}${server}`;
}

function summarise(outcomes: readonly Outcome[], { filters }: Suite): number {
  const notRun: string[] = [];
  const problems: string[] = [];
  const rows = [["leg", "passed", "failed", "skipped", "time"]];
  let passed = 0;
  let failed = 0;
  for (const outcome of outcomes) {
    const { leg, seconds } = outcome;
    const skipped = countSkipped(outcome, notRun);
    rows.push([leg, outcome.passed, outcome.failed, skipped, `${seconds.toFixed(1)} s`].map(String));
    passed += outcome.passed;
    failed += outcome.failed;
    // A name pattern skips what does not match: that was asked for.
    const asked = filters.some((filter) => filter.startsWith("-t") || filter.startsWith("--testNamePattern"));
    if (skipped > 0 && !asked) problems.push(`${leg}: skipped tests count as failures (${skipped}).`);
    const nothing = outcome.passed + outcome.failed + outcome.skipped.size === 0;
    if (nothing && filters.length === 0) problems.push(`${leg}: no test ran.`);
  }
  if (passed + failed === 0 && notRun.length === 0 && problems.length === 0)
    problems.push("No test matches.");
  console.log(`\n${table(rows)}`);
  // Once more where the totals are: thousands of lines may stand between them and the place where it failed.
  const failures = outcomes.flatMap((outcome) =>
    outcome.failures.map((line) => `FAILED ${outcome.leg}: ${line}`),
  );
  for (const line of [...notRun, ...problems, ...failures]) console.log(line);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 || problems.length > 0 ? 1 : 0;
}

/** Skipped tests of the leg; those of a program that this machine can't have are told apart. */
function countSkipped({ leg, skipped }: Outcome, notRun: string[]): number {
  const missing = new Map<string, string | undefined>();
  if (!isContinuousIntegration()) {
    if (legs[leg].projects.includes("once")) missing.set("Chromium", missingChromium());
    if (legs[leg].projects.includes("services"))
      missing.set("Redis", missingRedis()).set("S3", missingS3()).set("PgBouncer", missingPgbouncer());
  }
  let count = 0;
  for (const [name, tests] of skipped) {
    const install = missing.get(name);
    if (install === undefined) count += tests;
    else notRun.push(`NOT RUN: ${tests} tests (${install})`);
  }
  return count;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = [10, 8, 8, 8, 9];
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join(" ");
  return rows.map(line).join("\n");
}
