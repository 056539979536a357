import { Compile, type Validator as Compiled } from "typebox/compile";

import { fieldGrammar } from "../blueprint/names.ts";
import type { BodySchema, JsonSchema } from "../blueprint/schema.ts";
import type { CollectionModel } from "../contract/model.ts";
import type { Issue, Rule } from "../errors.ts";
import { storedValue } from "./stored.ts";

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

/**
 * Says everything that is wrong with a body, one entry per value and rule, without the values themselves. Each value is
 * checked by itself: a validator for the whole body stops after its eighth finding.
 */
export function bodyIssues(schema: BodySchema, body: unknown, model: CollectionModel): readonly Issue[] {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return [{ path: "", rule: "type" }];
  const given = new Map<string, unknown>(Object.entries(body));
  const missing = schema.required.filter((name) => !given.has(name));
  const issues = [
    ...extra([...given.keys()], model),
    ...missing.map((path) => ({ path, rule: "required" as const })),
    ...[...given].flatMap(([name, value]) => valueIssues(schema, model, [name, value])),
  ];
  return withoutRepeats(issues).slice(0, maxIssues);
}

/** Keys that are no field of the collection, and those that the server owns. A name that does not fit is not echoed. */
function extra(names: readonly string[], model: CollectionModel): readonly Issue[] {
  return names
    .filter((name) => model.fields.get(name)?.definition === undefined)
    .map((name) => ({
      path: fieldGrammar.test(name) ? name : "",
      rule: isServerOwned(name) ? "readOnly" : "unknown",
    }));
}

function isServerOwned(name: string): boolean {
  return ["id", "createdAt", "updatedAt", "deletedAt"].includes(name);
}

function valueIssues(
  { properties }: BodySchema,
  model: CollectionModel,
  [path, value]: readonly [string, unknown],
): readonly Issue[] {
  const definition = model.fields.get(path)?.definition;
  const schema = properties.get(path);
  if (definition === undefined || schema === undefined) return [];
  if (value === null && definition.required === true) return [{ path, rule: "required" }];
  const found = compiled(schema)
    .Errors(value)
    .flatMap(({ keyword }) => rules.get(keyword) ?? []);
  if (found.length > 0) return found.map((rule) => ({ path, rule }));
  const stored = storedValue(definition, value);
  return "rule" in stored ? [{ path, rule: stored.rule }] : [];
}

const validators = new WeakMap<JsonSchema, Compiled>();

function compiled(schema: JsonSchema): Compiled {
  const found = validators.get(schema) ?? Compile({ ...schema });
  validators.set(schema, found);
  return found;
}

function withoutRepeats(issues: readonly Issue[]): readonly Issue[] {
  const seen = new Set<string>();
  return issues.filter(({ path, rule }) => {
    const key = `${path} ${rule}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
