import type { Runner } from "@lucent/core";

import type { ApplyOptions, ApplyRequest } from "../apply.ts";
import { runGroups } from "../apply/groups.ts";
import { underLock } from "../apply/locked.ts";
import type { Session } from "../apply/session.ts";
import { bookkeepingTables } from "../bookkeeping.ts";
import { stepHash } from "../hash.ts";
import { noDecisions } from "../model/decisions.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Plan } from "../model/plan.ts";
import type { Group, Step } from "../model/step.ts";
import { makePlan, planHash } from "../plan.ts";
import { dropUnfinished, recordedFiles, unfinishedIndexes } from "../sql/history.ts";
import { refusedFile } from "./refused-file.ts";
import { ownGroups, type SqlFile } from "./sql-file.ts";
import { type PendingFile, pendingFiles, readFolder } from "./sql-folder.ts";

/** What the files of a folder are run with. */
export interface FilesRun {
  readonly database: Parameters<typeof underLock>[0];
  readonly request: Pick<ApplyRequest, "production">;
  readonly options: ApplyOptions;
}

/**
 * Runs the SQL files of a folder that this database has not seen, each group as it says, under the lock of all migrations.
 * A run that was interrupted goes on behind the last group that was done.
 * @throws FileRefused for a file that can't be run, or that was changed after it was applied.
 */
export async function applyFiles(run: FilesRun, folder: string): Promise<Outcome> {
  const { database, options } = run;
  const files = await readFolder(folder);
  const found = await database.session((runner) => lookAt(runner, files));
  const { own, pending } = found;
  if (own.refusals.length > 0) return { kind: "refused", plan: own };
  const plan = { ...own, groups: pending.flatMap(remainingGroups) };
  if (pending.length === 0) return { kind: "current", plan };
  if (options.dryRun) return { kind: "planned", plan, data: [] };
  return underLock(database, { ...options, schema: own.schema }, (session) =>
    applyLocked(session, files, run),
  );
}

interface Found {
  /** What is missing of the tables of migrate itself. */
  readonly own: Plan;
  readonly pending: readonly PendingFile[];
}

async function lookAt(runner: Runner, files: readonly SqlFile[]): Promise<Found> {
  const own = await planOwnTables(runner);
  const pending = pendingFiles(files, await recordedFiles({ runner, schema: own.schema }));
  const other = pending.find(({ file }) => file.schema !== own.schema);
  if (other !== undefined) throw refusedFile(`${other.file.name}.sql`, "was written for another schema.");
  const empty = pending.find(({ file }) => file.groups.every(({ steps }) => steps.length === 0));
  if (empty !== undefined) throw refusedFile(`${empty.file.name}.sql`, "holds no statement.");
  return { own, pending };
}

/** The plan that makes the tables of migrate itself, and does nothing else. */
export async function planOwnTables(runner: Runner): Promise<Plan> {
  const plan = await makePlan(runner, {
    desired: { tables: bookkeepingTables, hash: "" },
    decisions: noDecisions,
  });
  return { ...plan, groups: ownGroups(plan), warnings: [] };
}

/** What is left of a file. Where nothing is, its last statement is written down once more, without being run. */
function remainingGroups({ file, done }: PendingFile): readonly Group[] {
  const open = file.groups.filter(({ steps }) => steps.some((step) => !done.has(stepHash(step))));
  if (open.length > 0) return open;
  const last = file.groups.flatMap(({ steps }) => steps).slice(-1);
  const nothing = last.map((step): Step => ({ ...step, statements: [] }));
  return [{ mode: "transaction", steps: nothing, before: [], after: [] }];
}

async function applyLocked(session: Session, files: readonly SqlFile[], run: FilesRun): Promise<Outcome> {
  const { own, pending } = await lookAt(session, files);
  const { schema } = own;
  const { production } = run.request;
  const made = await runGroups(session, {
    groups: own.groups,
    facts: { schema, kind: "plan", hash: planHash(own), production },
    reports: run.options,
  });
  if (made !== undefined) return made;
  const done: Group[] = [];
  for (const each of pending) {
    const groups = [...(await leftovers(session, each, schema)), ...remainingGroups(each)];
    const { name, hash, configuration } = each.file;
    const ended = await runGroups(session, {
      groups,
      facts: { schema, kind: "file", name, hash, configuration, production },
      reports: run.options,
    });
    if (ended !== undefined)
      return { ...ended, done: [...done.flatMap(({ steps }) => steps), ...ended.done] };
    done.push(...groups);
  }
  return { kind: "applied", plan: { ...own, groups: done }, data: [] };
}

/** What a killed run left of an index would be in the way of building it. */
async function leftovers(session: Session, { file }: PendingFile, schema: string): Promise<readonly Group[]> {
  const built = file.groups.flatMap(({ before }) =>
    before.flatMap(({ add = [] }) => add.map((object) => object.slice("index ".length))),
  );
  const names = await unfinishedIndexes({ runner: session, schema }, built);
  return names.map((name) => ({
    mode: "alone",
    before: [],
    after: [],
    steps: [
      {
        kind: "dropIndex",
        object: `${file.name}#${name}`,
        title: `Remove what was left of index "${name}"`,
        hazard: "safe",
        locks: [],
        statements: [dropUnfinished(schema, name)],
      },
    ],
  }));
}
