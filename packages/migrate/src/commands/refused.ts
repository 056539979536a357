import type { Outcome } from "../model/outcome.ts";
import type { Refusal } from "../model/refusal.ts";

/** The outcome of something that is refused before there is a plan. */
export function refused(refusals: readonly Refusal[]): Outcome {
  return {
    kind: "refused",
    plan: { schema: "", configuration: "", groups: [], warnings: [], unready: [], refusals },
  };
}
