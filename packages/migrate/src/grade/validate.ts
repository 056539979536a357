import type { Refusal } from "../model/refusal.ts";
import type { ChangeOf, Context, Verdict } from "./context.ts";
import { orphans } from "./foreign-keys.ts";
import { violations } from "./indexes.ts";
import { judged } from "./rule.ts";

/** Judges a constraint that only lacks its proof. */
export function gradeValidate(context: Context, change: ChangeOf<"validate">): Promise<Verdict> {
  const { table, constraint } = change;
  const ask = (): Promise<Refusal | undefined> =>
    "references" in constraint ? orphans(context, table, constraint) : violations(context, table, constraint);
  return judged(context, change, { table, columns: [constraint.column], ask });
}
