import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";

import type postgres from "postgres";

/** The core of whatever was started by `onOwnCore`. */
const ownCore = "0";

/** A command whose process finds a machine of one core, and all that it starts too. Needs `taskset` (util-linux). */
export function onOwnCore(command: readonly string[]): readonly string[] {
  return ["taskset", "--cpu-list", ownCore, ...command];
}

/**
 * Keeps Postgres and this process, which makes the load, off that core while `work` runs: in use they are not on the
 * server's machine, and what is asked here is what the server makes of its own. Needs two cores.
 */
export async function elsewhere<T>(sql: postgres.Sql, work: () => Promise<T>): Promise<T> {
  const last = availableParallelism() - 1;
  if (last < 1) throw new TypeError("sign-ins are measured on two cores or more");
  const others = [process.pid, ...(await processesOf(sql))];
  await pin(others, `1-${last}`);
  try {
    return await work();
  } finally {
    await pin(others, `0-${last}`);
  }
}

/** The server of a database and the processes that it has made; later ones are where it is. */
async function processesOf(sql: postgres.Sql): Promise<readonly number[]> {
  const backends = await sql<{ pid: number }[]>`select pid from pg_stat_activity`;
  const [first] = await sql<{ text: string }[]>`select pg_read_file('postmaster.pid') as text`;
  return [Number(first?.text.split("\n", 1)[0]), ...backends.map(({ pid }) => pid)];
}

async function pin(processes: readonly number[], cores: string): Promise<void> {
  for (const each of processes) {
    await promisify(execFile)("taskset", ["--all-tasks", "--cpu-list", "--pid", cores, String(each)]);
  }
}
