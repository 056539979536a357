import type { Hazard } from "./model/graded.ts";
import type { Outcome } from "./model/outcome.ts";
import type { Plan } from "./model/plan.ts";
import type { Refusal, RefusalCode } from "./model/refusal.ts";
import type { Group, Step, StepKind, StepLock } from "./model/step.ts";

/** What a run came to, as data: what `--json` prints, and what `planMigration` and `runMigration` answer. */
export interface MigrationResult {
  /** Whether nothing stood in the way and nothing failed. Steps that are still to do are no failure. */
  readonly success: boolean;
  /** Whether nothing was to be changed. */
  readonly dryRun: boolean;
  /** What was done, in words, and what stays done after a failure. Data migrations are `data ID`. */
  readonly applied: readonly string[];
  /** What is to be done, in words. */
  readonly planned: readonly string[];
  /** The SQL of `steps`, in order. */
  readonly statements: readonly string[];
  /** What an operator should know, each a sentence. */
  readonly warnings: readonly string[];
  /** Why it was not done, or not to its end. */
  readonly errors: readonly MigrationError[];
  /** The steps behind `applied` or `planned`. */
  readonly steps: readonly MigrationStep[];
}

/** One reason. A refusal carries its object and the ways out. Never holds a value, SQL or a secret. */
export interface MigrationError {
  /** `FAILED` for a statement or a connection, `LOCKED` for a lock that was not to be had in time. */
  readonly code: RefusalCode | "FAILED" | "LOCKED";
  readonly message: string;
  readonly object?: string;
  readonly count?: number;
  readonly samples?: readonly string[];
  readonly ways: readonly string[];
}

/** One step, and with what else it is done. */
export interface MigrationStep {
  readonly kind: StepKind;
  readonly object: string;
  readonly title: string;
  readonly hazard: Hazard;
  readonly rows?: number;
  readonly locks: readonly StepLock[];
  readonly statements: readonly string[];
  /** How its group is run; unknown where a run ended before its end. */
  readonly mode?: Group["mode"];
}

/** What a run came to, for a program. */
export function resultOf(outcome: Outcome, dryRun: boolean): MigrationResult {
  switch (outcome.kind) {
    case "current":
      return { ...nothing(dryRun), warnings: outcome.plan.warnings };
    case "planned":
      return {
        ...nothing(dryRun),
        ...stepsOf(outcome.plan),
        planned: [...titlesOf(outcome.plan), ...outcome.data.map(dataTitle)],
      };
    case "applied":
      return {
        ...nothing(dryRun),
        ...stepsOf(outcome.plan),
        applied: [...titlesOf(outcome.plan), ...outcome.data.map(dataTitle)],
      };
    case "refused":
      return {
        ...nothing(dryRun),
        success: false,
        warnings: outcome.plan.warnings,
        errors: outcome.plan.refusals.map(refusalError),
      };
    case "locked":
    case "failed":
      return {
        ...nothing(dryRun),
        ...partOf(outcome.done),
        success: false,
        errors: [
          { code: outcome.kind === "failed" ? "FAILED" : "LOCKED", message: outcome.reason, ways: [] },
        ],
      };
  }
}

/** The exit code of the command: 0 done or nothing to do, 1 failed, 2 pending where that was asked, 3 refused, 4 locked. */
export function exitCodeOf(outcome: Outcome, check: boolean): number {
  switch (outcome.kind) {
    case "current":
    case "applied":
      return 0;
    case "planned":
      return check ? 2 : 0;
    case "failed":
      return 1;
    case "refused":
      return 3;
    case "locked":
      return 4;
  }
}

/** A refusal for a person: what it is about, and below it the ways out. */
export function refusalLines({ code, object, message, samples, ways }: Refusal): readonly string[] {
  const rows = samples === undefined || samples.length === 0 ? [] : [`  rows: ${samples.join(", ")}`];
  return [`${code} ${object}: ${message}`, ...rows, ...ways.map((way) => `  - ${way}`)];
}

function nothing(dryRun: boolean): MigrationResult {
  return {
    success: true,
    dryRun,
    applied: [],
    planned: [],
    statements: [],
    warnings: [],
    errors: [],
    steps: [],
  };
}

function dataTitle(id: string): string {
  return `data ${id}`;
}

function titlesOf({ groups }: Plan): readonly string[] {
  return groups.flatMap(({ steps }) => steps.map(({ title }) => title));
}

type Parts = Pick<MigrationResult, "statements" | "warnings" | "steps">;

function stepsOf({ groups, warnings }: Plan): Parts {
  const steps = groups.flatMap((group) =>
    group.steps.map((step) => ({ ...partsOf(step), mode: group.mode })),
  );
  return { warnings, steps, statements: steps.flatMap(({ statements }) => statements) };
}

function partOf(done: readonly Step[]): Pick<MigrationResult, "applied" | "statements" | "steps"> {
  return {
    applied: done.map(({ title }) => title),
    statements: done.flatMap(({ statements }) => statements),
    steps: done.map(partsOf),
  };
}

/** Named one by one, so that a member that is added for the engine alone does not become public. */
function partsOf({ kind, object, title, hazard, rows, locks, statements }: Step): MigrationStep {
  return { kind, object, title, hazard, ...(rows === undefined ? {} : { rows }), locks, statements };
}

function refusalError({ code, object, message, count, samples, ways }: Refusal): MigrationError {
  return {
    code,
    object,
    message,
    ...(count === undefined ? {} : { count }),
    ...(samples === undefined ? {} : { samples }),
    ways,
  };
}
