import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { readReport } from "../run/report.ts";

const directory = mkdtempSync(join(tmpdir(), "lucent-report-"));
afterAll(() => rmSync(directory, { recursive: true }));

function reportOf(testResults: unknown, exitCode: number): ReturnType<typeof readReport> {
  const file = join(directory, "report.json");
  writeFileSync(file, JSON.stringify({ testResults }));
  return readReport(file, exitCode);
}

function assertion(status: string, outermost = "suite"): object {
  return { status, title: "a test", ancestorTitles: [outermost] };
}

test("counts passed and failed tests, and skipped ones by their outermost describe", () => {
  const assertionResults = ["passed", "passed", "failed", "skipped", "todo"].map((status) =>
    assertion(status),
  );
  const report = reportOf([{ status: "failed", assertionResults }], 1);
  expect(report).toEqual({ passed: 2, failed: 1, skipped: new Map([["suite", 2]]) });
});

test("counts a file that could not be loaded as one failure", () => {
  expect(reportOf([{ status: "failed", assertionResults: [] }], 1).failed).toBe(1);
});

test("counts a run that failed outside of its tests as one failure", () => {
  expect(reportOf([{ status: "passed", assertionResults: [assertion("passed")] }], 1)).toMatchObject({
    passed: 1,
    failed: 1,
  });
});

test("counts a run that wrote no report as one failure", () => {
  expect(readReport(join(directory, "none.json"), 0).failed).toBe(1);
});
