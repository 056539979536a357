import type { Validator as Compiled } from "typebox/compile";

import { fieldGrammar } from "../blueprint/names.ts";
import type { CollectionModel } from "../contract/model.ts";
import type { Issue, Rule } from "../errors.ts";

type SchemaError = ReturnType<Compiled["Errors"]>[number];

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["type", "type"],
  ["minLength", "minLength"],
  ["maxLength", "maxLength"],
  ["minimum", "min"],
  ["maximum", "max"],
  ["pattern", "pattern"],
  ["enum", "options"],
  ["format", "format"],
]);

const maxIssues = 64;

/** Translates what the schema found: one entry per value and rule, without the values themselves. */
export function schemaIssues(
  errors: readonly SchemaError[],
  body: unknown,
  model: CollectionModel,
): readonly Issue[] {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return [{ path: "", rule: "type" }];
  const issues: Issue[] = [];
  for (const error of errors) issues.push(...translate(error, body, model));
  return withoutRepeats(issues).slice(0, maxIssues);
}

function translate(error: SchemaError, body: object, model: CollectionModel): readonly Issue[] {
  if (error.keyword === "required") return missing(error, body);
  if (error.keyword === "additionalProperties") return extra(body, model);
  const rule = rules.get(error.keyword);
  const name = error.instancePath.slice(1);
  const field = model.fields.get(name);
  if (rule === undefined || field?.definition === undefined) return [];
  const isNull = Reflect.get(body, name) === null;
  return [{ path: name, rule: isNull && field.definition.required === true ? "required" : rule }];
}

function missing(error: SchemaError, body: object): readonly Issue[] {
  const names: unknown = Reflect.get(error.params, "requiredProperties");
  if (!Array.isArray(names)) return [];
  return names
    .filter((name: unknown): name is string => typeof name === "string" && !Object.hasOwn(body, name))
    .map((name) => ({ path: name, rule: "required" }));
}

/** Keys that are no field of the collection, and those that the server owns. A name that does not fit is not echoed. */
function extra(body: object, model: CollectionModel): readonly Issue[] {
  return Object.keys(body)
    .filter((key) => model.fields.get(key)?.definition === undefined)
    .map((key) => ({
      path: fieldGrammar.test(key) ? key : "",
      rule: isServerOwned(key) ? "readOnly" : "unknown",
    }));
}

function isServerOwned(key: string): boolean {
  return ["id", "createdAt", "updatedAt", "deletedAt"].includes(key);
}

function withoutRepeats(issues: readonly Issue[]): readonly Issue[] {
  const seen = new Set<string>();
  return issues.filter(({ path, rule }) => {
    const key = `${path} ${rule}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
