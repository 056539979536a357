import { isLucentError } from "@lucent/core";

import type { Reports } from "../apply/attempt.ts";
import { codeOf } from "../apply/code.ts";
import { type Ended, explained, kept } from "../apply/failure.ts";
import type { Session } from "../apply/session.ts";
import type { DataMigration } from "../data.ts";
import type { Step } from "../model/step.ts";
import { type DataRecord, record } from "./record.ts";
import { workOf } from "./work.ts";

/** What data migrations are run with. */
export interface DataWorld {
  /** Holds the lock of all migrations. */
  readonly session: Session;
  readonly schema: string;
  readonly production: boolean;
  readonly reports: Reports;
  /** The steps of the schema that were done before. */
  readonly done: readonly Step[];
}

/**
 * Runs data migrations one after the other; one that was interrupted goes on.
 * @returns how it ended before its end; `undefined` when all are done.
 */
export async function runData(data: readonly DataMigration[], world: DataWorld): Promise<Ended | undefined> {
  const titles = world.done.map(({ title }) => title);
  for (const migration of data) {
    const book = record(migration.id, world);
    try {
      await migration.up(workOf(migration.id, await book.begin(), { ...world, book }));
      await book.finish("done");
    } catch (error) {
      await giveUp(book);
      return endOf(error, migration, { ...world, titles });
    }
    titles.push(`data migration "${migration.id}"`);
    world.reports.onDataDone?.(migration.id);
  }
  return undefined;
}

/** As far as it can be written: where the connection is lost, it stays open all the same. */
async function giveUp(book: DataRecord): Promise<void> {
  try {
    await book.finish("failed");
  } catch {
    // The outcome says what happened.
  }
}

function endOf(
  error: unknown,
  { id }: DataMigration,
  { session, done, titles }: DataWorld & { readonly titles: readonly string[] },
): Ended {
  const where = `in the data migration "${id}"`;
  const stays = `its finished steps stay, and ${kept(titles)}`;
  const resumes = "Run again to go on from there.";
  if (session.signal.aborted) {
    return { kind: "failed", reason: `Stopped ${where}, as was asked for; ${stays} ${resumes}`, done };
  }
  const reason = `Failed ${where} (${nameOf(error)}); ${stays} ${resumes}`;
  return { kind: "failed", reason, done, cause: error };
}

/** Its message was written by others and may hold values. */
function nameOf(error: unknown): string {
  if (isLucentError(error)) return codeOf(error) === "unknown reason" ? error.code : explained(error);
  return error instanceof Error ? error.name : "unknown reason";
}
