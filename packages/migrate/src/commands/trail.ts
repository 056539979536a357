import { type Blueprint, type CommandTrailParts, openTrail } from "@lucent/core";

import type { Reports } from "../apply/attempt.ts";
import type { Step } from "../model/step.ts";
import { reportMigration } from "../plugin/audit.ts";

/** Notes what a run does, for the audit trail. */
export interface Trail {
  readonly reports: Pick<Reports, "onDone" | "onDataDone">;
  /** Reports what was done, however the run ended. Never rejects. */
  readonly close: () => Promise<void>;
}

/**
 * Makes the trail of one run. It is opened behind the run: only then there is a table that keeps events.
 * @param blueprint Whose plugins keep them.
 */
export function migrationTrail(blueprint: Blueprint, parts: CommandTrailParts): Trail {
  const steps: Step[] = [];
  const data: string[] = [];
  return {
    reports: {
      onDone: (done) => void steps.push(...done),
      onDataDone: (id) => void data.push(id),
    },
    async close() {
      if (steps.length === 0 && data.length === 0) return;
      const { audit, close } = await openTrail(blueprint, parts);
      reportMigration(audit, steps, data);
      await close();
    },
  };
}
