import type { Runner } from "../contract/database.ts";
import type { Logger } from "../contract/logger.ts";
import type { FieldModel } from "../contract/model.ts";
import type { Condition, Filter } from "../filter/tree.ts";
import { explainList, selectSize } from "../sql/explain.ts";
import type { Allowed } from "./access.ts";
import { firstPage } from "./list.ts";
import type { ListInput } from "./valid.ts";

/** Looks at a list that was just answered. Never fails and keeps nobody waiting. */
export type IndexAdvisor = (allowed: Allowed<ListInput>) => void;

/** Below this reading a whole table is as quick as an index, and Postgres does it on purpose. */
const largeTable = 10_000;
// A client can make up queries for ever.
const maxShapes = 1_000;

/**
 * Makes the advisor for development: says once for each shape of a list that reads a whole large table which index
 * would serve it. Asks the planner, so it costs a statement for each new shape.
 */
export function indexAdvisor(database: Runner, logger: Logger): IndexAdvisor {
  const seen = new Set<string>();
  async function advise(allowed: Allowed<ListInput>): Promise<void> {
    const { model } = allowed;
    const [[size] = []] = await database.run(selectSize(model.table));
    if (Number(size) < largeTable) return;
    const [[plan] = []] = await database.run(explainList(firstPage(allowed)));
    if (!scansTable(plan, model.table)) return;
    const { fields, unserved } = wantedIndex(allowed);
    const advice = fields.length > 0 ? `indexes: [{ fields: ${JSON.stringify(fields)} }]` : undefined;
    logger.warn("a list reads a whole table", {
      collection: model.slug,
      rows: Number(size),
      ...(advice === undefined ? {} : { add: advice }),
      ...(unserved.length === 0 ? {} : { noPlainIndexServes: unserved }),
    });
  }
  return (allowed) => {
    const key = shapeKey(allowed);
    if (seen.has(key) || seen.size >= maxShapes) return;
    seen.add(key);
    advise(allowed).catch((error: unknown) => {
      logger.warn("no index advice", { error: error instanceof Error ? error.message : String(error) });
    });
  };
}

function scansTable(plan: unknown, table: string): boolean {
  if (Array.isArray(plan)) return plan.some((each) => scansTable(each, table));
  if (typeof plan !== "object" || plan === null) return false;
  const node = new Map<string, unknown>(Object.entries(plan));
  if (node.get("Node Type") === "Seq Scan" && node.get("Relation Name") === table) return true;
  return scansTable(node.get("Plan"), table) || scansTable(node.get("Plans"), table);
}

/** What is asked of which fields, without the values: the same for every page and every caller of one rule. */
function shapeKey({ model, rows, input }: Allowed<ListInput>): string {
  const keys = input.query.sort.map((key) =>
    "field" in key ? `${key.descending ? "-" : ""}${key.field.name}${key.through?.length ?? ""}` : "rank",
  );
  return `${model.slug} ${filterKey(rows)} ${keys.join(",")}`;
}

function filterKey(filter: Filter): string {
  switch (filter.kind) {
    case "and":
    case "or":
      return `${filter.kind}(${[...new Set(filter.of.map(filterKey))].toSorted().join(",")})`;
    case "not":
      return `not(${filterKey(filter.of)})`;
    case "related":
      return `${filter.field.name}.${filterKey(filter.of)}`;
    case "comparison":
      return `${filter.field.name}.${filter.operator}`;
    case "everything":
    case "nothing":
    case "search":
      return filter.kind;
    case "between":
    case "membership":
    case "existence":
    case "match":
    case "containment":
      return `${filter.field.name}.${filter.kind}`;
  }
}

interface Wanted {
  readonly fields: readonly string[];
  readonly unserved: readonly string[];
}

/** What is compared with one value comes first, then the order; where there is none, a range. */
function wantedIndex({ rows, input }: Allowed<ListInput>): Wanted {
  const conditions = plainConditions(rows);
  const exact = conditions.filter(isExact).map(({ field }) => field);
  const ranges = conditions.filter(isRange).map(({ field }) => field);
  const order = input.query.sort.flatMap((key) =>
    "field" in key && key.through === undefined ? key.field : [],
  );
  const fields = unique([...exact, ...order.filter(({ kind }) => kind !== "id"), ...ranges.slice(0, 1)]);
  const unserved = unique(conditions.filter(({ kind }) => kind === "match").map(({ field }) => field));
  return { fields, unserved };
}

function unique(fields: readonly FieldModel[]): readonly string[] {
  return [...new Set(fields.map(({ name }) => name))];
}

/** The conditions that every row must meet. */
function plainConditions(filter: Filter): readonly Condition[] {
  if (filter.kind === "and") return filter.of.flatMap(plainConditions);
  const isPlain =
    filter.kind === "comparison" ||
    filter.kind === "membership" ||
    filter.kind === "between" ||
    filter.kind === "match";
  return isPlain && filter.path.length === 0 ? [filter] : [];
}

function isExact(condition: Condition): boolean {
  if (condition.kind === "membership") return !condition.negated;
  return condition.kind === "comparison" && condition.operator === "eq";
}

function isRange(condition: Condition): boolean {
  if (condition.kind === "between") return true;
  return condition.kind === "comparison" && condition.operator !== "eq" && condition.operator !== "neq";
}
