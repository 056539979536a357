import { existsSync, readFileSync } from "node:fs";

/** What one run of Vitest came to. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  /** Skipped and planned tests, counted under the name of their outermost describe. */
  readonly skipped: ReadonlyMap<string, number>;
  /** A line for each failure: the file, the test, and the first line of what it said. */
  readonly failures: readonly string[];
}

/** Reads the report of Vitest's JSON reporter; a run that failed without a failed test counts as one failure. */
export function readReport(file: string, exitCode: number): Report {
  if (!existsSync(file)) {
    return { passed: 0, failed: 1, skipped: new Map(), failures: ["The run wrote no report."] };
  }
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- the text was written by the pinned Vitest
  const written: Written = JSON.parse(readFileSync(file, "utf8"));
  let passed = 0;
  const failures: string[] = [];
  const skipped = new Map<string, number>();
  for (const { name: path, status, message, assertionResults } of written.testResults) {
    const before = failures.length;
    for (const test of assertionResults) {
      if (test.status === "passed") passed += 1;
      else if (test.status === "failed") {
        failures.push(
          [path, ...test.ancestorTitles, firstLine(test.title, test.failureMessages?.[0])].join(" > "),
        );
      } else {
        const name = test.ancestorTitles[0] ?? test.title;
        skipped.set(name, (skipped.get(name) ?? 0) + 1);
      }
    }
    // A file that could not be loaded has no tests to fail.
    if (status === "failed" && failures.length === before) failures.push(firstLine(path, message));
  }
  const ranNothing = passed === 0 && skipped.size === 0;
  if (exitCode !== 0 && failures.length === 0 && !ranNothing) {
    failures.push("Something failed outside of the tests, such as a rejection that nobody awaited.");
  }
  return { passed, failed: failures.length, skipped, failures };
}

function firstLine(title: string, message = ""): string {
  const [line = ""] = message.split("\n");
  return line === "" ? title : `${title}: ${line}`;
}

interface Written {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly title: string;
      readonly ancestorTitles: readonly string[];
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}
