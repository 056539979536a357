import type { Field, FieldKind } from "../contract/field.ts";
import { wordsProblems } from "./check-words.ts";
import { defaultOf } from "./schema.ts";

/** What every field takes. */
const everywhere = [
  "type",
  "required",
  "unique",
  "index",
  "hidden",
  "access",
  "writable",
  "normalise",
  "validate",
  "previousName",
  "description",
  "deprecated",
];

/** What has no place in an entry of an array, which is read and written as a whole. */
const columnOptions: ReadonlySet<string> = new Set([
  "unique",
  "index",
  "searchable",
  "hidden",
  "access",
  "writable",
  "normalise",
  "validate",
  "previousName",
]);

/** The options that each kind takes beside those that all do. */
const optionsByKind: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    text: ["default", "minLength", "maxLength", "pattern", "searchable"],
    textarea: ["default", "minLength", "maxLength", "pattern", "searchable"],
    email: ["default", "searchable"],
    number: ["default", "min", "max"],
    integer: ["default", "min", "max"],
    decimal: ["default", "precision", "scale", "min", "max"],
    boolean: ["default"],
    date: ["default"],
    select: ["default", "options"],
    multiselect: ["default", "options", "minItems", "maxItems"],
    json: ["default", "maxBytes"],
    richtext: ["default", "maxBytes"],
    array: ["default", "fields", "minItems", "maxItems"],
    password: ["minLength", "maxLength"],
    relationship: ["to", "hasMany", "minItems", "maxItems", "onDelete"],
  } satisfies Record<FieldKind, readonly string[]>),
);

/** Where a field stands: in a collection, or in the entries of an array. */
export type Place = "collection" | "entry";

/** The kinds that may stand in a place. */
const kindsIn: Readonly<Record<Place, readonly string[]>> = {
  collection: [...optionsByKind.keys()],
  entry: [...optionsByKind.keys()].filter((kind) => kind !== "password" && kind !== "relationship"),
};

/** Says that a field's kind is unknown, or has no place here. */
export function kindProblem({ type }: Field, place: Place): string | undefined {
  const kinds = kindsIn[place];
  if (kinds.includes(type)) return undefined;
  const known = kinds.join(", ");
  return optionsByKind.has(type)
    ? `has the type "${type}", which has no place in an array; types are ${known}`
    : `has the unknown type "${type}"; types are ${known}`;
}

/** Says which options of a field are unknown. */
export function unknownOptions(field: Field, place: Place): readonly string[] {
  const own = [...everywhere, ...(optionsByKind.get(field.type) ?? [])];
  const known = place === "entry" ? own.filter((option) => !columnOptions.has(option)) : own;
  return Object.keys(field)
    .filter((option) => !known.includes(option))
    .map((option) => `has the unknown option "${option}"; ${takes(field, place)} ${known.join(", ")}`);
}

function takes({ type }: Field, place: Place): string {
  return place === "entry" ? `in an array a ${type} field takes` : `a ${type} field takes`;
}

/** Says which options that every field has do not go with this one. */
export function commonProblems(field: Field): readonly string[] {
  const found: string[] = [...wordsProblems(field)];
  const flat = flatName(field);
  if (flat !== undefined && (field.unique === true || field.index === true)) {
    found.push(`is ${flat}, which can't be unique or indexed`);
  }
  if (field.type === "multiselect" && field.unique === true)
    found.push("is multiselect, which can't be unique");
  if (field.hidden === true && isSearchable(field)) {
    found.push("is hidden, so it can't be searchable");
  }
  if (field.validate !== undefined && typeof field.validate !== "function") {
    found.push("has a validate that is not a function");
  }
  if (field.normalise !== undefined && typeof field.normalise !== "function") {
    found.push("has a normalise that is not a function");
  }
  found.push(...writableProblems(field));
  const rules = Object.keys(field.access ?? {}).filter((key) => !fieldRules.includes(key));
  found.push(...rules.map((key) => `access has the unknown key "${key}"; it takes ${fieldRules.join(", ")}`));
  return found;
}

function writableProblems(field: Field): readonly string[] {
  const { required } = field;
  // It comes from a configuration that may have no types.
  const writable: unknown = field.writable;
  if (writable === undefined || writable === "create") return [];
  if (writable !== false) return [`has a writable that is neither "create" nor false`];
  return required === true && defaultOf(field) === undefined
    ? ["is required and never written, so it needs a default"]
    : [];
}

/** Whether `search` looks at a field. */
export function isSearchable(field: Field): boolean {
  return "searchable" in field && field.searchable;
}

const fieldRules = ["read", "create", "update"];

const flatKinds: ReadonlySet<FieldKind> = new Set(["json", "richtext", "array", "password"]);

/** What a field is whose values have no order and no equality in an index. */
function flatName(field: Field): string | undefined {
  if (field.type === "relationship") return field.hasMany === true ? "a list of references" : undefined;
  return flatKinds.has(field.type) ? field.type : undefined;
}
