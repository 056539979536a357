import type { Services } from "@lucent/core";

import type { Step } from "../model/step.ts";

const drops: ReadonlySet<Step["kind"]> = new Set<Step["kind"]>(["dropTable", "dropColumn"]);

/** Reports what a finished run did: one event for each thing that it changed, and one for each that it took away. */
export function reportMigration(
  audit: Services["audit"],
  steps: readonly Step[],
  data: readonly string[],
): void {
  const report = (event: "migration.applied" | "migration.dropped", target: string): void =>
    audit({ event, outcome: "ok", actor: { type: "system" }, target });
  const changed = steps.filter(({ kind }) => !drops.has(kind)).map(({ object }) => object);
  for (const target of new Set([...changed, ...data])) report("migration.applied", target);
  for (const { kind, object } of steps) if (drops.has(kind)) report("migration.dropped", object);
}
