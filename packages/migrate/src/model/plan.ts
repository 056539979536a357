import type { Desired } from "../desired.ts";
import type { Decisions } from "./decisions.ts";
import type { Refusal } from "./refusal.ts";
import type { Group } from "./step.ts";

/** What would be done, and what stands in the way. With a refusal there is nothing to do. */
export interface Plan {
  /** The schema that it is for. */
  readonly schema: string;
  /** Hash of the tables that are asked for. */
  readonly configuration: string;
  readonly groups: readonly Group[];
  readonly refusals: readonly Refusal[];
  /** What an operator should know, each a sentence. */
  readonly warnings: readonly string[];
  /** Why an application must not serve even when all of it is done, each a sentence. */
  readonly unready: readonly string[];
}

/** What a plan is made for. */
export interface PlanRequest {
  readonly desired: Desired;
  readonly decisions: Decisions;
}
