import { stepHash } from "../hash.ts";
import type { Plan } from "../model/plan.ts";
import type { Refusal } from "../model/refusal.ts";
import type { Step } from "../model/step.ts";
import type { PlanFile, PlannedStep } from "./plan-file.ts";

/**
 * Holds what would be done now against what was reviewed: every step must be in the file, and one that is not to be done
 * any more must be written down as done, which is so after an interruption.
 * @param done Hashes of the steps that are written down as done.
 */
export function staleness(file: PlanFile, plan: Plan, done: ReadonlySet<string>): readonly Refusal[] {
  if (file.schema !== plan.schema) return [stale(file, file.schema, "was made for another schema")];
  const [changed] = changedConfiguration(file, plan);
  if (changed !== undefined) return [changed];
  const steps = plan.groups.flatMap((group) => group.steps);
  const reviewed = new Set(file.steps.map(({ hash }) => hash));
  const built = new Set(
    steps
      .filter((step) => step.kind === "buildIndex" && reviewed.has(stepHash(step)))
      .map(({ object }) => object),
  );
  // What a killed build of a reviewed index left goes before that is built again.
  const isLeftover = ({ kind, object }: Step): boolean => kind === "dropIndex" && built.has(object);
  const added = steps.find((step) => !reviewed.has(stepHash(step)) && !isLeftover(step));
  if (added !== undefined) return [stale(file, added.object, `does not have the step "${added.title}"`)];
  const pending = new Set(steps.map(stepHash));
  const gone = file.steps.find(({ hash }) => !pending.has(hash) && !done.has(hash));
  return gone === undefined ? [] : [noLonger(file, gone)];
}

function changedConfiguration(file: PlanFile, { configuration, groups }: Plan): readonly Refusal[] {
  if (file.configuration === configuration) return [];
  const reviewed = new Set(file.steps.map(({ hash }) => hash));
  const other = groups.flatMap(({ steps }) => steps).find((step) => !reviewed.has(stepHash(step)));
  return [stale(file, other?.object ?? file.path, "was made for another configuration")];
}

function noLonger(file: PlanFile, { object, title }: PlannedStep): Refusal {
  return stale(file, object, `has the step "${title}", which the database does not need any more`);
}

function stale({ path }: PlanFile, object: string, why: string): Refusal {
  return {
    code: "STALE_PLAN",
    object,
    message: `${path} ${why}.`,
    ways: ["Make the plan again with `lucent migrate --plan`, review it, and apply that."],
  };
}
