import { describe, expect, it } from "vitest";

import type { Outcome } from "../src/model/outcome.ts";
import type { Refusal } from "../src/model/refusal.ts";
import { exitCodeOf, refusalLines, resultOf } from "../src/result.ts";
import { groupOf, planOf, stepOf } from "./files/plans.ts";

const title = stepOf("posts.title", { rows: 12 });
const index = stepOf("posts.posts_title_idx", { kind: "buildIndex", title: "build it", hazard: "slow" });
const plan = planOf([groupOf([title]), groupOf([index], { mode: "alone" })], { warnings: ["Mind the gap."] });
const refusal: Refusal = {
  code: "NULLS_PRESENT",
  object: "posts.slug",
  message: 'Column "posts"."slug" has empty rows.',
  count: 4,
  samples: ["0192", "0193"],
  ways: ["Give it a default.", "Fill it first."],
};
const nothing = {
  success: true,
  dryRun: false,
  applied: [],
  planned: [],
  statements: [],
  warnings: [],
  errors: [],
  steps: [],
};
const steps = [
  { ...title, mode: "transaction" },
  { ...index, mode: "alone" },
];
const statements = [...title.statements, ...index.statements];

const outcomes: readonly (readonly [Outcome, number, object])[] = [
  [{ kind: "current", plan: planOf([]) }, 0, nothing],
  [
    { kind: "planned", plan, data: ["fill-slugs"] },
    0,
    {
      ...nothing,
      planned: [title.title, "build it", "data fill-slugs"],
      steps,
      statements,
      warnings: ["Mind the gap."],
    },
  ],
  [
    { kind: "applied", plan, data: [] },
    0,
    { ...nothing, applied: [title.title, "build it"], steps, statements, warnings: ["Mind the gap."] },
  ],
  [
    { kind: "refused", plan: planOf([], { refusals: [refusal] }) },
    3,
    { ...nothing, success: false, errors: [refusal] },
  ],
  [
    { kind: "failed", reason: "It failed.", done: [title] },
    1,
    {
      ...nothing,
      success: false,
      applied: [title.title],
      statements: title.statements,
      steps: [title],
      errors: [{ code: "FAILED", message: "It failed.", ways: [] }],
    },
  ],
  [
    { kind: "locked", reason: "It is locked.", done: [] },
    4,
    { ...nothing, success: false, errors: [{ code: "LOCKED", message: "It is locked.", ways: [] }] },
  ],
];

describe("the result of a run", () => {
  it.each(outcomes.map(([outcome, code, expected]) => ({ outcome, code, expected })))(
    "$outcome.kind",
    ({ outcome, code, expected }) => {
      expect(resultOf(outcome, false)).toEqual(expected);
      expect(exitCodeOf(outcome, false)).toBe(code);
    },
  );

  it("is data alone: it can be written as JSON and read again", () => {
    for (const [outcome] of outcomes) {
      const result = resultOf(outcome, true);
      expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    }
  });

  it("shows nothing of a cause, which may hold values", () => {
    const outcome: Outcome = { kind: "failed", reason: "It failed.", done: [], cause: new Error("secret") };
    expect(JSON.stringify(resultOf(outcome, false))).not.toContain("secret");
  });

  it("Q01: only a check tells pending by its exit code", () => {
    expect(exitCodeOf({ kind: "planned", plan, data: [] }, true)).toBe(2);
    expect(exitCodeOf({ kind: "current", plan }, true)).toBe(0);
  });
});

it("a refusal for a person says what, where and the ways out", () => {
  expect(refusalLines(refusal)).toEqual([
    'NULLS_PRESENT posts.slug: Column "posts"."slug" has empty rows.',
    "  rows: 0192, 0193",
    "  - Give it a default.",
    "  - Fill it first.",
  ]);
});
