import type { Table } from "@lucent/core";
import { expect } from "vitest";

import type { Outcome } from "../../src/model/outcome.ts";
import type { Plan } from "../../src/model/plan.ts";
import { planHash } from "../../src/plan.ts";
import { applyTo, type Asked, type World } from "./database.ts";
import { fingerprints } from "./fingerprints.ts";
import { disturbances, inventory } from "./foreign.ts";
import { printedBy } from "./quiet.ts";
import { turnedRound } from "./shuffled.ts";
import { lockFaults, modeOf, planFaults, rowFaults, stepsOf } from "./universal.ts";
import { type SeenLock, watchLocks } from "./watched.ts";

/** A case of the catalogue: how the database came to be, what is asked for, and what has to come of it. */
export interface Scenario extends Omit<Asked, "data"> {
  /** SQL of somebody else, before the engine ever ran. */
  readonly before?: string;
  /** What the engine made of the database before. */
  readonly start?: readonly Table[];
  /** SQL behind that: rows, and what others did to the tables. */
  readonly data?: string;
  readonly to: readonly Table[];
  readonly expect: Expected;
}

/**
 * `"current"`: nothing to do. `steps`: done, each `kind object`, in order; bookkeeping left out. `refusals`: nothing is
 * done, each `CODE object`, with a count behind it where rows object.
 */
export type Expected =
  | "current"
  | { readonly steps: readonly string[] }
  | { readonly refusals: readonly string[] };

/** What came of it, for what only this case is about. */
export interface Ran {
  readonly plan: Plan;
  readonly outcome: Outcome;
}

/** Plays a case, and checks of it whatever holds for all: U1 to U5 and U7 to U10. */
export async function scenario(here: World, played: Scenario): Promise<Ran> {
  const { before, start, data, to, expect: expected } = played;
  if (before !== undefined) await here.script(before);
  if (start !== undefined) {
    const first = await here.apply(start);
    expect(first, "the start").toMatchObject({ kind: start.length === 0 ? expect.any(String) : "applied" });
  }
  if (data !== undefined) await here.script(data);
  const plan = await planned(here, to, optionsOf(played));
  expectPlan(plan, expected);
  const outcome = await applied(here, plan, played);
  if (expected !== "current" && "steps" in expected) await expectQuiet(here, to, optionsOf(played));
  return { plan, outcome };
}

/** U5, U9 and U10 of a dry run; U8 of its plan. */
async function planned(here: World, to: readonly Table[], asked: Asked): Promise<Plan> {
  const dump = await here.dump();
  const seen: SeenLock[] = [];
  await here.forbidDdl();
  const dry = (tables: readonly Table[]): Promise<Outcome> =>
    applyTo(watchLocks(here.database, seen), tables, { ...asked, dryRun: true });
  try {
    const { result: outcome, printed } = await printedBy(() => dry(to));
    const plan = planOf(outcome);
    expect(printed, "U10: printed").toEqual([]);
    expect(
      seen.filter(({ mode }) => modeOf(mode) !== "ACCESS SHARE"),
      "U5: locks of a dry run",
    ).toEqual([]);
    expect(planFaults(plan), "U8").toEqual([]);
    const again = planOf(await dry(turnedRound(to)));
    expect(again, "U9: the same plan for another order").toEqual(plan);
    expect(planHash(again), "U9").toBe(planHash(plan));
    return plan;
  } finally {
    await here.allowDdl();
    expect(await here.dump(), "U5: a dry run changes nothing").toEqual(dump);
  }
}

/** U1 of a refusal, U2, U3, U4, U7 and U10 of a run. */
async function applied(here: World, plan: Plan, played: Scenario): Promise<Outcome> {
  const [dump, prints, things] = [await here.dump(), await fingerprints(here), await inventory(here)];
  const seen: SeenLock[] = [];
  const { result: outcome, printed } = await printedBy(() =>
    applyTo(watchLocks(here.database, seen), played.to, optionsOf(played)),
  );
  expect(printed, "U10: printed").toEqual([]);
  const after = await fingerprints(here);
  if (outcome.kind === "applied") {
    expect(rowFaults(plan, prints, after), "U2 and U3").toEqual([]);
    const disturbed = disturbances(things, await inventory(here));
    // The server makes every index of a column anew that gets another type.
    const isRetyped = stepsOf(plan).some(({ kind }) => kind === "changeType");
    expect(
      isRetyped ? disturbed.filter((each) => !each.includes("identity of index")) : disturbed,
      "U4",
    ).toEqual([]);
    const names = new Map(
      [...prints].map(([oid, { name }]) => [oid, [name, after.get(oid)?.name ?? name]] as const),
    );
    expect(lockFaults(plan, seen, names), "U7").toEqual([]);
  } else {
    expect(await here.dump(), "U1: nothing is changed").toEqual(dump);
    expect(after, "U1: no row is changed").toEqual(prints);
  }
  return outcome;
}

function expectPlan(plan: Plan, expected: Expected): void {
  const steps = shownSteps(plan);
  const refusals = shownRefusals(plan);
  if (expected === "current") expect({ steps, refusals }).toEqual({ steps: [], refusals: [] });
  else if ("steps" in expected) expect({ refusals, steps }).toEqual({ refusals: [], steps: expected.steps });
  else {
    expect(refusals).toEqual(expected.refusals.toSorted());
    expect(plan.groups, "a refused plan has nothing to do").toEqual([]);
  }
}

/** U1: a second look finds nothing. */
async function expectQuiet(here: World, to: readonly Table[], asked: Asked): Promise<void> {
  const { decisions = {}, ...options } = asked;
  const outcome = await here.apply(to, {
    ...options,
    decisions: { ...decisions, contract: false },
    dryRun: true,
  });
  const plan = planOf(outcome);
  expect({ steps: stepsOf(plan), refusals: plan.refusals }, "U1: the second plan").toEqual({
    steps: [],
    refusals: [],
  });
  expect(outcome.kind, "U1").toBe("current");
}

/** Each step in the form that `Expected` has; those of the bookkeeping are the same in every first run. */
function shownSteps(plan: Plan): readonly string[] {
  return stepsOf(plan)
    .filter(({ object }) => !/^lucent_(?:migrations|migration_steps|managed)\b/.test(object))
    .map(({ kind, object }) => `${kind} ${object}`);
}

/** Each refusal in the form that `Expected` has, sorted. */
export function shownRefusals({ refusals }: Plan): readonly string[] {
  return refusals
    .map(({ code, object, count }) => `${code} ${object}${count === undefined ? "" : ` ${count}`}`)
    .toSorted();
}

/** @throws TypeError for an outcome that has no plan, with its reason. */
export function planOf(outcome: Outcome): Plan {
  if ("plan" in outcome) return outcome.plan;
  throw new TypeError(`${outcome.kind}: ${outcome.reason}`);
}

function optionsOf({ decisions, production, waitMs }: Scenario): Asked {
  return {
    ...(decisions === undefined ? {} : { decisions }),
    ...(production === undefined ? {} : { production }),
    ...(waitMs === undefined ? {} : { waitMs }),
  };
}
