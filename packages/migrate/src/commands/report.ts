import type { CommandContext } from "@lucent/core";

import type { Outcome } from "../model/outcome.ts";
import type { Plan } from "../model/plan.ts";
import type { Group, Step } from "../model/step.ts";
import { refusalLines, resultOf } from "../result.ts";
import type { Work } from "./work.ts";

type Printing = Pick<CommandContext, "print" | "printError">;

/** Prints what came of a run: for a program where that was asked, else for a person. */
export function report(
  outcome: Outcome,
  { order, options }: Pick<Work, "options" | "order">,
  printing: Printing,
): void {
  if (order.json) return printJson(resultOf(outcome, options.dryRun), printing);
  if ("plan" in outcome)
    for (const warning of outcome.plan.warnings) printing.printError(`Warning: ${warning}`);
  printOutcome(outcome, printing);
}

/** One line, and nothing else on standard output. */
export function printJson(value: object, { print }: Pick<Printing, "print">): void {
  print(JSON.stringify(value));
}

function printOutcome(outcome: Outcome, { print, printError }: Printing): void {
  switch (outcome.kind) {
    case "current":
      return print("The database is up to date.");
    case "planned":
      print(`${count(outcome.plan, outcome.data)} to do:`);
      for (const line of planLines(outcome.plan)) print(line);
      for (const id of outcome.data) print(`Then the data migration "${id}".`);
      return print("Nothing was changed.");
    case "applied":
      for (const line of titleLines(stepsOf(outcome.plan))) print(line);
      for (const id of outcome.data) print(`Data migration "${id}".`);
      return print(`${count(outcome.plan, outcome.data)} done.`);
    case "refused":
      for (const refusal of outcome.plan.refusals) {
        for (const line of refusalLines(refusal)) printError(line);
        printError("");
      }
      return printError("Refused: nothing was changed.");
    case "locked":
    case "failed":
      return printError(outcome.reason);
  }
}

/** The steps of a plan in their order. */
export function stepsOf({ groups }: Pick<Plan, "groups">): readonly Step[] {
  return groups.flatMap(({ steps }) => steps);
}

function count(plan: Plan, data: readonly string[]): string {
  const steps = plural(stepsOf(plan).length, "step");
  return data.length === 0 ? steps : `${steps} and ${plural(data.length, "data migration")}`;
}

function plural(many: number, what: string): string {
  return many === 1 ? `1 ${what}` : `${many} ${what}s`;
}

/** One numbered line for each step. */
export function titleLines(steps: readonly Step[]): readonly string[] {
  const width = String(steps.length).length;
  return steps.map(({ title }, at) => `${String(at + 1).padStart(width)}. ${title}`);
}

const headings: Readonly<Record<Group["mode"], string>> = {
  transaction: "In one transaction:",
  alone: "By itself:",
  batched: "In batches, each in a transaction of its own:",
};

/** The whole plan: its steps with what they cost and their SQL, under how they are run. */
function planLines({ groups }: Pick<Plan, "groups">): readonly string[] {
  const titles = titleLines(stepsOf({ groups }));
  let at = 0;
  return groups.flatMap(({ mode, steps }) => [
    headings[mode],
    ...steps.flatMap((step) => {
      const title = titles[at] ?? step.title;
      at += 1;
      return [title, ...costLines(step), ...sqlLines(step)];
    }),
  ]);
}

const indent = "     ";

function costLines({ hazard, rows, locks }: Step): readonly string[] {
  const parts = [
    hazard,
    ...(rows === undefined ? [] : [plural(rows, "row")]),
    ...locks.map(({ table, mode }) => `locks "${table}" ${mode}`),
  ];
  return [`${indent}[${parts.join("; ")}]`];
}

function sqlLines({ statements }: Step): readonly string[] {
  return statements.flatMap((sql) => `${sql};`.split("\n").map((line) => `${indent}${line}`));
}
