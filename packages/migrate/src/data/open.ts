import type { Runner } from "@lucent/core";

import { rowsIfThere, tableIn } from "../apply/history.ts";
import { migrations } from "../bookkeeping.ts";
import type { DataMigration } from "../data.ts";

/** Those data migrations that this database has not done, in their order. */
export async function openData(
  runner: Runner,
  schema: string,
  data: readonly DataMigration[],
): Promise<readonly DataMigration[]> {
  if (data.length === 0) return [];
  const text = `select name from ${tableIn(schema, migrations.name)} where kind = 'data' and outcome = 'done'`;
  const done = new Set((await rowsIfThere(runner, text)).map(([name]) => name));
  return data.filter(({ id }) => !done.has(id));
}
