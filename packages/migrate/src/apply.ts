import type { Database, Runner } from "@lucent/core";

import type { Reports } from "./apply/attempt.ts";
import { codeOf } from "./apply/code.ts";
import { type Ended, failure, isBusy } from "./apply/failure.ts";
import { runGroups } from "./apply/groups.ts";
import { doneSteps } from "./apply/history.ts";
import { lockedOn, stopped } from "./apply/locked.ts";
import { backoff, lockPauses, patience, rest } from "./apply/patience.ts";
import { type Session, wasStopped } from "./apply/session.ts";
import type { DataMigration } from "./data.ts";
import { openData } from "./data/open.ts";
import { runData } from "./data/run.ts";
import type { Outcome } from "./model/outcome.ts";
import type { Plan, PlanRequest } from "./model/plan.ts";
import type { Refusal } from "./model/refusal.ts";
import { makePlan, planHash } from "./plan.ts";

/** What a run is to lead to. */
export interface ApplyRequest extends PlanRequest {
  /** In the order in which they are to run. */
  readonly data: readonly DataMigration[];
  /** Whether this is a production process; written down with the run. */
  readonly production: boolean;
}

/** How to get there, and who is told. */
export interface ApplyOptions extends Reports {
  /** Plans only: nothing is locked and nothing is changed. */
  readonly dryRun: boolean;
  /** How long to wait in all for another migration, and for tables that others use, in milliseconds. */
  readonly waitMs: number;
  /** Ends the run early: what runs is cancelled, and what it leaves is removed. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Asked about every plan that is made, with the hashes of the steps that were ever done here: answers why it is not
   * the plan that was agreed on.
   */
  readonly expected?: ((plan: Plan, done: ReadonlySet<string>) => readonly Refusal[]) | undefined;
}

/**
 * Brings the database to what it should be. A plan is made without a lock, which settles the usual case of nothing to
 * do, and again under the lock of all migrations; its groups are run one after the other; at the end nothing may be left
 * to do. A run that ends early, or dies, is continued by the next one, which plans anew.
 */
export async function apply(
  database: Database,
  request: ApplyRequest,
  options: ApplyOptions,
): Promise<Outcome> {
  const { signal = new AbortController().signal } = options;
  try {
    signal.throwIfAborted();
    return await database.session((runner) => applyOn(runner, request, { ...options, database, signal }));
  } catch (error) {
    if (wasStopped(error, signal)) return stopped();
    return failure(error, "while reading the schema");
  }
}

interface World extends ApplyOptions {
  readonly database: Database;
  readonly signal: AbortSignal;
}

async function applyOn(runner: Runner, request: ApplyRequest, world: World): Promise<Outcome> {
  const draft = await firstDraft(runner, request, world);
  const settled = settle(draft, world.dryRun);
  if (settled !== undefined) return settled;
  const options = { ...world, schema: draft.plan.schema };
  return lockedOn(runner, options, (session) => applyLocked(session, request, world));
}

/** What there is to do. */
interface Draft {
  readonly plan: Plan;
  readonly data: readonly DataMigration[];
}

// What catalogues answer while somebody else changes what is being read.
const passing: ReadonlySet<string> = new Set(["40001", "42P01", "42703", "42704", "XX000"]);
const mostTries = 5;

/** Made without the lock: another migration may be at work meanwhile. */
async function firstDraft(runner: Runner, request: ApplyRequest, world: World): Promise<Draft> {
  const budget = patience(world.waitMs);
  const pause = backoff(lockPauses);
  for (let tries = 1; ; tries += 1) {
    const started = performance.now();
    try {
      return await draftOf(runner, request, world);
    } catch (error) {
      budget.spend(performance.now() - started);
      const isPassing = isBusy(error) || (passing.has(codeOf(error)) && tries < mostTries);
      if (!isPassing || budget.left() <= 0) throw error;
    }
    await rest(pause(), budget, world.signal);
  }
}

async function draftOf(runner: Runner, request: ApplyRequest, { expected }: World): Promise<Draft> {
  const plan = await makePlan(runner, request);
  const objections = expected?.(plan, await doneSteps(runner, plan.schema)) ?? [];
  if (objections.length > 0) {
    return { plan: { ...plan, groups: [], refusals: [...plan.refusals, ...objections] }, data: [] };
  }
  return { plan, data: await openData(runner, plan.schema, request.data) };
}

function settle({ plan, data }: Draft, dryRun: boolean): Outcome | undefined {
  if (plan.refusals.length > 0) return { kind: "refused", plan };
  if (plan.groups.length === 0 && data.length === 0) return { kind: "current", plan };
  return dryRun ? { kind: "planned", plan, data: data.map(({ id }) => id) } : undefined;
}

async function applyLocked(session: Session, request: ApplyRequest, world: World): Promise<Outcome> {
  const draft = await draftOf(session, request, world);
  const settled = settle(draft, false);
  if (settled !== undefined) return settled;
  const { plan, data } = draft;
  const ended =
    (await applyGroups(session, plan, { request, world })) ??
    (await applyData(session, draft, { request, world }));
  return ended ?? { kind: "applied", plan, data: data.map(({ id }) => id) };
}

interface Order {
  readonly request: ApplyRequest;
  readonly world: World;
}

async function applyGroups(session: Session, plan: Plan, order: Order): Promise<Ended | undefined> {
  if (plan.groups.length === 0) return undefined;
  const { request, world } = order;
  return runGroups(session, {
    groups: plan.groups,
    facts: {
      schema: plan.schema,
      kind: "plan",
      hash: planHash(plan),
      configuration: plan.configuration,
      production: request.production,
    },
    reports: world,
    verify: () => whatIsLeft(session, request),
  });
}

/** The proof: what was made is read back. */
async function whatIsLeft(session: Session, request: ApplyRequest): Promise<string | undefined> {
  const { groups, refusals } = await makePlan(session, request);
  if (groups.length === 0 && refusals.length === 0) return undefined;
  const titles = groups.flatMap(({ steps }) => steps.map(({ title }) => `${title}.`));
  const left = [...refusals.map(({ message }) => message), ...titles];
  return `Every step was done, but the schema is not what was asked for. What is left: ${left.join(" ")}`;
}

async function applyData(session: Session, { plan, data }: Draft, order: Order): Promise<Ended | undefined> {
  const { request, world } = order;
  return runData(data, {
    session,
    schema: plan.schema,
    production: request.production,
    reports: world,
    done: plan.groups.flatMap(({ steps }) => steps),
  });
}
