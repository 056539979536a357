import type { SqlValue } from "../blueprint/value.ts";
import type { ValueKind } from "../contract/model.ts";
import type { Condition, Containment, Existence, Filter, Operand, Related } from "../filter/tree.ts";
import { ownLinks, targetSql } from "./relation.ts";
import { searchSql } from "./search.ts";
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
    case "password":
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
    case "richtext":
    case "array":
      return "jsonb";
    case "multiselect":
      return "text[]";
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
    case "containment":
      return containmentSql(filter, alias, to);
    case "related":
      return relatedSql(filter, alias, to);
    case "search":
      return searchSql(filter, alias, to);
  }
}

/** Some target matches, and so exists: without one the answer is no, whatever is asked. */
function relatedSql({ field, target, of }: Related, alias: string, to: Writer): string {
  const found = targetSql(field, target, { alias, to });
  return `exists (select 1 from ${found.from} where ${found.on} and ${filterSql(of, found.alias, to)})`;
}

function containmentSql({ field, mode, values }: Containment, alias: string, to: Writer): string {
  const { links } = field;
  if (links === undefined) {
    const list = to.bind(arrayLiteral(values), "text[]");
    return `${alias}.${quote(field.column)} ${mode === "any" ? "&&" : "@>"} ${list}`;
  }
  const link = to.alias();
  const list = to.bind(arrayLiteral(values), "uuid[]");
  const own = `${ownLinks(links, alias, link)} and ${link}.${quote(links.target)} = any(${list})`;
  // A document holds a target once at most, and the values were made unique.
  return mode === "any"
    ? `exists (select 1 from ${own})`
    : `(select count(*) from ${own}) = ${to.bind(values.length, "bigint")}`;
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
      return existenceSql(condition, operand, { alias, to });
    case "match":
      return `${operand} ilike ${to.bind(pattern(condition.text, condition.anchored), "text")}`;
  }
}

/** A to-many relationship is set where it holds anything. */
function existenceSql(
  { field, exists }: Existence,
  operand: string,
  { alias, to }: { readonly alias: string; readonly to: Writer },
): string {
  if (field.links === undefined) return `${operand} is ${exists ? "not null" : "null"}`;
  const links = `exists (select 1 from ${ownLinks(field.links, alias, to.alias())})`;
  return exists ? links : `not ${links}`;
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
