import { defaultOf, isWritable } from "../blueprint/schema.ts";
import { missingIssues } from "../blueprint/value-issues.ts";
import type { Field } from "../contract/field.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";
import type { Issue } from "../errors.ts";
import { refuseIssues } from "./issues.ts";

/** A body between the two steps: JSON values by field name, which hooks may replace. */
export type Data = Readonly<Record<string, unknown>>;

/** The values that a write sets by field, in their JSON form. */
export type Values = ReadonlyMap<FieldModel, unknown>;

/** What is written, and for whom. */
export interface Settling {
  readonly operation: "create" | "update";
  readonly system?: boolean;
}

/**
 * The values that a write sets: for a create every field, null where it is unset; a list of references is empty then.
 * @throws LucentError `VALIDATION` for each required one that is missing.
 */
export function settle(model: CollectionModel, data: Data, { operation, system = false }: Settling): Values {
  const values = new Map<FieldModel, unknown>();
  const issues: Issue[] = [];
  for (const field of model.fields.values()) {
    const isSent = Object.hasOwn(data, field.name);
    const { definition } = field;
    if (definition === undefined || (!isSent && operation === "update")) continue;
    const sent = isSent ? data[field.name] : initialOf(definition);
    const value = sent ?? (field.links === undefined ? null : []);
    // Whoever does not know a hidden name is not told it; that of a password is everybody's to send.
    const isTold = isSent || system || !field.hidden || field.kind === "password";
    issues.push(...missingIssues(definition, value, isTold ? field.name : ""));
    values.set(field, value);
  }
  refuseIssues(issues);
  return values;
}

/** Where a hook has taken a default away, it stays away; a field that no body can carry begins with its own. */
function initialOf(definition: Field): unknown {
  return isWritable(definition, true) ? null : defaultOf(definition);
}
