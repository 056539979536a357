import type { Outcome } from "../outcome.ts";
import type { Refusal } from "../refusal.ts";

/** The outcome of something that is refused before there is a plan. */
export function refused(refusals: readonly Refusal[]): Outcome {
  return {
    kind: "refused",
    plan: { schema: "", configuration: "", groups: [], warnings: [], unready: [], refusals },
  };
}
