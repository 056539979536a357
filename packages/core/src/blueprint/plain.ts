import type { ArrayField, Field, MultiselectField, ToManyField } from "../contract/field.ts";
import type { Issue } from "../errors.ts";
import { storedJson } from "./json-text.ts";
import { storedScalar } from "./scalar.ts";
import { defaultMaxItems, defaultOf } from "./schema.ts";
import { isId } from "./value.ts";

/** A value in its JSON form, or what is wrong with it, by dotted paths that start with its own. */
export type Plain = { readonly value: unknown } | { readonly issues: readonly Issue[] };

/** A field whose value is a list. */
export type ListField = MultiselectField | ToManyField | ArrayField;

/** Whether a field's value is a list. */
export function isList(field: Field): field is ListField {
  return (
    field.type === "multiselect" ||
    field.type === "array" ||
    (field.type === "relationship" && field.hasMany === true)
  );
}

/**
 * Brings a value that fits the field's schema into its JSON form: ids in lower case, dates in UTC, entries of arrays
 * with all their fields. Checks what a schema can't say. Null is taken as it is.
 */
export function plainValue(field: Field, value: unknown, path: string): Plain {
  if (value === null) return { value };
  if (isList(field)) return plainList(field, value, path);
  if (field.type === "json" || field.type === "richtext") {
    const stored = storedJson(field, value);
    return "rule" in stored ? { issues: [{ path, rule: stored.rule }] } : { value };
  }
  const stored = storedScalar(field, normalised(field, value));
  return "rule" in stored ? { issues: [{ path, rule: stored.rule }] } : stored;
}

/** What a field makes of a value before it is looked at; `undefined` fits no kind. */
function normalised(field: Field, value: unknown): unknown {
  if (field.normalise === undefined) return value;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the value fits the field's kind, which is what its own function expects
  const normalise = field.normalise as (value: unknown) => unknown;
  return normalise(value);
}

/** The id that a create brings along. */
export function plainId(value: unknown): Plain {
  if (typeof value !== "string") return { issues: [{ path: "id", rule: "type" }] };
  return isId(value) ? { value: value.toLowerCase() } : { issues: [{ path: "id", rule: "format" }] };
}

function plainList(field: ListField, value: unknown, path: string): Plain {
  if (!Array.isArray(value)) return { issues: [{ path, rule: "type" }] };
  const issue = countIssue(field, value, path);
  if (issue !== undefined) return { issues: [issue] };
  const members = value.map((member: unknown, at) => plainMember(field, member, `${path}.${at}`));
  const issues = members.flatMap((member) => ("issues" in member ? member.issues : []));
  if (issues.length > 0) return { issues };
  return { value: members.map((member) => ("value" in member ? member.value : null)) };
}

/** Says whether a list has too few or too many members. What is there twice counts once, except in an array. */
export function countIssue(field: ListField, value: readonly unknown[], path: string): Issue | undefined {
  const count = field.type === "array" ? value.length : distinct(field, value).size;
  const max = field.maxItems ?? (field.type === "multiselect" ? field.options.length : defaultMaxItems);
  if (count > max) return { path, rule: "max" };
  return field.minItems !== undefined && count < field.minItems ? { path, rule: "min" } : undefined;
}

/** An id may come in upper or lower case. */
function distinct({ type }: ListField, value: readonly unknown[]): ReadonlySet<unknown> {
  if (type !== "relationship") return new Set(value);
  return new Set(value.map((id) => (typeof id === "string" ? id.toLowerCase() : id)));
}

function plainMember(field: ListField, member: unknown, path: string): Plain {
  switch (field.type) {
    case "array":
      return plainEntry(field, member, path);
    case "multiselect":
      return typeof member === "string" && field.options.includes(member)
        ? { value: member }
        : { issues: [{ path, rule: "options" }] };
    case "relationship": {
      const stored = storedScalar(field, member);
      return "rule" in stored ? { issues: [{ path, rule: stored.rule }] } : stored;
    }
  }
}

function plainEntry({ fields }: ArrayField, entry: unknown, path: string): Plain {
  if (typeof entry !== "object" || entry === null) return { issues: [{ path, rule: "type" }] };
  const given = new Map<string, unknown>(Object.entries(entry));
  const plain: Record<string, unknown> = {};
  const issues: Issue[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const found = plainValue(field, filled(field, given.get(name)), `${path}.${name}`);
    if ("issues" in found) issues.push(...found.issues);
    else plain[name] = found.value;
  }
  return issues.length > 0 ? { issues } : { value: plain };
}

/** What an entry holds for a field: what was sent, else the field's default, else null. */
export function filled(field: Field, sent: unknown): unknown {
  return sent === undefined ? (defaultOf(field) ?? null) : sent;
}
