import { queryBounds } from "./bounds.ts";
import { type Named, resolveName, throughSteps } from "./name.ts";
import { parseOperator } from "./operator.ts";
import { badRequest } from "./refuse.ts";
import { allOf, anyOf, complement, type Filter } from "./tree.ts";
import type { View, Views } from "./view.ts";

const maxDepth = 5;
const maxConditions = 50;
const { branches: maxBranches } = queryBounds;
/**
 * What a filter may cost in all. A condition costs one, and each relationship on the way to its field as much as four:
 * 50 plain conditions fit, and so do 15 behind three relationships, but not 50 of those.
 */
const maxCost = 200;
const hopCost = 4;
const maxEchoed = 64;

/**
 * Reads a `where` object into a checked tree.
 * @param views The collections that its dotted names may lead through.
 * @throws LucentError `UNKNOWN_FIELD` for a name that leaves what `view` and `views` show, `BAD_REQUEST` for everything
 * else.
 */
export function parseWhere(where: unknown, view: View, views: Views): Filter {
  let conditions = 0;
  let cost = 0;

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
    const named = resolveName(key, view, views);
    const tests = isPlainObject(value) ? Object.entries(value) : [["eq", value] as const];
    if (tests.length === 0) throw badRequest(key.length <= maxEchoed ? `where.${key}` : "where", "required");
    spend(named, tests.length);
    const of = allOf(tests.map(([operator, wanted]) => parseOperator(named.operand, operator, wanted)));
    return throughSteps(named.steps, of);
  }

  function spend({ steps }: Named, tests: number): void {
    conditions += tests;
    cost += tests + steps.length * hopCost;
    if (conditions > maxConditions || cost > maxCost) throw badRequest("where", "max");
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

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
