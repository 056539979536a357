import { stepHash } from "../../src/hash.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { Group, Step } from "../../src/model/step.ts";

/** A step that adds a column; a test changes what it is about. */
export function stepOf(object: string, changes: Partial<Step> = {}): Step {
  const [table = "", column = ""] = object.split(".");
  return {
    kind: "addColumn",
    object,
    title: `add column "${table}"."${column}"`,
    hazard: "safe",
    locks: [{ table, mode: "ACCESS EXCLUSIVE" }],
    statements: [`alter table "public"."${table}" add column "${column}" text`],
    ...changes,
  };
}

/** A group of steps in one transaction; a test changes what it is about. */
export function groupOf(steps: readonly Step[], changes: Partial<Group> = {}): Group {
  return { mode: "transaction", steps, before: [], after: [], ...changes };
}

/** A plan of these groups. */
export function planOf(groups: readonly Group[], changes: Partial<Plan> = {}): Plan {
  return {
    schema: "public",
    configuration: "c".repeat(64),
    groups,
    refusals: [],
    warnings: [],
    unready: [],
    ...changes,
  };
}

/** Hashes of what is written down as done. */
export function doneOf(...steps: readonly Step[]): ReadonlySet<string> {
  return new Set(steps.map(stepHash));
}
