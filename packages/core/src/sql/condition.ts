import type { SqlValue } from "../blueprint/value.ts";
import type { ValueKind } from "../contract/model.ts";
import type { Condition, Filter, Operand } from "../filter/tree.ts";
import { arrayLiteral, quote, type Writer } from "./writer.ts";

/** How a value of a kind is cast when it is compared. */
export function comparedType(kind: ValueKind): string {
  switch (kind) {
    case "id":
    case "relationship":
      return "uuid";
    case "text":
    case "textarea":
    case "email":
    case "select":
      return "text";
    case "number":
      return "double precision";
    case "integer":
      return "bigint";
    case "decimal":
      return "numeric";
    case "boolean":
      return "boolean";
    case "date":
      return "timestamptz";
    case "json":
      return "jsonb";
  }
}

/** Writes a filter as a boolean expression over the columns of `alias`. A row matches where it is true. */
export function filterSql(filter: Filter, alias: string, to: Writer): string {
  switch (filter.kind) {
    case "everything":
      return "true";
    case "nothing":
      return "false";
    case "and":
    case "or":
      return `(${filter.of.map((each) => filterSql(each, alias, to)).join(` ${filter.kind} `)})`;
    case "not":
      return `((${filterSql(filter.of, alias, to)}) is not true)`;
    case "comparison":
    case "between":
    case "membership":
    case "existence":
    case "match":
      return conditionSql(filter, alias, to);
  }
}

const symbols = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

function conditionSql(condition: Condition, alias: string, to: Writer): string {
  const operand = operandSql(condition, alias, to);
  switch (condition.kind) {
    case "comparison": {
      const value = valueSql(condition, condition.value, to);
      if (condition.operator === "eq") return `${operand} = ${value}`;
      // A null is "not equal" to any value.
      if (condition.operator === "neq") return `${operand} is distinct from ${value}`;
      return `${operand} ${symbols[condition.operator]} ${value}`;
    }
    case "between":
      return `${operand} between ${valueSql(condition, condition.low, to)} and ${valueSql(condition, condition.high, to)}`;
    case "membership": {
      const list = to.bind(arrayLiteral(condition.values), `${comparedType(condition.field.kind)}[]`);
      const member = `${operand} = any(${list})`;
      return condition.negated ? `((${member}) is not true)` : member;
    }
    case "existence":
      return `${operand} is ${condition.exists ? "not null" : "null"}`;
    case "match":
      return `${operand} ilike ${to.bind(pattern(condition.text, condition.anchored), "text")}`;
  }
}

/** JSON is bound as text first: a driver that sees a jsonb parameter would encode the text a second time. */
function valueSql({ field }: Operand, value: SqlValue, to: Writer): string {
  return field.kind === "json"
    ? `${to.bind(value, "text")}::jsonb`
    : to.bind(value, comparedType(field.kind));
}

/** A JSON null inside a document counts as null. */
function operandSql({ field, path }: Operand, alias: string, to: Writer): string {
  const column = `${alias}.${quote(field.column)}`;
  if (path.length === 0) return column;
  return `nullif(${column} #> ${to.bind(arrayLiteral(path), "text[]")}, 'null'::jsonb)`;
}

/** `%`, `_` and `\` lose their meaning; backslash is the escape character of LIKE by default. */
function pattern(text: string, anchored: boolean): string {
  const literal = text.replaceAll(/[%_\\]/g, (character) => `\\${character}`);
  return anchored ? `${literal}%` : `%${literal}%`;
}
