import { describe, expect, it } from "vitest";

import { stepHash } from "../src/hash.ts";
import type { Plan } from "../src/model/plan.ts";
import { planHash } from "../src/plan.ts";
import { addColumn, buildIndex, groupOf } from "./apply/place.ts";

const plan: Plan = {
  schema: "public",
  configuration: "c",
  groups: [groupOf("transaction", [addColumn("a")]), buildIndex()],
  refusals: [],
  warnings: [],
  unready: [],
};

describe("planHash", () => {
  it("stays the same for what may change from one moment to the next", () => {
    const [first, ...others] = plan.groups;
    const groups = [
      { ...groupOf("transaction", [{ ...addColumn("a"), rows: 7 }]), mode: first?.mode ?? "alone" },
      ...others,
    ];
    expect(planHash({ ...plan, groups, warnings: ["x"] })).toBe(planHash(plan));
  });

  it("does not depend on the order in which a file lists members", () => {
    const text = JSON.stringify(plan, (_, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toReversed())
        : value,
    );
    expect(planHash(JSON.parse(text) as Plan)).toBe(planHash(plan));
  });

  it.each([
    ["another schema", { ...plan, schema: "other" }],
    ["another configuration", { ...plan, configuration: "d" }],
    ["fewer groups", { ...plan, groups: plan.groups.slice(1) }],
    ["another order", { ...plan, groups: plan.groups.toReversed() }],
    ["another statement", { ...plan, groups: [groupOf("transaction", [addColumn("b")]), buildIndex()] }],
    ["another mode", { ...plan, groups: [groupOf("alone", [addColumn("a")]), buildIndex()] }],
  ])("differs for %s", (_, other) => {
    expect(planHash(other)).not.toBe(planHash(plan));
  });
});

describe("stepHash", () => {
  it("is about what a step does, not about how it is said", () => {
    const step = addColumn("a");
    expect(stepHash({ ...step, title: "other words", rows: 3 })).toBe(stepHash(step));
    expect(stepHash({ ...step, statements: [] })).not.toBe(stepHash(step));
    expect(stepHash({ ...step, object: "posts" })).not.toBe(stepHash(step));
  });
});
