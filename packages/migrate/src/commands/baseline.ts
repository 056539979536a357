import type { CommandContext, Runner } from "@lucent/core";

import { runGroups } from "../apply/groups.ts";
import { underLock } from "../apply/locked.ts";
import type { Session } from "../apply/session.ts";
import { pinSettings } from "../apply/settings.ts";
import { type Baseline, baselineOf, withBaseline } from "../baseline.ts";
import { diff } from "../diff.ts";
import { planOwnTables } from "../files/apply-files.ts";
import { fileGroups } from "../files/sql-file.ts";
import { grade } from "../grade.ts";
import { introspect } from "../introspect.ts";
import type { Live } from "../model/live.ts";
import type { ManagedChange } from "../model/managed.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Plan } from "../model/plan.ts";
import type { Group } from "../model/step.ts";
import { planHash, snapshot } from "../plan.ts";
import { render } from "../render.ts";
import { exitCodeOf, refusalLines, resultOf } from "../result.ts";
import { refused } from "./refused.ts";
import { printJson, report, stepsOf, titleLines } from "./report.ts";
import type { Work } from "./work.ts";

/**
 * `lucent migrate baseline`: writes down that tables which are there already are ours. Nothing but the tables of migrate
 * itself is made, and nothing is altered; what differs from the configuration is only said.
 */
export async function baseline(work: Work, context: CommandContext): Promise<number> {
  const { order, options, database, request } = work;
  const seen = await database.session((runner) => look(runner, work));
  const outcome =
    seen.plan === undefined
      ? refused(seen.baseline.refusals)
      : await settled(seen.plan, () =>
          underLock(database, { ...options, schema: seen.live.schema }, (session) => adopt(session, work)),
        );
  if (outcome.kind === "refused" || outcome.kind === "failed" || outcome.kind === "locked") {
    report(outcome, work, context);
    return exitCodeOf(outcome, false);
  }
  const left = await database.session((runner) => differences(runner, { seen, request }));
  if (order.json) {
    const planned = stepsOf(left).map(({ title }) => title);
    printJson({ ...resultOf(outcome, options.dryRun), planned, warnings: left.warnings }, context);
  } else {
    report(outcome, work, context);
    for (const line of differenceLines(left)) context.print(line);
  }
  return exitCodeOf(outcome, false);

  function settled(plan: Plan, act: () => Promise<Outcome>): Promise<Outcome> | Outcome {
    if (plan.groups.length === 0) return { kind: "current", plan };
    return options.dryRun ? { kind: "planned", plan, data: [] } : act();
  }
}

interface Seen {
  readonly live: Live;
  readonly baseline: Baseline;
  /** What would be written down; `undefined` where something stands in the way. */
  readonly plan: Plan | undefined;
}

async function look(runner: Runner, { request }: Pick<Work, "request">): Promise<Seen> {
  await pinSettings(runner);
  const live = await snapshot(runner, () => introspect(runner, request.desired));
  const found = baselineOf(request.desired, live);
  if (found.refusals.length > 0) return { live, baseline: found, plan: undefined };
  const own = await planOwnTables(runner);
  const groups = found.adopted.length === 0 ? [] : [...own.groups, adoption(found.adopted)];
  return { live, baseline: found, plan: { ...own, configuration: request.desired.hash, groups } };
}

function adoption(adopted: readonly ManagedChange[]): Group {
  return {
    mode: "transaction",
    before: [],
    after: adopted,
    steps: adopted.map(({ table }) => ({
      kind: "adopt",
      object: table,
      title: `take over table "${table}" as it is`,
      hazard: "safe",
      locks: [],
      statements: [],
    })),
  };
}

async function adopt(session: Session, { request, options }: Work): Promise<Outcome> {
  const { plan, baseline: found } = await look(session, { request });
  if (plan === undefined) return refused(found.refusals);
  if (plan.groups.length === 0) return { kind: "current", plan };
  const { schema, configuration, groups } = plan;
  const { production } = request;
  const ended = await runGroups(session, {
    groups,
    facts: { schema, kind: "baseline", hash: planHash(plan), configuration, production },
    reports: options,
  });
  return ended ?? { kind: "applied", plan, data: [] };
}

/** What an ordinary plan would do now, or, in a dry run, would do then. */
async function differences(
  runner: Runner,
  { seen, request }: { readonly seen: Seen; readonly request: Work["request"] },
): Promise<Plan> {
  const { desired, decisions } = request;
  await pinSettings(runner);
  return snapshot(runner, async () => {
    const live = withBaseline(await introspect(runner, desired), seen.baseline);
    const difference = diff(desired, live, decisions);
    const graded = await grade(difference, { desired, live, decisions, runner });
    const groups =
      graded.refusals.length > 0 ? [] : render(graded, { desired, live, names: difference.names });
    return {
      schema: live.schema,
      configuration: desired.hash,
      groups: fileGroups({ groups }),
      refusals: graded.refusals,
      warnings: [...difference.notes, ...graded.warnings],
      unready: difference.unready,
    };
  });
}

function differenceLines(left: Plan): readonly string[] {
  const lines = [...left.refusals.flatMap(refusalLines), ...titleLines(stepsOf(left)), ...left.warnings];
  return lines.length === 0
    ? ["Nothing differs from the configuration."]
    : [
        "What differs from the configuration is left as it is; `lucent migrate` would say or do:",
        ...lines.map((line) => `  ${line}`),
      ];
}
