import { fieldGrammar } from "../blueprint/names.ts";
import { plainId } from "../blueprint/plain.ts";
import { isWritable } from "../blueprint/schema.ts";
import { maxIssues, valueIssues } from "../blueprint/value-issues.ts";
import type { CollectionModel } from "../contract/model.ts";
import { type Issue, LucentError, type Rule } from "../errors.ts";

/** Refuses a body that has problems, of which it lists at most 64. @throws LucentError `VALIDATION` */
export function refuseIssues(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new LucentError("VALIDATION", { errors: issues.slice(0, maxIssues) });
}

/**
 * Says everything that is wrong with the values of a body, one entry per value and rule, without the values themselves.
 * What is missing is not looked at. Each value is checked by itself: a validator for the whole body stops after its
 * eighth finding.
 */
export function bodyIssues(
  model: CollectionModel,
  body: object,
  operation: "create" | "update",
): readonly Issue[] {
  const issues: Issue[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (issues.length >= maxIssues) break;
    if (value === undefined) continue;
    const rule = keyRule(model, name, operation);
    const definition = model.fields.get(name)?.definition;
    // A name that does not fit is not echoed.
    if (rule !== undefined) issues.push({ path: fieldGrammar.test(name) ? name : "", rule });
    else issues.push(...(definition === undefined ? idIssues(value) : valueIssues(definition, value, name)));
  }
  return withoutRepeats(issues).slice(0, maxIssues);
}

/** Why a key has no place in a body, or `undefined`. */
function keyRule(model: CollectionModel, name: string, operation: "create" | "update"): Rule | undefined {
  if (name === "id" && model.clientId && operation === "create") return undefined;
  const definition = model.fields.get(name)?.definition;
  if (definition === undefined) return serverOwned.has(name) ? "readOnly" : "unknown";
  return isWritable(definition, operation === "create") ? undefined : "readOnly";
}

const serverOwned: ReadonlySet<string> = new Set(["id", "createdAt", "updatedAt", "deletedAt"]);

function idIssues(value: unknown): readonly Issue[] {
  const plain = plainId(value);
  return "issues" in plain ? plain.issues : [];
}

function withoutRepeats(issues: readonly Issue[]): readonly Issue[] {
  const seen = new Set<string>();
  return issues.filter(({ path, rule }) => {
    const key = `${path} ${rule}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
