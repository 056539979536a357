import type { Group, Step } from "../model/step.ts";
import { identifier, literal } from "../quote.ts";
import { type Attempt, type Failed, type GroupWorld, joined, managed } from "./attempt.ts";
import type { StepEntry } from "./history.ts";
import { watched } from "./watch.ts";

/**
 * Runs statements that can't be in a transaction, each alone in its message: the server makes one transaction of the
 * statements of a message. What they may leave behind is written down as ours before, and removed before another try.
 */
export function aloneAttempt(group: Group, at: number, world: GroupWorld): Attempt {
  const { session, journal, schema, limits } = world;
  const leftovers = indexesOf(group);
  let isRetry = false;
  return {
    run,
    cleanUp: () => cleanUp(group, leftovers, world),
  };

  async function run(): Promise<Failed | undefined> {
    let step: Step | undefined;
    try {
      if (isRetry) await removeInvalid(leftovers, world);
      isRetry = true;
      await session.run({ text: `set lock_timeout = ${limits.lockMs}`, values: [] });
      await write(managed(group.before, schema), group.steps.map(running));
      await session.run({ text: `set lock_timeout = ${limits.patientLockMs}`, values: [] });
      const entries: StepEntry[] = [];
      for (step of group.steps) entries.push(await runStep(step, world));
      step = undefined;
      await write(
        [`set lock_timeout = ${limits.lockMs}`, ...managed(group.after, schema)],
        entries,
        journal.ending(at),
      );
      return undefined;
    } catch (error) {
      return { error, step, isOpen: true };
    }
  }

  /** One message and so one transaction. */
  async function write(
    statements: readonly string[],
    entries: readonly StepEntry[],
    ending: readonly string[] = [],
  ): Promise<void> {
    const isReady = journal.isReady(at);
    const all = [...statements, ...(isReady ? [...journal.write(entries), ...ending] : [])];
    if (all.length > 0) await session.run(joined(all));
    if (isReady) journal.written();
  }
}

async function runStep(step: Step, world: GroupWorld): Promise<StepEntry> {
  const started = performance.now();
  world.reports.onStep?.(step);
  await watched(step, world, async () => {
    for (const text of step.statements) await world.session.run({ text, values: [] });
  });
  return { step, outcome: "done", milliseconds: performance.now() - started };
}

function running(step: Step): StepEntry {
  return { step, outcome: "running" };
}

/** The indexes that a group says to be ours before it builds them. */
function indexesOf({ before }: Group): readonly string[] {
  return before.flatMap(({ add = [] }) =>
    add.filter((object) => object.startsWith("index ")).map((object) => object.slice("index ".length)),
  );
}

async function invalid(
  names: readonly string[],
  { session, schema }: GroupWorld,
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const rows = await session.finish(`select c.relname::text from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = ${literal(schema)}
    where not i.indisvalid and c.relname in (${names.map(literal).join(", ")})`);
  return rows.map(([name]) => String(name));
}

async function removeInvalid(names: readonly string[], world: GroupWorld): Promise<void> {
  for (const name of await invalid(names, world)) {
    await world.session.finish(`drop index concurrently ${identifier(world.schema)}.${identifier(name)}`);
  }
}

/** After the last try, so that an unfinished unique index does not refuse rows until the next run. */
async function cleanUp(
  { before }: Group,
  names: readonly string[],
  world: GroupWorld,
): Promise<readonly string[]> {
  try {
    await world.session.finish(`set lock_timeout = ${world.limits.lockMs}`);
    await removeInvalid(names, world);
  } catch {
    return stillThere(names, world);
  }
  // Nothing is left that would have to be known as ours.
  const undone = before.map(({ table, add = [] }) => ({
    table,
    remove: add.filter((object) => object.startsWith("index ")),
  }));
  await world.session.finish(joined(managed(undone, world.schema)).text);
  return [];
}

async function stillThere(names: readonly string[], world: GroupWorld): Promise<readonly string[]> {
  try {
    return (await invalid(names, world)).map(
      (name) => `The unfinished index "${name}" could not be removed: the next run does it.`,
    );
  } catch {
    return [];
  }
}
