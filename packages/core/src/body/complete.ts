import type { ValidateContext } from "../contract/field.ts";
import type { PasswordHasher } from "../contract/hasher.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";
import { type Issue, type Rule, rules } from "../errors.ts";
import { refuseIssues } from "./issues.ts";
import type { Values } from "./settle.ts";

/** Who completes a body, and with what. */
export interface Completion extends Pick<ValidateContext, "user" | "operation" | "requestId"> {
  readonly hasher: PasswordHasher | undefined;
}

const waiting = new WeakMap<CollectionModel, boolean>();

/** Whether a collection has fields that take time to complete: passwords, and fields with a check of their own. */
function hasCompletion(model: CollectionModel): boolean {
  const found =
    waiting.get(model) ??
    [...model.fields.values()].some(
      ({ kind, definition }) => kind === "password" || definition?.validate !== undefined,
    );
  waiting.set(model, found);
  return found;
}

/**
 * Runs the checks that fields bring along, and hashes passwords where those pass.
 * @throws LucentError `VALIDATION` where a check says no. What a check throws is thrown on.
 */
export async function completeValues(
  model: CollectionModel,
  values: Values,
  completion: Completion,
): Promise<Values> {
  if (!hasCompletion(model)) return values;
  const data = Object.fromEntries([...values].map(([{ name }, value]) => [name, value]));
  const found = await Promise.all(
    [...values].map(async ([field, value]) => ownIssue(model, { field, value }, { ...completion, data })),
  );
  refuseIssues(found.flatMap((issue) => issue ?? []));
  const completed = new Map(values);
  for (const [field, value] of values) {
    if (field.kind === "password" && typeof value === "string") {
      completed.set(field, await hashOf(value, completion.hasher));
    }
  }
  return completed;
}

async function hashOf(password: string, hasher: PasswordHasher | undefined): Promise<string> {
  // A start refuses this; the last net under a password that would be stored as it came.
  if (hasher === undefined) throw new TypeError("a password can't be stored without a hasher");
  return hasher.hash(password);
}

async function ownIssue(
  { slug }: CollectionModel,
  { field: { name, definition }, value }: { readonly field: FieldModel; readonly value: unknown },
  { user, operation, requestId, data }: Completion & Pick<ValidateContext, "data">,
): Promise<Issue | undefined> {
  if (definition?.validate === undefined || value === null) return undefined;
  const context: ValidateContext = { user, operation, collection: slug, field: name, requestId, data };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the value has passed the checks of the field's kind, which is what its own check expects
  const check = definition.validate as (value: unknown, context: ValidateContext) => unknown;
  const answer = await check(value, context);
  return answer === true ? undefined : { path: name, rule: isRule(answer) ? answer : "format" };
}

const known: ReadonlySet<unknown> = new Set(rules);

/** A check written without types may answer anything; what is no rule never reaches a client. */
function isRule(answer: unknown): answer is Rule {
  return known.has(answer);
}
