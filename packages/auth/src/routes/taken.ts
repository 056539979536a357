import { type CollectionModel, isLucentError, type Issue, LucentError } from "@lucent/core";

import type { At } from "./place.ts";

type Form = Readonly<Record<string, unknown>>;

/**
 * Refuses a form for what it has in common with another account beside the address, such as a name: in the same way
 * whether its address was free or not. Else whoever knows a name that is taken could ask which addresses are.
 * @throws LucentError `CONFLICT`, with those fields that the caller could have found out by reading.
 */
export async function refuseTaken({ realm: { model }, call: { lucent } }: At, form: Form): Promise<void> {
  const errors: Issue[] = [];
  let isTaken = false;
  for (const names of uniqueFields(model)) {
    const where = sameValues(names, form);
    if (where === undefined || !(await isThere(lucent.asSystem()[model.slug]?.count(where)))) continue;
    isTaken = true;
    const [path = ""] = names;
    const isReadable = names.length === 1 && (await isThere(lucent.as(null)[model.slug]?.count(where)));
    if (isReadable) errors.push({ path, rule: "unique" });
  }
  if (isTaken) throw new LucentError("CONFLICT", errors.length === 0 ? {} : { errors });
}

/** What no two accounts have in common, beside the address. */
function uniqueFields({ definition }: CollectionModel): readonly (readonly string[])[] {
  const { fields, indexes = [] } = definition;
  const alone = Object.entries(fields)
    .filter(([, field]) => "unique" in field && field.unique)
    .map(([name]) => [name]);
  const together = indexes.filter(({ unique }) => unique === true).map((index) => index.fields);
  return [...alone, ...together].filter((names) => !names.includes("email"));
}

/** `undefined` where one of them is not set: then it is not the same as any other. */
function sameValues(names: readonly string[], form: Form): object | undefined {
  const conditions = names.map((name) => [name, { eq: form[name] }] as const);
  const isSet = conditions.every(([, { eq }]) => eq !== undefined && eq !== null);
  return isSet ? Object.fromEntries(conditions) : undefined;
}

/** What can't be asked for, or not by this caller, is not found. */
async function isThere(count: Promise<number> | undefined): Promise<boolean> {
  try {
    return ((await count) ?? 0) > 0;
  } catch (error) {
    if (isLucentError(error) && error.status < 500) return false;
    throw error;
  }
}
