import type { FieldModel } from "../contract/model.ts";
import { type Issue, LucentError } from "../errors.ts";
import type { Filter } from "../filter/tree.ts";
import type { Call } from "./principal.ts";
import type { RuleAsker } from "./rules.ts";

/** Fields of a body that may be written only where a filter matches the document. */
export type FieldConditions = ReadonlyMap<FieldModel, Filter>;

const none: FieldConditions = new Map();

/**
 * Asks the rules of the fields that a body names, by the presence of the key: `null` and an unchanged value count.
 * @returns What is left to be seen on the document itself.
 * @throws LucentError `FORBIDDEN` listing the fields that the caller may not write in any document.
 */
export async function checkFieldWrites(
  call: Call,
  body: unknown,
  asker: RuleAsker,
): Promise<FieldConditions> {
  const { model, operation, principal } = call;
  if (principal.system || typeof body !== "object" || body === null) return none;
  const conditions = new Map<FieldModel, Filter>();
  const refused: FieldModel[] = [];
  for (const name of Object.keys(body)) {
    const field = model.fields.get(name);
    const access = field?.definition?.access;
    if (field === undefined || access === undefined) continue;
    const rule = operation === "create" ? access.create : access.update;
    const verdict = await asker.askField(rule, field, call);
    if (verdict === undefined) refused.push(field);
    else if (verdict.kind !== "everything") conditions.set(field, verdict);
  }
  refuseFields(refused);
  return conditions;
}

/** @throws LucentError `FORBIDDEN` naming the fields, if there are any. */
export function refuseFields(fields: readonly FieldModel[]): void {
  if (fields.length === 0) return;
  const errors = fields.map(({ name }): Issue => ({ path: name, rule: "readOnly" }));
  throw new LucentError("FORBIDDEN", { errors });
}
