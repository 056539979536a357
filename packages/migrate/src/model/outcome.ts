import type { Plan } from "./plan.ts";
import type { Step } from "./step.ts";

/** What came of a run. Only `applied` and, as far as `done` says, `failed` and `locked` changed anything. */
export type Outcome =
  /** The database is as it should be, and no data migration is open. */
  | { readonly kind: "current"; readonly plan: Plan }
  /** Nothing was changed, as was asked for. */
  | { readonly kind: "planned"; readonly plan: Plan; readonly data: readonly string[] }
  /** Every step is done; `data` names the data migrations that were. */
  | { readonly kind: "applied"; readonly plan: Plan; readonly data: readonly string[] }
  /** Nothing was changed: the plan says what stands in the way. */
  | { readonly kind: "refused"; readonly plan: Plan }
  /** Another migration, or a table in use, was not to be had in time. What was done before stays and counts. */
  | { readonly kind: "locked"; readonly reason: string; readonly done: readonly Step[] }
  /** What was done before stays and counts: the next run goes on from there. */
  | {
      readonly kind: "failed";
      readonly reason: string;
      readonly done: readonly Step[];
      /** What a data migration threw: for a log alone, since it may hold values. */
      readonly cause?: unknown;
    };
