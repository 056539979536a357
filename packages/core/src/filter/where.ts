import type { FieldModel } from "../contract/model.ts";
import { parseOperator } from "./operator.ts";
import { badRequest, unknownField } from "./refuse.ts";
import { allOf, anyOf, complement, type Filter, type Operand } from "./tree.ts";

const maxDepth = 5;
const maxConditions = 50;
const maxBranches = 20;
const jsonPath = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const maxPathSegments = 5;

/** The fields that a filter may name: own entries of a map, never keys of an object. */
export type FieldMap = ReadonlyMap<string, FieldModel>;

interface Budget {
  conditions: number;
}

/**
 * Reads a `where` object into a checked tree.
 * @throws LucentError `UNKNOWN_FIELD` for a field that is not in `fields`, `BAD_REQUEST` for everything else.
 */
export function parseWhere(where: unknown, fields: FieldMap): Filter {
  return parseObject(where, fields, 1, { conditions: 0 });
}

function parseObject(where: unknown, fields: FieldMap, depth: number, budget: Budget): Filter {
  if (!isPlainObject(where)) throw badRequest("where", "type");
  if (depth > maxDepth) throw badRequest("where", "max");
  return allOf(Object.entries(where).map(([key, value]) => parseEntry(key, value, fields, depth, budget)));
}

// oxlint-disable-next-line eslint/max-params -- a recursive descent hands its whole state down
function parseEntry(key: string, value: unknown, fields: FieldMap, depth: number, budget: Budget): Filter {
  switch (key) {
    case "and":
      return allOf(parseBranches(key, value, fields, depth, budget));
    case "or":
      return anyOf(parseBranches(key, value, fields, depth, budget));
    case "not":
      return complement(parseObject(value, fields, depth + 1, budget));
    default:
      return parseField(findOperand(key, fields), key, value, budget);
  }
}

// oxlint-disable-next-line eslint/max-params -- a recursive descent hands its whole state down
function parseBranches(
  key: string,
  value: unknown,
  fields: FieldMap,
  depth: number,
  budget: Budget,
): readonly Filter[] {
  if (!Array.isArray(value)) throw badRequest(`where.${key}`, "type");
  if (value.length === 0) throw badRequest(`where.${key}`, "required");
  if (value.length > maxBranches) throw badRequest(`where.${key}`, "max");
  return value.map((branch: unknown) => parseObject(branch, fields, depth + 1, budget));
}

function findOperand(key: string, fields: FieldMap): Operand {
  const [name = "", ...path] = key.split(".");
  const field = fields.get(name);
  if (field === undefined) throw unknownField(key);
  if (path.length === 0) return { field, path };
  const isPath = path.length <= maxPathSegments && path.every((segment) => jsonPath.test(segment));
  if (field.kind !== "json" || !isPath) throw unknownField(key);
  return { field, path };
}

/** A bare value is short for `eq`; several operators on one field are AND. */
function parseField(operand: Operand, key: string, value: unknown, budget: Budget): Filter {
  const tests = isPlainObject(value) ? Object.entries(value) : [["eq", value] as const];
  if (tests.length === 0) throw badRequest(`where.${key}`, "required");
  budget.conditions += tests.length;
  if (budget.conditions > maxConditions) throw badRequest("where", "max");
  return allOf(tests.map(([operator, wanted]) => parseOperator(operand, operator, wanted)));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
