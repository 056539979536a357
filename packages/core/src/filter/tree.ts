import type { SqlValue } from "../blueprint/value.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";

/** Every row. Only an access rule that answers `true`, or a caller without `where`, can produce it. */
export interface Everything {
  readonly kind: "everything";
}

/** No row. */
export interface Nothing {
  readonly kind: "nothing";
}

/** All of at least two filters. */
export interface And {
  readonly kind: "and";
  readonly of: readonly Filter[];
}

/** One of at least two filters. */
export interface Or {
  readonly kind: "or";
  readonly of: readonly Filter[];
}

/** The exact complement: also true where the filter is unknown. */
export interface Not {
  readonly kind: "not";
  readonly of: Filter;
}

/** Where a condition looks: a column, or a path inside a JSON column. */
export interface Operand {
  readonly field: FieldModel;
  /** Keys inside the JSON value; empty for the column itself. */
  readonly path: readonly string[];
}

/** Compares with one value. */
export interface Comparison extends Operand {
  readonly kind: "comparison";
  readonly operator: "eq" | "neq" | "gt" | "gte" | "lt" | "lte";
  readonly value: SqlValue;
}

/** Between two values, both included. */
export interface Between extends Operand {
  readonly kind: "between";
  readonly low: SqlValue;
  readonly high: SqlValue;
}

/** One of several values, or none of them; never an empty list. */
export interface Membership extends Operand {
  readonly kind: "membership";
  readonly negated: boolean;
  readonly values: readonly SqlValue[];
}

/** Set, or null. */
export interface Existence extends Operand {
  readonly kind: "existence";
  readonly exists: boolean;
}

/** Case-insensitive substring or prefix; every character of the text is literal. */
export interface Match extends Operand {
  readonly kind: "match";
  readonly anchored: boolean;
  readonly text: string;
}

/** Holds at least one of the values, or every one of them: on a list of options and on a to-many relationship. */
export interface Containment {
  readonly kind: "containment";
  readonly field: FieldModel;
  readonly mode: "any" | "all";
  /** Never empty. */
  readonly values: readonly string[];
}

/** Some target of a relationship matches; without a target nothing does. `of` holds the target's own row filter too. */
export interface Related {
  readonly kind: "related";
  readonly field: FieldModel;
  readonly target: CollectionModel;
  readonly of: Filter;
}

/** Words found in some text fields, by the rules of web search engines (quotes, `-word`, `or`). */
export interface TextSearch {
  readonly kind: "search";
  /** The fields that are searched, in the order of their collection; never empty. */
  readonly fields: readonly FieldModel[];
  readonly text: string;
}

/** One test of one field's own value. */
export type Condition = Comparison | Between | Membership | Existence | Match;

/** Which rows. There is no form for "no condition given": an empty list is `everything` or `nothing`, said out loud. */
export type Filter = Everything | Nothing | And | Or | Not | Condition | Containment | Related | TextSearch;

/** Every row. */
export const everything: Everything = { kind: "everything" };

/** No row. */
export const nothing: Nothing = { kind: "nothing" };

/** Rows that match every filter; all rows for an empty list. */
export function allOf(filters: readonly Filter[]): Filter {
  if (filters.some(({ kind }) => kind === "nothing")) return nothing;
  const of = filters.filter(({ kind }) => kind !== "everything");
  const [only] = of;
  if (only === undefined) return everything;
  return of.length === 1 ? only : { kind: "and", of };
}

/** Rows that match at least one filter; no row for an empty list. */
export function anyOf(filters: readonly Filter[]): Filter {
  if (filters.some(({ kind }) => kind === "everything")) return everything;
  const of = filters.filter(({ kind }) => kind !== "nothing");
  const [only] = of;
  if (only === undefined) return nothing;
  return of.length === 1 ? only : { kind: "or", of };
}

/** Rows that do not match a filter. Twice is the filter again: it is `IS NOT TRUE` both times. */
export function complement(filter: Filter): Filter {
  if (filter.kind === "everything") return nothing;
  if (filter.kind === "nothing") return everything;
  return filter.kind === "not" ? filter.of : { kind: "not", of: filter };
}

/** Whether a filter looks at other rows than the one it is asked about. */
export function isOverRelations(filter: Filter): boolean {
  if (filter.kind === "and" || filter.kind === "or") return filter.of.some(isOverRelations);
  return filter.kind === "not" ? isOverRelations(filter.of) : filter.kind === "related";
}
