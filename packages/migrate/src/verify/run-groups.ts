import type { Runner } from "@lucent/core";

import { managedStatements } from "../bookkeeping.ts";
import type { Group } from "../model/step.ts";

/**
 * Runs the statements of a plan as they stand, on a database where nobody else is: no waiting, no trying again.
 * @throws the failure of the first statement that does not go well.
 */
export async function runGroups(runner: Runner, groups: readonly Group[], schema: string): Promise<void> {
  for (const group of groups) await runGroup(runner, group, schema);
}

async function runGroup(
  runner: Runner,
  { mode, steps, before, after }: Group,
  schema: string,
): Promise<void> {
  const run = async (texts: readonly string[]): Promise<void> => {
    for (const text of texts) await runner.run({ text, values: [] });
  };
  const written = (changes: typeof before): readonly string[] =>
    changes.flatMap((change) => managedStatements(change, schema));
  const statements = steps.flatMap((step) => step.statements);
  await run(written(before));
  if (mode === "transaction") await run(["begin", ...statements, ...written(after), "commit"]);
  else {
    if (mode === "alone") await run(statements);
    else for (const text of statements) await runner.run({ text, values: [null] });
    await run(written(after));
  }
}
