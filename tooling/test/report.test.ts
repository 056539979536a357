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
  const failureMessages = status === "failed" ? ["expected 1 to be 2\n    at line 3"] : [];
  return { status, title: "a test", ancestorTitles: [outermost], failureMessages };
}

test("counts passed and failed tests, and skipped ones by their outermost describe", () => {
  const assertionResults = ["passed", "passed", "failed", "skipped", "todo"].map((status) =>
    assertion(status),
  );
  const report = reportOf([{ name: "some.test.ts", status: "failed", assertionResults }], 1);
  expect(report).toEqual({
    passed: 2,
    failed: 1,
    skipped: new Map([["suite", 2]]),
    failures: ["some.test.ts > suite > a test: expected 1 to be 2"],
  });
});

test("counts a file that could not be loaded as one failure", () => {
  const report = reportOf(
    [{ name: "some.test.ts", status: "failed", message: "no such module", assertionResults: [] }],
    1,
  );
  expect(report).toMatchObject({ failed: 1, failures: ["some.test.ts: no such module"] });
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
