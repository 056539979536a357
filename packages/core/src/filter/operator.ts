import { isStorable, parseValue, type SqlValue } from "../blueprint/value.ts";
import type { ValueKind } from "../contract/model.ts";
import type { Rule } from "../errors.ts";
import { queryBounds } from "./bounds.ts";
import { badRequest } from "./refuse.ts";
import { type Comparison, complement, everything, type Filter, nothing, type Operand } from "./tree.ts";

const { members: maxMembers, match: maxMatchLength } = queryBounds;
const maxEchoed = 64;

const equality = ["eq", "neq", "in", "nin", "exists"];
const order = [...equality, "gt", "gte", "lt", "lte", "between"];
const match = [...order, "like", "startsWith"];
const containment = ["contains", "notContains", "any", "all", "exists"];

/** Which operators each kind understands. */
export function operatorsOf({ field, path }: Operand): readonly string[] {
  if (field.links !== undefined) return containment;
  const { kind } = field;
  switch (kind) {
    case "text":
    case "textarea":
    case "email":
      return match;
    case "number":
    case "integer":
    case "decimal":
    case "date":
      return order;
    case "boolean":
    case "select":
    case "relationship":
    case "id":
      return equality;
    case "json":
      return path.length === 0 ? ["exists"] : equality;
    case "multiselect":
      return containment;
    case "richtext":
    case "array":
      return ["exists"];
    case "password":
      return [];
  }
}

/**
 * Reads one operator and its value for one field.
 * @throws LucentError `BAD_REQUEST` for an operator that the field does not have and a value of the wrong type.
 */
export function parseOperator(operand: Operand, operator: string, value: unknown): Filter {
  if (!operatorsOf(operand).includes(operator)) throw refusal(operand, "unknown");
  switch (operator) {
    case "eq":
    case "neq":
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return comparison(operand, operator, value);
    case "between":
      return between(operand, value);
    case "in":
      return membership(operand, value, false);
    case "nin":
      return membership(operand, value, true);
    case "exists":
      if (typeof value !== "boolean") throw refusal(operand, "type");
      return { kind: "existence", ...operand, exists: value };
    case "like":
    case "startsWith":
      return textMatch(operand, value, operator === "startsWith");
    case "contains":
      return contained(operand, [value], "any");
    case "notContains":
      return complement(contained(operand, [value], "any"));
    case "any":
    case "all":
      return contained(operand, value, operator);
    default:
      throw refusal(operand, "unknown");
  }
}

function refusal({ field, path }: Operand, rule: Rule): Error {
  const full = [field.name, ...path].join(".");
  return badRequest(`where.${full.length <= maxEchoed ? full : field.name}`, rule);
}

function comparison(operand: Operand, operator: Comparison["operator"], value: unknown): Filter {
  return { kind: "comparison", ...operand, operator, value: scalar(operand, value) };
}

function between(operand: Operand, value: unknown): Filter {
  if (!Array.isArray(value) || value.length !== 2) throw refusal(operand, "type");
  const [low, high] = value as readonly unknown[];
  return { kind: "between", ...operand, low: scalar(operand, low), high: scalar(operand, high) };
}

function membership(operand: Operand, value: unknown, negated: boolean): Filter {
  if (!Array.isArray(value)) throw refusal(operand, "type");
  if (value.length > maxMembers) throw refusal(operand, "max");
  if (value.length === 0) return negated ? everything : nothing;
  const values = value.map((member: unknown) => scalar(operand, member));
  return { kind: "membership", ...operand, negated, values };
}

function contained(operand: Operand, value: unknown, mode: "any" | "all"): Filter {
  if (!Array.isArray(value)) throw refusal(operand, "type");
  if (value.length === 0) throw refusal(operand, "required");
  if (value.length > maxMembers) throw refusal(operand, "max");
  const values = value.map((member: unknown) => listed(operand, member));
  return { kind: "containment", field: operand.field, mode, values: [...new Set(values)] };
}

/** An option, or the id of a target. */
function listed(operand: Operand, value: unknown): string {
  const found = parseValue(operand.field.kind === "relationship" ? "relationship" : "text", value);
  if (typeof found !== "string") throw refusal(operand, "type");
  return found;
}

function textMatch(operand: Operand, value: unknown, anchored: boolean): Filter {
  if (typeof value !== "string" || !isStorable(value)) throw refusal(operand, "type");
  if (value.length === 0) throw refusal(operand, "minLength");
  if (value.length > maxMatchLength) throw refusal(operand, "maxLength");
  return { kind: "match", ...operand, anchored, text: value };
}

function scalar(operand: Operand, value: unknown): SqlValue {
  const found =
    operand.field.kind === "json" ? jsonScalar(value) : parseValue(comparedAs(operand.field.kind), value);
  if (found === undefined) throw refusal(operand, "type");
  return found;
}

/** Any text may be compared with a select field; one that is no option just matches nothing. */
function comparedAs(kind: ValueKind): ValueKind {
  return kind === "select" ? "text" : kind;
}

/** Inside JSON a value is compared as JSON, so it travels as JSON text. */
function jsonScalar(value: unknown): string | undefined {
  const isScalar =
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value)) ||
    (typeof value === "string" && isStorable(value));
  return isScalar ? JSON.stringify(value) : undefined;
}
