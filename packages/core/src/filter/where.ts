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

/**
 * Reads a `where` object into a checked tree.
 * @throws LucentError `UNKNOWN_FIELD` for a field that is not in `fields`, `BAD_REQUEST` for everything else.
 */
export function parseWhere(where: unknown, fields: FieldMap): Filter {
  let conditions = 0;

  function parseObject(value: unknown, depth: number): Filter {
    if (!isPlainObject(value)) throw badRequest("where", "type");
    if (depth > maxDepth) throw badRequest("where", "max");
    return allOf(Object.entries(value).map(([key, entry]) => parseEntry(key, entry, depth)));
  }

  function parseEntry(key: string, value: unknown, depth: number): Filter {
    if (key === "and") return allOf(parseBranches(key, value, depth));
    if (key === "or") return anyOf(parseBranches(key, value, depth));
    if (key === "not") return complement(parseObject(value, depth + 1));
    return parseField(key, value);
  }

  function parseBranches(key: string, value: unknown, depth: number): readonly Filter[] {
    if (!Array.isArray(value)) throw badRequest(`where.${key}`, "type");
    if (value.length === 0) throw badRequest(`where.${key}`, "required");
    if (value.length > maxBranches) throw badRequest(`where.${key}`, "max");
    return value.map((branch: unknown) => parseObject(branch, depth + 1));
  }

  /** A bare value is short for `eq`; several operators on one field are AND. */
  function parseField(key: string, value: unknown): Filter {
    const operand = findOperand(key, fields);
    const tests = isPlainObject(value) ? Object.entries(value) : [["eq", value] as const];
    if (tests.length === 0) throw badRequest(`where.${key}`, "required");
    conditions += tests.length;
    if (conditions > maxConditions) throw badRequest("where", "max");
    return allOf(tests.map(([operator, wanted]) => parseOperator(operand, operator, wanted)));
  }

  return parseObject(where, 1);
}

/** Whether a filter, or a part of its combinations, says nothing at all: in a rule that would quietly mean every row. */
export function hasEmptyPart(where: unknown): boolean {
  if (!isPlainObject(where)) return false;
  const entries = Object.entries(where);
  if (entries.length === 0) return true;
  return entries.some(([key, value]) => {
    if (key === "not") return hasEmptyPart(value);
    return (key === "and" || key === "or") && Array.isArray(value) && value.some(hasEmptyPart);
  });
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

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
