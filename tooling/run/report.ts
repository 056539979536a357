import { existsSync, readFileSync } from "node:fs";

/** What one run of Vitest came to. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  /** Skipped and planned tests, counted under the name of their outermost describe. */
  readonly skipped: ReadonlyMap<string, number>;
}

/** Reads the report of Vitest's JSON reporter; a run that failed without a failed test counts as one failure. */
export function readReport(file: string, exitCode: number): Report {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: new Map() };
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- the text was written by the pinned Vitest
  const written: Written = JSON.parse(readFileSync(file, "utf8"));
  let passed = 0;
  let failed = 0;
  const skipped = new Map<string, number>();
  for (const { status, assertionResults } of written.testResults) {
    const before = failed;
    for (const test of assertionResults) {
      if (test.status === "passed") passed += 1;
      else if (test.status === "failed") failed += 1;
      else {
        const name = test.ancestorTitles[0] ?? test.title;
        skipped.set(name, (skipped.get(name) ?? 0) + 1);
      }
    }
    // A file that could not be loaded has no tests to fail.
    if (status === "failed" && failed === before) failed += 1;
  }
  const ranNothing = passed === 0 && skipped.size === 0;
  if (exitCode !== 0 && failed === 0 && !ranNothing) failed = 1;
  return { passed, failed, skipped };
}

interface Written {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly title: string;
      readonly ancestorTitles: readonly string[];
    }[];
  }[];
}
