import { isStorable, parseValue, type SqlValue } from "../blueprint/value.ts";
import type { ValueKind } from "../contract/model.ts";
import type { Rule } from "../errors.ts";
import { badRequest } from "./refuse.ts";
import { type Comparison, everything, type Filter, nothing, type Operand } from "./tree.ts";

const maxMembers = 100;
const maxMatchLength = 200;
const maxEchoed = 64;

const equality = ["eq", "neq", "in", "nin", "exists"];
const order = [...equality, "gt", "gte", "lt", "lte", "between"];
const match = [...order, "like", "startsWith"];

/** Which operators each kind understands. */
function operatorsOf({ field: { kind }, path }: Operand): readonly string[] {
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
