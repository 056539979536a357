import { describe, expect, it } from "vitest";

import { readOrder } from "../../src/commands/arguments.ts";
import { report } from "../../src/commands/report.ts";
import { progressLine } from "../../src/commands/work.ts";
import type { Outcome } from "../../src/model/outcome.ts";
import { resultOf } from "../../src/result.ts";
import { groupOf, planOf, stepOf } from "../files/plans.ts";

const plan = planOf(
  [
    groupOf([
      stepOf("posts.title", { rows: 1 }),
      stepOf("posts.slug", { statements: ["alter\n  table x", "b"] }),
    ]),
    groupOf([stepOf("posts.i", { title: "build it", hazard: "slow", locks: [] })], { mode: "alone" }),
  ],
  { warnings: ["Mind the gap."] },
);

function reported(outcome: Outcome, ...args: readonly string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const order = readOrder(args);
  if (typeof order === "string") throw new TypeError(order);
  report(
    outcome,
    { order, options: { dryRun: order.dryRun, waitMs: 0 } },
    { print: (line) => void out.push(line), printError: (line) => void errors.push(line) },
  );
  return { out, errors };
}

describe("a plan in print", () => {
  it("is numbered, and shows hazard, locks, rows and SQL", () => {
    expect(reported({ kind: "planned", plan, data: ["fill-slugs"] }, "--dry-run")).toEqual({
      out: [
        "3 steps and 1 data migration to do:",
        "In one transaction:",
        '1. add column "posts"."title"',
        '     [safe; 1 row; locks "posts" ACCESS EXCLUSIVE]',
        '     alter table "public"."posts" add column "title" text;',
        '2. add column "posts"."slug"',
        '     [safe; locks "posts" ACCESS EXCLUSIVE]',
        "     alter",
        "       table x;",
        "     b;",
        "By itself:",
        "3. build it",
        "     [slow]",
        '     alter table "public"."posts" add column "i" text;',
        'Then the data migration "fill-slugs".',
        "Nothing was changed.",
      ],
      errors: ["Warning: Mind the gap."],
    });
  });

  it("is one line of JSON and nothing else, where that was asked", () => {
    const outcome: Outcome = { kind: "planned", plan, data: [] };
    const { out, errors } = reported(outcome, "--json", "--dry-run");
    expect(errors).toEqual([]);
    expect(out).toHaveLength(1);
    expect(JSON.parse(out[0] ?? "")).toEqual(resultOf(outcome, true));
  });
});

describe("a line of progress", () => {
  it.each<[number, number | undefined, string]>([
    [0, 10, "[....................] 0 %  0 of 10  copy"],
    [4_500, 10_000, "[#########...........] 45 %  4,500 of 10,000  copy"],
    // The server's estimate was too low.
    [12, 10, "[####################] 100 %  12 of 10  copy"],
    [1_234, undefined, "1,234  copy"],
    [3, 0, "3  copy"],
  ])("%d of %j", (done, total, line) => {
    expect(progressLine("copy", done, total)).toBe(line);
  });
});
