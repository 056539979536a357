import { type Database, openDatabase, type Runner, type Table } from "@lucent/core";

import { pinSettings } from "../../src/apply/settings.ts";
import { bookkeepingTables, managedStatements } from "../../src/bookkeeping.ts";
import { desiredSchema } from "../../src/desired.ts";
import { diff } from "../../src/diff.ts";
import { introspect } from "../../src/introspect.ts";
import type { GradedChange } from "../../src/model/graded.ts";
import type { Live } from "../../src/model/live.ts";
import type { ManagedChange } from "../../src/model/managed.ts";
import type { Group, Step } from "../../src/model/step.ts";
import { snapshot } from "../../src/plan.ts";
import { render } from "../../src/render.ts";
import { emptyDatabase } from "../world/empty.ts";
import { type LockWatch, lockWatch } from "./locks.ts";

/** What is asked for, and how it is to be done: everything that `grade` would say. */
export interface Wish {
  readonly tables: readonly Table[];
  readonly online?: boolean;
  readonly expand?: readonly string[];
  readonly contract?: boolean;
  readonly how?: (change: GradedChange["change"], runner: Runner) => How;
}

/** What is said of one change. */
export type How = Partial<GradedChange> | Promise<Partial<GradedChange>>;

/** A database of one test, where plans are carried out without the engine around them. */
export interface Ground {
  readonly database: Database;
  sql(text: string): Promise<readonly (readonly unknown[])[]>;
  plan(wish: Wish): Promise<readonly Group[]>;
  /** Carries groups out; compares the locks of each step with what it says. */
  run(groups: readonly Group[]): Promise<void>;
  /** Plans and carries out. */
  reach(wish: Wish): Promise<readonly Group[]>;
  live(tables: readonly Table[]): Promise<Live>;
  end(): Promise<void>;
}

export async function ground(): Promise<Ground> {
  const created = await emptyDatabase();
  const { database, close } = openDatabase({ collections: [], database: { url: created.url } }, {});
  const sql = (text: string): ReturnType<Ground["sql"]> => database.run({ text, values: [] });
  const plan = (wish: Wish): Promise<readonly Group[]> => session(database, (runner) => planOf(runner, wish));
  const run = (groups: readonly Group[]): Promise<void> =>
    session(database, async (runner) => {
      const locks = await lockWatch(runner, database);
      for (const group of groups) await runGroup(group, { runner, database, locks });
    });
  return {
    database,
    sql,
    plan,
    run,
    async reach(wish) {
      const groups = await plan(wish);
      await run(groups);
      return groups;
    },
    live: (tables) =>
      session(database, (runner) => snapshot(runner, () => introspect(runner, desiredSchema({ tables })))),
    async end() {
      await close();
      await created.end();
    },
  };
}

function session<T>(database: Database, work: (runner: Runner) => Promise<T>): Promise<T> {
  return database.session(async (runner) => {
    await pinSettings(runner);
    return work(runner);
  });
}

async function planOf(runner: Runner, wish: Wish): Promise<readonly Group[]> {
  const { tables, online = false, expand = [], contract = false, how } = wish;
  const desired = desiredSchema({ tables });
  const live = await snapshot(runner, () => introspect(runner, desired));
  const { changes, names } = diff(desired, live, { expand: new Set(expand), contract });
  const graded: GradedChange[] = [];
  for (const change of changes) {
    if (change.kind === "refuse") throw new Error(`${change.refusal.code}: ${change.refusal.message}`);
    // The bookkeeping is never large, and its own tables are not what a test is about.
    const isOwn = "table" in change && bookkeepingTables.some(({ name }) => name === change.table.name);
    const said = await how?.(change, runner);
    graded.push({ change, hazard: "safe", rows: 1, online: online && !isOwn, ...said });
  }
  return render({ changes: graded, refusals: [], warnings: [] }, { desired, live, names });
}

interface Work {
  readonly runner: Runner;
  readonly database: Database;
  readonly locks: LockWatch;
}

/** Each mode as the engine does it. */
async function runGroup(group: Group, work: Work): Promise<void> {
  if (group.mode === "transaction") return runTransaction(group, work);
  await writeDown(group.before, work.runner);
  for (const step of group.steps) {
    await (group.mode === "alone" ? runAlone(step, work) : runBatches(step, work));
  }
  await writeDown(group.after, work.runner);
}

async function runTransaction({ steps, before, after }: Group, { runner, locks }: Work): Promise<void> {
  await send(runner, "begin");
  try {
    locks.start();
    for (const step of steps) {
      await locks.expect(step);
      for (const text of step.statements) await send(runner, text);
      await locks.compare(step);
    }
    await writeDown([...before, ...after], runner);
    await send(runner, "commit");
  } catch (error) {
    await send(runner, "rollback");
    throw error;
  }
}

async function runAlone(step: Step, { runner, locks }: Work): Promise<void> {
  locks.start();
  await locks.expect(step);
  await locks.whileBlocked(step, async () => {
    for (const text of step.statements) await send(runner, text);
  });
}

async function runBatches(step: Step, { runner, locks }: Work): Promise<void> {
  const [text] = step.statements;
  if (text === undefined || step.statements.length !== 1)
    throw new Error(`${step.title} is not one statement`);
  let cursor: string | null = null;
  do {
    await send(runner, "begin");
    locks.start();
    await locks.expect(step);
    const [row] = await runner.run({ text, values: [cursor] });
    if (cursor === null) await locks.compare(step);
    await send(runner, "commit");
    const next = row?.[0];
    if (next === cursor && next !== null) throw new Error(`${step.title} does not get on`);
    cursor = typeof next === "string" ? next : null;
  } while (cursor !== null);
}

async function writeDown(changes: readonly ManagedChange[], runner: Runner): Promise<void> {
  for (const change of changes) {
    for (const text of managedStatements(change, "public")) await send(runner, text);
  }
}

async function send(runner: Runner, text: string): Promise<void> {
  await runner.run({ text, values: [] });
}
