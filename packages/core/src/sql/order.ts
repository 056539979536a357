import type { FieldKey, OrderKey } from "../filter/order.ts";
import { filterSql } from "./condition.ts";
import { targetSql } from "./relation.ts";
import { rankSql } from "./search.ts";
import { quote, type Writer } from "./writer.ts";

/**
 * The ORDER BY of a sort over the row `t`. Nulls come last ascending and first descending, which is what Postgres does
 * by itself.
 */
export function orderSql(sort: readonly OrderKey[], to: Writer): string {
  return sort.map((key) => `${keySql(key, "t", to)} ${key.descending ? "desc" : "asc"}`).join(", ");
}

/** The sort values of the row `t`, as columns: what a cursor is made of. */
export function keyColumnsSql(sort: readonly OrderKey[], to: Writer): string {
  return sort.map((key, at) => `${keySql(key, "t", to)} as ${quote(keyName(at))}`).join(", ");
}

/** The column of a sort value; no field can have such a name. */
export function keyName(at: number): string {
  return `?key${at}`;
}

/** The expression that a row is ordered by. */
export function keySql(key: OrderKey, alias: string, to: Writer): string {
  if ("rank" in key) return rankSql(key.rank, alias, to);
  return key.through === undefined ? `${alias}.${quote(key.field.column)}` : throughSql(key, alias, to);
}

/** A target that may not be read has no value to sort by, like one that does not exist. */
function throughSql({ field, through = [] }: FieldKey, alias: string, to: Writer): string {
  let last = alias;
  const from: string[] = [];
  const where: string[] = [];
  for (const { field: step, target, rows } of through) {
    const found = targetSql(step, target, { alias: last, to });
    from.push(found.from);
    where.push(found.on, filterSql(rows, found.alias, to));
    last = found.alias;
  }
  return `(select ${last}.${quote(field.column)} from ${from.join(", ")} where ${where.join(" and ")})`;
}
