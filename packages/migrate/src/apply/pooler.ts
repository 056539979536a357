import { randomBytes } from "node:crypto";

import { type Database, isLucentError, type Runner } from "@lucent/core";

/** What to say when there is a pooler in between. */
export const poolerAdvice: string =
  "The connection goes through a pooler that gives each transaction another server process, which can't hold the " +
  "lock of a migration; nothing was changed. Migrate with a connection string that leads to Postgres itself, or to " +
  "the pooler's session mode.";

interface Backend {
  readonly pid: number;
  readonly mark: unknown;
}

const selectBackend =
  "select pg_catalog.pg_backend_pid(), pg_catalog.current_setting('lucent.migrate', true)";

/**
 * The server process of a session; `undefined` when statements outside a transaction don't all reach the same one. A
 * second connection makes a pooler show itself: in a transaction it is given the process, with its settings, that was
 * ours, or keeps it from us.
 */
export async function ownBackend(database: Database, runner: Runner): Promise<number | undefined> {
  const mark = randomBytes(8).toString("hex");
  await runner.run({ text: `set lucent.migrate = '${mark}'`, values: [] });
  const { pid } = await look(runner);
  const isOurs = (backend: Backend): boolean => backend.pid === pid && backend.mark === mark;
  const isShared = await seenByOthers(database, async (other) => {
    const theirs = await look(other);
    return theirs.pid === pid || theirs.mark === mark || !isOurs(await look(runner));
  });
  return isShared || !isOurs(await look(runner)) ? undefined : pid;
}

async function look(runner: Runner): Promise<Backend> {
  const [[pid, mark] = []] = await runner.run({ text: selectBackend, values: [] });
  return { pid: Number(pid), mark };
}

async function seenByOthers(
  database: Database,
  check: (other: Runner) => Promise<boolean>,
): Promise<boolean> {
  try {
    return await database.session(async (other) => {
      await other.run({ text: "begin", values: [] });
      const result = await check(other);
      await other.run({ text: "rollback", values: [] });
      return result;
    });
  } catch (error) {
    // A role or a server without a second connection left is no pooler; the look at ourselves remains.
    if (isLucentError(error)) return false;
    throw error;
  }
}
