import type { Field, FieldKind } from "../contract/field.ts";
import { isDecimal, isStorable, parseValue } from "./value.ts";

const everywhere = ["type", "required", "unique", "index", "default"];

/** The keys that each kind understands beside those that all do. */
const keysByKind: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    text: ["minLength", "maxLength", "pattern"],
    textarea: ["minLength", "maxLength", "pattern"],
    email: [],
    number: ["min", "max"],
    integer: ["min", "max"],
    decimal: ["precision", "scale", "min", "max"],
    boolean: [],
    date: [],
    select: ["options"],
    json: ["maxBytes"],
    relationship: ["to"],
  } satisfies Record<FieldKind, readonly string[]>),
);

/** Says what is wrong with a field's definition, each as half a sentence behind the field's name. */
export function fieldProblems(field: Field, slugs: ReadonlySet<string>): readonly string[] {
  const keys = keysByKind.get(field.type);
  if (keys === undefined) {
    return [`has the unknown type "${field.type}"; types are ${[...keysByKind.keys()].join(", ")}`];
  }
  const found = Object.keys(field)
    .filter((key) => !everywhere.includes(key) && !keys.includes(key))
    .map(
      (key) =>
        `has the unknown option "${key}"; a ${field.type} field takes ${[...everywhere, ...keys].join(", ")}`,
    );
  return [...found, ...kindProblems(field, slugs), ...defaultProblems(field)];
}

function kindProblems(field: Field, slugs: ReadonlySet<string>): readonly string[] {
  switch (field.type) {
    case "text":
    case "textarea":
      return [...boundsProblems(field.minLength, field.maxLength), ...patternProblems(field.pattern)];
    case "number":
    case "integer":
      return boundsProblems(field.min, field.max);
    case "decimal":
      return decimalProblems(field.precision, field.scale, [field.min, field.max]);
    case "select":
      return optionProblems(field.options);
    case "relationship":
      return slugs.has(field.to)
        ? []
        : [`refers to the collection "${field.to}", which is not in the configuration`];
    case "json":
      return field.unique === true || field.index === true
        ? ["is json, which can't be unique or indexed"]
        : [];
    case "email":
    case "boolean":
    case "date":
      return [];
  }
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

function defaultProblems(field: Field): readonly string[] {
  if (field.type === "relationship" || field.default === undefined) return [];
  if (field.type === "json") return [];
  if (field.type === "select" && !field.options.includes(field.default)) {
    return ["has a default that is not one of its options"];
  }
  return parseValue(field.type, field.default) === undefined
    ? ["has a default that is not a value of its type"]
    : [];
}
