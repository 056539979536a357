import { Compile, type Validator as Compiled } from "typebox/compile";

import type { ArrayField, Field, Fields } from "../contract/field.ts";
import type { Issue, Rule } from "../errors.ts";
import { fieldGrammar } from "./names.ts";
import { countIssue, filled, isList, type ListField, plainValue } from "./plain.ts";
import { type JsonSchema, writtenSchema } from "./schema.ts";

/** How many problems of one body are listed at most. */
export const maxIssues = 64;

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["type", "type"],
  ["minLength", "minLength"],
  ["maxLength", "maxLength"],
  ["minimum", "min"],
  ["maximum", "max"],
  ["pattern", "pattern"],
  ["enum", "options"],
]);

/** Says what is wrong with a value, each by its dotted path and rule. Null is taken, whatever is required. */
export function valueIssues(field: Field, value: unknown, path: string): readonly Issue[] {
  if (value === null) return [];
  if (isList(field)) return listIssues(field, value, path);
  const found = compiled(field)
    .Errors(value)
    .flatMap(({ keyword }) => rules.get(keyword) ?? []);
  return found.length > 0 ? found.map((rule) => ({ path, rule })) : plainIssues(field, value, path);
}

function plainIssues(field: Field, value: unknown, path: string): readonly Issue[] {
  const plain = plainValue(field, value, path);
  return "issues" in plain ? plain.issues : [];
}

/** The members of a list that is too long are not looked at. */
function listIssues(field: ListField, value: unknown, path: string): readonly Issue[] {
  if (!Array.isArray(value)) return [{ path, rule: "type" }];
  const count = countIssue(field, value, path);
  if (count?.rule === "max") return [count];
  const found: Issue[] = count === undefined ? [] : [count];
  for (const [at, member] of (value as readonly unknown[]).entries()) {
    if (found.length >= maxIssues) break;
    const place = `${path}.${at}`;
    if (field.type === "array") found.push(...entryIssues(field, member, place));
    else if (typeof member !== "string") found.push({ path: place, rule: "type" });
  }
  return found.length > 0 ? found : plainIssues(field, value, path);
}

function entryIssues({ fields }: ArrayField, entry: unknown, path: string): readonly Issue[] {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return [{ path, rule: "type" }];
  return Object.entries(entry).flatMap(([name, value]): readonly Issue[] => {
    const place = fieldGrammar.test(name) ? `${path}.${name}` : path;
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) return [{ path: place, rule: "unknown" }];
    return value === undefined ? [] : valueIssues(field, value, place);
  });
}

const validators = new WeakMap<Field, Compiled>();

/** The format of an e-mail address is checked when its length is known to be short. */
function compiled(field: Field): Compiled {
  const found = validators.get(field);
  if (found !== undefined) return found;
  const { format: _, ...schema }: JsonSchema = writtenSchema(field);
  const made = Compile(schema);
  validators.set(field, made);
  return made;
}

/** Says what is required and not there, in the entries of arrays too. */
export function missingIssues(field: Field, value: unknown, path: string): readonly Issue[] {
  const isEmpty = Array.isArray(value) && value.length === 0;
  if (value === null || (field.type === "relationship" && isEmpty)) {
    return field.required === true ? [{ path, rule: "required" }] : [];
  }
  if (field.type !== "array" || !Array.isArray(value)) return [];
  const parts = Object.entries<Fields[string]>(field.fields);
  return value.flatMap((entry: Readonly<Record<string, unknown>>, at) =>
    parts.flatMap(([name, part]) =>
      missingIssues(
        part,
        filled(part, Object.hasOwn(entry, name) ? entry[name] : undefined),
        `${path}.${at}.${name}`,
      ),
    ),
  );
}
