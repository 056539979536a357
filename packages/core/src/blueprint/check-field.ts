import type { ArrayField, Field, Fields, ItemBounds, RelationshipField } from "../contract/field.ts";
import { commonProblems, kindProblem, type Place, unknownOptions } from "./field-options.ts";
import { fieldGrammar, reservedFields } from "./names.ts";
import { defaultOf } from "./schema.ts";
import { missingIssues, valueIssues } from "./value-issues.ts";
import { isDecimal, isStorable } from "./value.ts";

/** Says what is wrong with a field's definition, each as half a sentence behind the field's name. */
export function fieldProblems(
  field: Field,
  slugs: ReadonlySet<string>,
  place: Place = "collection",
): readonly string[] {
  const kind = kindProblem(field, place);
  if (kind !== undefined) return [kind];
  const found = [...unknownOptions(field, place), ...commonProblems(field), ...kindProblems(field, slugs)];
  // A default is checked like a value that a client sends, which takes a definition without mistakes.
  return found.length > 0 ? found : defaultProblems(field);
}

function kindProblems(field: Field, slugs: ReadonlySet<string>): readonly string[] {
  switch (field.type) {
    case "text":
    case "textarea":
      return [...lengthProblems(field), ...patternProblems(field.pattern)];
    case "password":
      return lengthProblems(field);
    case "number":
    case "integer":
      return boundsProblems(field.min, field.max);
    case "decimal":
      return decimalProblems(field.precision, field.scale, [field.min, field.max]);
    case "select":
      return optionProblems(field.options);
    case "multiselect":
      return [...optionProblems(field.options), ...itemProblems(field)];
    case "array":
      return [...itemProblems(field), ...entryProblems(field, slugs)];
    case "relationship":
      return relationshipProblems(field, slugs);
    case "json":
    case "richtext":
      return field.maxBytes === undefined || isWithin(field.maxBytes, 1, Number.MAX_SAFE_INTEGER)
        ? []
        : ["needs a maxBytes that is a whole number from 1"];
    case "email":
    case "boolean":
    case "date":
      return [];
  }
}

interface LengthBounds {
  readonly minLength?: number;
  readonly maxLength?: number;
}

function lengthProblems({ minLength, maxLength }: LengthBounds): readonly string[] {
  return boundsProblems(minLength, maxLength);
}

function boundsProblems(low: number | undefined, high: number | undefined): readonly string[] {
  if ([low, high].some((bound) => bound !== undefined && !Number.isFinite(bound))) {
    return ["has a bound that is not a finite number"];
  }
  return low !== undefined && high !== undefined && low > high
    ? ["has a lower bound above its upper bound"]
    : [];
}

function patternProblems(pattern: string | undefined): readonly string[] {
  if (pattern === undefined) return [];
  try {
    RegExp(pattern, "u");
    return [];
  } catch {
    return ["has a pattern that is not a regular expression in Unicode mode"];
  }
}

function decimalProblems(
  precision: number | undefined,
  scale: number | undefined,
  bounds: readonly (string | undefined)[],
): readonly string[] {
  const found: string[] = [];
  if (scale !== undefined && precision === undefined) found.push("has a scale without a precision");
  if (precision !== undefined && !isWithin(precision, 1, 1000)) found.push("needs a precision of 1 to 1000");
  if (precision !== undefined && !isWithin(scale ?? 0, 0, precision))
    found.push("needs a scale of 0 to its precision");
  if (bounds.some((bound) => bound !== undefined && !isDecimal(bound)))
    found.push("has a bound that is not a decimal");
  return found;
}

function isWithin(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}

function optionProblems(options: readonly string[]): readonly string[] {
  if (!Array.isArray(options) || options.length === 0) return ["needs at least one option"];
  if (options.some((option) => typeof option !== "string" || !isStorable(option))) {
    return ["has an option that is not a text"];
  }
  return new Set(options).size === options.length ? [] : ["has the same option twice"];
}

function itemProblems({ minItems, maxItems }: ItemBounds): readonly string[] {
  const found: string[] = [];
  if (minItems !== undefined && !isWithin(minItems, 0, Number.MAX_SAFE_INTEGER))
    found.push("needs a minItems that is a whole number from 0");
  if (maxItems !== undefined && !isWithin(maxItems, 1, Number.MAX_SAFE_INTEGER))
    found.push("needs a maxItems that is a whole number from 1");
  return found.length > 0 ? found : boundsProblems(minItems, maxItems);
}

/** The fields of an array's entries. */
function entryProblems({ fields }: ArrayField, slugs: ReadonlySet<string>): readonly string[] {
  if (typeof fields !== "object" || fields === null || Object.keys(fields).length === 0) {
    return ["needs at least one field for its entries"];
  }
  return Object.entries<Fields[string]>(fields).flatMap(([name, field]) => {
    const problems = fieldProblems(field, slugs, "entry");
    const found = problems.map((problem) => `has an entry whose field "${name}" ${problem}`);
    if (!fieldGrammar.test(name))
      found.push(`has an entry whose field name "${name}" must match ${fieldGrammar.source}`);
    return reservedFields.has(name)
      ? [...found, `has an entry whose field name "${name}" is reserved`]
      : found;
  });
}

const maxLinks = 1000;
const deleteActions: readonly unknown[] = [undefined, "restrict", "setNull", "cascade"];

function relationshipProblems(field: RelationshipField, slugs: ReadonlySet<string>): readonly string[] {
  const found: string[] = [];
  if (!slugs.has(field.to))
    found.push(`refers to the collection "${field.to}", which is not in the configuration`);
  if (!deleteActions.includes(field.onDelete))
    found.push('needs an onDelete of "restrict", "setNull" or "cascade"');
  return [...found, ...(field.hasMany === true ? toManyProblems(field) : toOneProblems(field))];
}

function toOneProblems(field: RelationshipField): readonly string[] {
  const found = ["minItems", "maxItems"]
    .filter((option) => option in field)
    .map((option) => `has ${option}, which only a list of references (hasMany) takes`);
  return field.required === true && field.onDelete === "setNull"
    ? [...found, "is required, so onDelete can't set it to null"]
    : found;
}

function toManyProblems(field: RelationshipField & ItemBounds): readonly string[] {
  const found = [...itemProblems(field)];
  if (field.maxItems !== undefined && field.maxItems > maxLinks)
    found.push(`takes at most ${maxLinks} items`);
  if (field.onDelete === "cascade") {
    found.push(
      'is a list of references, which can\'t cascade; onDelete "setNull" takes the target from the list',
    );
  }
  return found;
}

function defaultProblems(field: Field): readonly string[] {
  const value = defaultOf(field);
  if (value === undefined) return [];
  if (value === null) return ["has a default of null; leave it out instead"];
  const issues = valueIssues(field, value, "");
  const broken = issues.length > 0 ? issues : missingIssues(field, value, "");
  return broken.length === 0
    ? []
    : [
        defaultProblem(
          field,
          broken.map(({ rule }) => rule),
        ),
      ];
}

function defaultProblem({ type }: Field, rules: readonly string[]): string {
  if (rules.includes("options")) return "has a default that is not one of its options";
  const isOfType = type !== "select" && !rules.includes("type") && !rules.includes("format");
  return isOfType
    ? `has a default that breaks its own rules (${rules.join(", ")})`
    : "has a default that is not a value of its type";
}
